"""Which installed model completes: the one named, or for `auto` the best that can fill in the middle."""

import asyncio
from dataclasses import dataclass

from holdfast.errors import ModelMissing, ModelUnsupported, RemoteEndpoint, ServerError
from holdfast.inference.fim_template import TEMPLATES, FimTemplate, template_for
from holdfast.inference.model_server import InstalledModel, ModelServer

_SUGGESTED = "qwen2.5-coder:1.5b-base"
_ASK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model, how it is prompted, and the strings that are control tokens to it."""

    name: str
    template: FimTemplate
    special_tokens: tuple[str, ...]
    is_remote: bool = False


class ModelChoice:
    """The choice for one server, made once and kept until it is forgotten."""

    def __init__(self, server: ModelServer, wanted: str, allowed_remote: tuple[str, ...] = ()) -> None:
        self._server = server
        self._wanted = wanted
        self._allowed_remote = allowed_remote
        self._choosing: asyncio.Task[ChosenModel] | None = None
        self._asked: set[asyncio.Task[ChosenModel]] = set()
        self._ask_again_at = 0.0

    async def current(self) -> ChosenModel:
        """The chosen model; a caller that is cancelled meanwhile does not undo the asking.

        What went wrong holds for five seconds, so that a missing model does not cost a request at every key.
        """
        now = asyncio.get_running_loop().time()
        failed = self._choosing is not None and self._choosing.done() and not _succeeded(self._choosing)
        if self._choosing is None or (failed and now >= self._ask_again_at):
            self._ask_again_at = now + _ASK_AGAIN_SECONDS
            self._choosing = asyncio.create_task(
                choose_model(self._server, self._wanted, self._allowed_remote), name="choose model"
            )
            self._asked.add(self._choosing)
            self._choosing.add_done_callback(self._asked.discard)
            self._choosing.add_done_callback(_succeeded)  # reads the exception even if nobody waits any more
        return await asyncio.shield(self._choosing)

    @property
    def known(self) -> ChosenModel | None:
        """The chosen model if the server has been asked already."""
        task = self._choosing
        return task.result() if task is not None and task.done() and _succeeded(task) else None

    @property
    def problem(self) -> ServerError | None:
        """What the last asking came to, if not to a model."""
        task = self._choosing
        error = task.exception() if task is not None and task.done() and not task.cancelled() else None
        return error if isinstance(error, ServerError) else None

    def forget(self) -> None:
        """Ask again next time: the server was lost, or lacks the model now."""
        self._choosing = None

    async def aclose(self) -> None:
        """Stop asking."""
        for task in self._asked:
            task.cancel()
        if self._asked:
            await asyncio.wait(self._asked)


def _succeeded(task: asyncio.Task[ChosenModel]) -> bool:
    return not task.cancelled() and task.exception() is None


async def choose_model(server: ModelServer, wanted: str, allowed_remote: tuple[str, ...] = ()) -> ChosenModel:
    """Ask the server what it has and choose; raises ModelMissing, ModelUnsupported or RemoteEndpoint with the remedy.

    `auto` takes a loaded model first, then the smallest: completion wants speed, and a chat model may need the memory.
    """
    installed = await server.models()
    if wanted != "auto":
        return await _checked(server, model_named(installed, wanted), allowed_remote)
    refused: ModelUnsupported | None = None
    for model in await _candidates(server, installed, allowed_remote):
        try:
            return await _checked(server, model, allowed_remote)
        except ModelUnsupported as error:
            refused = refused or error
    raise refused or ModelMissing(
        "The server has no model that can fill in the middle.", remedy=f"Run `ollama pull {_SUGGESTED}`."
    )


async def _candidates(
    server: ModelServer, installed: tuple[InstalledModel, ...], allowed_remote: tuple[str, ...]
) -> list[InstalledModel]:
    """The models whose name promises to fill in the middle, best first."""
    fitting = [
        model
        for model in installed
        if template_for(model.name) is not None and (not model.is_remote or model.name in allowed_remote)
    ]
    loaded = {model.name for model in await server.running()} if fitting else set()
    return sorted(fitting, key=lambda model: (model.name not in loaded, model.size, model.name))


async def _checked(server: ModelServer, model: InstalledModel, allowed_remote: tuple[str, ...]) -> ChosenModel:
    """What the model itself says settles it."""
    details = await server.details(model.name)
    is_remote = model.is_remote or details.is_remote
    refuse_remote(model.name, allowed_remote, is_remote=is_remote)
    template = template_for(model.name, details.special_tokens)
    if template is None:
        families = ", ".join(known.family for known in TEMPLATES)
        raise ModelUnsupported(
            f"No fill-in-the-middle template is known for {model.name}.",
            remedy=f"Families that work: {families}. Try `ollama pull {_SUGGESTED}`.",
        )
    return ChosenModel(model.name, template, details.special_tokens, is_remote)


def refuse_remote(name: str, allowed_remote: tuple[str, ...], *, is_remote: bool) -> None:
    """Raise RemoteEndpoint for a model that runs off this machine and that nobody allowed."""
    if is_remote and name not in allowed_remote:
        raise RemoteEndpoint(
            f"The model {name} runs on another machine.",
            remedy="Name it in holdfast.allowedRemoteModels if your code may go there.",
        )


def model_named(installed: tuple[InstalledModel, ...], wanted: str) -> InstalledModel:
    """The installed model that a person means by `wanted`; raises ModelMissing."""
    for name in (wanted, f"{wanted}:latest"):
        for model in installed:
            if model.name == name:
                return model
    raise ModelMissing(f"The server does not have the model {wanted}.", remedy=f"Run `ollama pull {wanted}`.")
