"""Which installed model completes: the one named, or for `auto` the best that can fill in the middle."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.errors import ModelMissing, ModelUnsupported, RemoteEndpoint, ServerError
from holdfast.inference.control_tokens import own_control_tokens
from holdfast.inference.families.detect import fit_of
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.model_advice import ModelAdvice
from holdfast.inference.model_rank import in_order, why_best
from holdfast.inference.model_server import InstalledModel, ModelServer

_ASK_AGAIN_SECONDS: Final = 5.0
_DIGEST_SHOWN: Final = 12
_MOST_STRANGERS: Final = 8
"""Models whose names say nothing and that are asked all the same, when no other is there."""


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model, how it is prompted, and the strings that are control tokens to it beside those that everyone knows.

    `context_length` is the tokens it was trained for (0: unknown), `why` the reason of the choice for a person.
    """

    name: str
    family: ModelFamily
    special_tokens: tuple[str, ...]
    is_remote: bool = False
    context_length: int = 0
    why: str = ""


class ModelChoice:
    """The choice for one server, made once and kept until it is forgotten."""

    def __init__(
        self, server: ModelServer, wanted: str, allowed_remote: tuple[str, ...] = (), *, digest: str | None = None
    ) -> None:
        """`digest` is how the digest of the model must begin."""
        self._server = server
        self._digest = digest
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
                choose_model(self._server, self._wanted, self._allowed_remote, digest=self._digest), name="choose model"
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


async def choose_model(
    server: ModelServer, wanted: str, allowed_remote: tuple[str, ...] = (), *, digest: str | None = None
) -> ChosenModel:
    """Ask the server what it has and choose; raises ModelMissing, ModelUnsupported or RemoteEndpoint with the remedy.

    For `auto` the order is that of :func:`~holdfast.inference.model_rank.in_order`; one that only converses, or of which
    nobody says that it fills in the middle, has to be named. Where a `digest` is given, no other model is taken.
    """
    installed = await server.models()
    if wanted != "auto":
        named = model_named(installed, wanted, server.advice)
        if digest is not None and not has_digest(named, digest):
            raise _not_the_pinned(named, digest)
        return await _checked(server, named, allowed_remote, "named in holdfast.model")
    if digest is not None:
        installed = tuple(model for model in installed if has_digest(model, digest))
    allowed = [model for model in installed if not model.is_remote or model.name in allowed_remote]
    loaded = {model.name for model in await server.running()} if allowed else set()
    known, strangers = in_order(allowed, loaded)
    refused: ModelUnsupported | None = None
    for model in known:
        try:
            return await _checked(server, model, allowed_remote, why_best(model, known, loaded))
        except ModelUnsupported as error:
            refused = refused or error
    return await _stranger(server, strangers[:_MOST_STRANGERS], allowed_remote, refused)


async def _stranger(
    server: ModelServer,
    models: Sequence[InstalledModel],
    allowed_remote: tuple[str, ...],
    refused: ModelUnsupported | None,
) -> ChosenModel:
    """The first of the models whose names promise nothing that fills in the middle by what it says of itself."""
    second_best = ""
    for model in models:
        try:
            chosen = await _checked(server, model, allowed_remote, "the only kind here that fills in the middle")
        except ModelUnsupported:
            continue
        if chosen.family.documented:
            return chosen
        second_best = second_best or f" Second best: name {chosen.name} in holdfast.model, and it is used all the same."
    raise refused or ModelMissing(
        "The server has no model that can fill in the middle.", remedy=f"{server.advice.to_get()}{second_best}"
    )


async def _checked(
    server: ModelServer, model: InstalledModel, allowed_remote: tuple[str, ...], why: str
) -> ChosenModel:
    """What the model itself says settles it."""
    details = await server.details(model.name)
    is_remote = model.is_remote or details.is_remote
    refuse_remote(model.name, allowed_remote, is_remote=is_remote)
    fit = fit_of(details)
    if fit.family is None:
        raise ModelUnsupported(f"{model.name} cannot complete code: {fit.why}.", remedy=server.advice.to_get())
    special = own_control_tokens(details.special_tokens)
    return ChosenModel(model.name, fit.family, special, is_remote, details.context_length, f"{why}; {fit.why}")


def has_digest(model: InstalledModel, digest: str) -> bool:
    """Whether the model's digest begins as `digest` does, both with or without `sha256:`."""
    return model.digest.removeprefix("sha256:").startswith(digest.removeprefix("sha256:"))


def _not_the_pinned(model: InstalledModel, digest: str) -> ModelMissing:
    has = model.digest.removeprefix("sha256:")[:_DIGEST_SHOWN]
    what = f"its digest begins with {has}" if has else "the server does not say its digest"
    pinned = digest.removeprefix("sha256:")[:_DIGEST_SHOWN]
    return ModelMissing(
        f"The installed {model.name} is not the one this project is pinned to ({pinned}): {what}.",
        remedy="Install that one, or change the pin: holdfast.modelDigest, or the `json holdfast` block of CLAUDE.md.",
    )


def refuse_remote(name: str, allowed_remote: tuple[str, ...], *, is_remote: bool) -> None:
    """Raise RemoteEndpoint for a model that runs off this machine and that nobody allowed."""
    if is_remote and name not in allowed_remote:
        raise RemoteEndpoint(
            f"The model {name} runs on another machine.",
            remedy="Name it in holdfast.allowedRemoteModels if your code may go there.",
        )


def model_named(installed: tuple[InstalledModel, ...], wanted: str, advice: ModelAdvice) -> InstalledModel:
    """The installed model that a person means by `wanted`; raises ModelMissing, with the server's `advice`."""
    for name in (wanted, f"{wanted}:latest"):
        for model in installed:
            if model.name == name:
                return model
    raise ModelMissing(f"The server does not have the model {wanted}.", remedy=advice.to_get(wanted))
