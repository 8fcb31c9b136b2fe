"""Settings to objects, built once, in order: the system's diagram.

settings ─> ServerPlan ─> ModelServer ─> MeteredServer ─> ServerHealth
UsageRecorder ─> DailyBudget ───────────────┘
└─> ModelChoice ─┐
workspace ─> EpochKeeper ─────────────────────┴─> PromptWriter ─> ModelCompleter ─┐
workspace ─> EmbeddedCompleter ───────────────────────────────────────────────────┼─> Completer
workspace ─> Gate ────────────────────────────────────────────────────────────────┤
Rest ─────────────────────────────────────────────────────────────────────────────┘
ModelServer without its fallback, ModelChoice ─> LocalModel
settings, workspace, Rest ─> EmbeddingPart, which adds a retriever to each folder
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from holdfast.completion.completer import Completer
from holdfast.completion.debounce import Debounce
from holdfast.completion.embedded_completer import EmbeddedCompleter, OpenText
from holdfast.completion.gate import Gate, is_too_large
from holdfast.completion.model_completer import ModelCompleter
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import silent
from holdfast.completion.rest import Rest
from holdfast.completion.typed_through import KnownTexts
from holdfast.completion.write_request import ContextPreview, PromptWriter, context_budget
from holdfast.context.keeper import EpochKeeper
from holdfast.cursor import Cursor
from holdfast.errors import RemoteEndpoint, ServerError, SettingsError
from holdfast.inference.fallback_server import FallbackServer
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.local_model import LocalModel
from holdfast.inference.metered_server import MeteredEmbeddingServer, MeteredServer
from holdfast.inference.model_choice import ChosenModel, ModelChoice
from holdfast.inference.model_server import ModelServer
from holdfast.inference.planned_server import ServerPlan, embedding_server, planned_server
from holdfast.inference.server_choice import EmbeddingModelServer
from holdfast.inference.server_health import ServerHealth, ServerState
from holdfast.inference.token_estimate import TokenRatio, estimate_tokens
from holdfast.settings import Settings
from holdfast.usage.daily_budget import DailyBudget
from holdfast.usage.recorder import UsageRecorder
from holdfast.workspace_folder import Workspace

if TYPE_CHECKING:
    from holdfast.embedding_part import EmbeddingPart


@dataclass(frozen=True, slots=True)
class ModelPart:
    """All that talks to the model server."""

    server: ModelServer
    health: ServerHealth
    choice: ModelChoice
    completer: ModelCompleter
    local: LocalModel
    """The same model for what is no completion, where it runs on this machine; never the fallback."""

    async def find(self) -> None:
        """Look for the server and choose the model now, off the keystroke's path; what is wrong is in health and choice."""
        state = await self.health.check()
        if state.is_lost:
            return
        if self.choice.problem is not None:
            self.choice.forget()  # a key asked before the server was there
        try:
            await self.choice.current()
        except ServerError as error:
            self.health.failed(error)
        else:
            self.completer.last_error = None  # what a key was told while all this was being asked

    async def aclose(self) -> None:
        """Close every connection and stop every task."""
        await self.completer.aclose()
        await self.choice.aclose()
        await self.health.aclose()
        await self.server.aclose()


@dataclass(frozen=True, slots=True)
class Completion:
    """Everything built from one state of the settings."""

    settings: Settings
    completer: Completer
    epochs: EpochKeeper
    writer: PromptWriter
    model: ModelPart | None
    embedded: EmbeddedCompleter | None
    workers: ThreadPoolExecutor
    no_server: ServerError | SettingsError | None
    """Why no server is asked although the settings name one."""
    embedding: "EmbeddingPart | None"
    rest: Rest

    async def prepare(self, cursor: Cursor) -> None:
        """At a pause: renew the context where it is old, and let the server read the new prompt ahead."""
        if self.completer.gate.why_never(cursor) is not None or is_too_large(cursor):
            return
        with self.rest.broken():
            is_new = self.epochs.current(cursor) is None
            changed = await self.epochs.renew(cursor)
            if (changed or is_new) and self.model is not None:
                await self.model.completer.prime(cursor)

    def server_problem(self) -> str | None:
        """Why no model answers now, in words for a person; None while one does or may."""
        if self.no_server is not None:
            return str(self.no_server)
        if self.model is None:
            return "No model server is asked (`holdfast.provider`, `holdfast.embedded`)."
        if (refusal := self.model.completer.refusal()) is not None:
            return str(refusal)
        state = self.model.health.state
        if state.is_lost:
            return str(state.cause or "The model server does not answer.")
        problem = self.model.choice.problem or self.model.completer.last_error
        return str(problem) if problem is not None else None

    @property
    def is_over_budget(self) -> bool:
        """Whether the tokens that the person allows in a day are used up."""
        return self.model is not None and self.model.completer.refusal() is not None

    @property
    def model_name(self) -> str | None:
        """Who completes, in words for a person: a fallback that gave the last answer says so. None until one is chosen."""
        if self.model is None:
            return None
        chosen = self.model.choice.known
        return self.model.completer.fallback or (chosen.name if chosen is not None else None)

    @property
    def embeds_remotely(self) -> bool:
        """Whether code is embedded by a model on another machine, which the person has allowed."""
        return self.embedding is not None and self.embedding.model.is_remote

    async def preview(self, cursor: Cursor) -> ContextPreview:
        """What would be sent at `cursor`; as for Qwen 2.5 Coder where no model is known."""
        chosen = self.model.choice.known if self.model is not None else None
        return await self.writer.preview(cursor, chosen or ChosenModel(QWEN_CODER.name, QWEN_CODER, ()))

    async def aclose(self) -> None:
        """Stop and close all of it."""
        if self.embedding is not None:
            await self.embedding.aclose()
        if self.model is not None:
            await self.model.aclose()
        if self.embedded is not None:
            self.embedded.close()
        self.workers.shutdown(wait=False, cancel_futures=True)


def build_completion(
    settings: Settings,
    workspace: Workspace,
    *,
    scratch: Path,
    open_texts: Callable[[], Sequence[OpenText]] = tuple,
    on_server_change: Callable[[ServerState], None] = lambda _: None,
    usage: UsageRecorder | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Completion:
    """The completion part; `scratch` is the folder for what is learnt without a workspace.

    Call it where a loop runs. `usage` counts what servers are asked, and holds the day's budget against it; `transport`
    replaces the network under the model server's client.
    """
    workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="context")
    known, ratio, outcomes = KnownTexts(min_confidence=settings.min_confidence), TokenRatio(), OutcomeLog()
    epochs = EpochKeeper(
        workspace,
        lambda call: asyncio.get_running_loop().run_in_executor(workers, call),
        budget_tokens=context_budget(settings),
        count_tokens=lambda text: estimate_tokens(text, ratio.bytes_per_token),
    )
    writer = PromptWriter(
        settings, epochs, ratio, suffix_tokens=settings.suffix_tokens, spm_suffix_tokens=settings.spm_suffix_tokens
    )
    rest = Rest()
    model, no_server, embedding = None, None, None
    if settings.provider != "none" and settings.embedded != "always":
        try:
            plan = _plan(settings)
            meter = DailyBudget(usage, settings.budget.tokens_per_day) if usage is not None else None
            metered = _Metered(meter, plan, lambda text: estimate_tokens(text, ratio.bytes_per_token))
            planned = planned_server(plan, os.environ, transport=transport)
            server = metered.server(planned)
            first = metered.server(planned.first) if isinstance(planned, FallbackServer) else server
            model = _build_model(settings, writer, known, on_server_change, server, first)
            model.completer.refusal = metered.refusal
            if settings.embedding_model is not None:
                from holdfast.embedding_part import build_embedding  # noqa: PLC0415 - it needs numpy, slow to import

                embedding = build_embedding(
                    settings,
                    workspace,
                    rest,
                    lambda: metered.embedding(embedding_server(plan, os.environ, transport=transport)),
                )
        except (RemoteEndpoint, SettingsError) as error:
            no_server = error
    embedded = None
    if settings.embedded != "off":
        embedded = EmbeddedCompleter(
            lambda root: _data_of(workspace, root, scratch), open_texts, slow_after_ms=settings.slow_after_ms
        )
    reason = "remote_endpoint" if isinstance(no_server, RemoteEndpoint) else "no_server"
    completer = Completer(
        Gate(settings, workspace.ignore_reason),
        known,
        model.completer if model is not None else None,
        embedded,
        outcomes,
        without_server=silent(reason, str(no_server or "")),
        rest=rest,
    )
    rest.is_busy = lambda: completer.gate.paused or (model is not None and model.completer.is_asking)
    return Completion(settings, completer, epochs, writer, model, embedded, workers, no_server, embedding, rest)


def _build_model(
    settings: Settings,
    writer: PromptWriter,
    known: KnownTexts,
    on_server_change: Callable[[ServerState], None],
    server: ModelServer,
    first: ModelServer,
) -> ModelPart:
    choice = ModelChoice(server, settings.model, tuple(settings.allowed_remote_models), digest=settings.model_digest)

    def changed(state: ServerState) -> None:
        choice.forget()
        completer.last_error = None
        on_server_change(state)

    health = ServerHealth(server.version, on_change=changed)
    debounce = Debounce(fixed_ms=settings.debounce_ms)
    completer = ModelCompleter(server, health, choice, writer, known, debounce, max_retries=settings.max_retries)
    remote, keep_alive = settings.allowed_remote_models, settings.keep_alive
    local = LocalModel(first, health, choice, remote=remote, num_ctx=settings.num_ctx, keep_alive=keep_alive)
    return ModelPart(server, health, choice, completer, local)


@dataclass(frozen=True, slots=True)
class _Metered:
    """Servers whose requests `meter` is told of; without one, as they are."""

    meter: DailyBudget | None
    plan: ServerPlan
    count_tokens: Callable[[str], int]

    def server(self, server: ModelServer) -> ModelServer:
        if self.meter is None:
            return server
        return MeteredServer(server, self.meter, name=self.plan.name, count_tokens=self.count_tokens)

    def embedding(self, server: EmbeddingModelServer) -> EmbeddingModelServer:
        if self.meter is None:
            return server
        return MeteredEmbeddingServer(server, self.meter, name=self.plan.endpoint, count_tokens=self.count_tokens)

    def refusal(self) -> ServerError | None:
        return self.meter.refusal() if self.meter is not None else None


def _plan(settings: Settings) -> ServerPlan:
    if settings.provider == "none":
        raise SettingsError("No model server is asked.", remedy="Set holdfast.provider to ask one.")
    return ServerPlan(
        provider=settings.provider,
        endpoint=settings.endpoint,
        num_ctx=settings.num_ctx,
        timeout_ms=settings.timeout_ms,
        more_endpoints=tuple(settings.more_endpoints),
        gguf_file=settings.gguf_file or "",
        gguf_threads=settings.gguf_threads,
        fallback_endpoint=settings.fallback.endpoint,
        fallback_model=settings.fallback.model,
        fallback_when=tuple(settings.fallback.when),
        model=settings.model,
        allowed_remote=tuple(settings.allowed_remote_models),
    )


def _data_of(workspace: Workspace, root: Path | None, scratch: Path) -> Path:
    folder = workspace.folder_of(root)
    return folder.directory if folder is not None else scratch
