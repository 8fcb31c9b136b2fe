"""One window's sidecar: what is built for it, and what happens to it in its life."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from holdfast.completion.acceptance import Acceptance
from holdfast.completion.embedded_completer import OpenText
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.completion.write_request import ContextPreview
from holdfast.cursor import Cursor
from holdfast.index.code_shape import load_shapes
from holdfast.index.indexer_process import IndexerProcess
from holdfast.index.retrieval.query import WorkingText
from holdfast.index_child import command_line
from holdfast.inference.server_health import ServerState
from holdfast.locations import Locations
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.inline_completion import locate
from holdfast.lsp.learning_part import LearningPart
from holdfast.lsp.model_redaction import ModelRedaction
from holdfast.lsp.open_file_news import OpenFileNews
from holdfast.lsp.parts import Parts
from holdfast.lsp.session_part import SessionPart
from holdfast.lsp.working_set import open_texts_of
from holdfast.project_settings import folders_of, resolve_window
from holdfast.settings import ResolvedSettings, Settings
from holdfast.trust import is_trusted
from holdfast.usage.recorder import UsageRecorder
from holdfast.usage.store import UsageStore
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder

if TYPE_CHECKING:
    from holdfast.lsp.summaries import Summaries

logger = logging.getLogger(__name__)

_NO_FOLDERS: Final = Workspace(())


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What the editor said of its window: folders (resolved), its word on trust (None: it has none), who it is."""

    roots: tuple[Path, ...]
    trusted: bool | None
    client: str


class Sidecar:
    """Holds the parts; rebuilt in part when settings, trust or folders change."""

    def __init__(
        self, window: WindowFacts, locations: Locations, documents: OpenDocuments, on_change: Callable[[], None]
    ) -> None:
        """`on_change` is called when something that the status shows may have changed."""
        self.window = window
        self.documents = documents
        self.paused = False
        self.resolved = ResolvedSettings()
        self.parts: Parts | None = None
        self.indexers: dict[Path, IndexerProcess] = {}
        self._locations = locations
        self._on_change = on_change
        self._editor: object = None
        self._built_from: object = None
        self._is_closed = False
        self._lock = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()
        self._news = OpenFileNews(documents)
        root = window.roots[0] if window.roots else None
        self._redaction = ModelRedaction(lambda: self.parts, lambda: self.resolved.settings.sessions.model_redaction)
        self.session = SessionPart(locations, root, window.client, lambda: self.workspace, self._redaction.whom)
        self.acceptance = Acceptance(self.session.judged)
        self._usage = UsageRecorder(UsageStore(locations.usage_db))
        self._learning = LearningPart(locations, lambda: self.workspace)
        self._summaries: Summaries | None = None

    @property
    def workspace(self) -> Workspace:
        """The folders as they are now."""
        return self.parts.workspace if self.parts is not None else _NO_FOLDERS

    async def start(self, editor: object) -> None:
        """Build everything and begin to index; `editor` are the raw settings of `initializationOptions`."""
        self.session.start()
        self._redaction.start()
        await asyncio.to_thread(self._usage.start)
        await self.apply_settings(editor)
        self._in_background(self.session.go_on_in_background(self.window.roots))

    async def apply_settings(self, editor: object) -> None:
        """Take over the editor's settings; requests under way end as they began."""
        self._editor = editor
        await self._rebuild()

    async def manifest_changed(self) -> None:
        """A manifest is another now, and perhaps the settings and ignore rules that its block declares."""
        await self._rebuild()
        for folder in self.workspace.folders:
            await asyncio.to_thread(folder.reread_rules)

    async def set_trusted(self, trusted: bool) -> None:  # noqa: FBT001 - the notification's one value
        """The person trusts the workspace now, or no longer."""
        self.window = replace(self.window, trusted=trusted)
        await self._rebuild()

    async def set_roots(self, roots: tuple[Path, ...]) -> None:
        """Folders were added to the window or taken out of it."""
        self.window = replace(self.window, roots=roots)
        await self._rebuild()

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - the commands' one value
        """Stop suggesting, or go on."""
        self.paused = paused
        if self.parts is not None:
            self.parts.completion.completer.gate.paused = paused
        self._on_change()

    def documents_reordered(self) -> None:
        """Documents were opened or closed, or another one is worked with: their indexers hear of it."""
        if not self._is_closed and self._news.is_due():
            self._in_background(self._news.tell(self.workspace))

    def opened(self, language: str) -> None:
        """A document in `language` was opened: what parses it is loaded off the loop, before the first key needs it."""
        if not self._is_closed:
            self._in_background(asyncio.get_running_loop().run_in_executor(None, load_shapes, language))

    async def complete(self, request: CompletionRequest) -> CompletionAnswer:
        """The answer of the parts that are built now."""
        if self.parts is None:
            return silent("no_server")
        return await self.parts.complete(request)

    def expect(self, cursor: Cursor) -> None:
        """A key was typed at `cursor`; the request for it is on its way."""
        if self.parts is not None:
            self.parts.completion.completer.expect(cursor)

    async def preview(self, cursor: Cursor) -> ContextPreview | None:
        """What would be sent at `cursor`."""
        if self.parts is None:
            return None
        with self.parts.in_use() as completion:
            return await completion.preview(cursor)

    async def prepare(self, cursor: Cursor) -> None:
        """At a pause at `cursor`."""
        if self.parts is not None:
            with self.parts.in_use() as completion:
                await completion.prepare(cursor)

    async def aclose(self) -> None:
        """End everything: connections, tasks, the indexers that are ours, and the session."""
        self._is_closed = True
        self._redaction.close()
        async with self._lock:
            if self._summaries is not None:
                await self._summaries.aclose()
            for task in self._background:
                task.cancel()
            ends = [indexer.close() for indexer in self.indexers.values()]
            if self.parts is not None:
                ends.append(self.parts.aclose())
            for result in await asyncio.gather(*ends, *self._background, return_exceptions=True):
                if isinstance(result, Exception):
                    logger.error("while closing", exc_info=result)
            await self._learning.aclose()
            await self.session.aclose()
            await asyncio.to_thread(self._usage.close)

    async def _rebuild(self) -> None:
        """Build anew what follows from settings, trust and folders, if any of them is another now."""
        async with self._lock:
            resolved, trusted = await asyncio.to_thread(self._resolve)
            built_from = (resolved, trusted, self.window.roots)
            if self._is_closed or built_from == self._built_from:
                return
            for problem in set(resolved.problems) - set(self.resolved.problems):
                logger.warning("%s", problem)
            logging.getLogger("holdfast").setLevel(resolved.settings.log_level.upper())
            workspace = await asyncio.to_thread(self._build_workspace, resolved.settings, trusted)
            completion = build_completion(
                resolved.settings,
                workspace,
                scratch=self._locations.cache / "no-workspace",
                open_texts=self._open_texts,
                on_server_change=self._server_changed,
                usage=self._usage,
            )
            completion.completer.gate.paused = self.paused
            # The settings first: a thread that sees the parts acts on what the person has set.
            self.resolved, self._built_from = resolved, built_from
            replaced, self.parts = self.parts, Parts(completion, workspace)
            self._learning.apply(is_on=resolved.settings.learning)
            self._apply_summaries(is_on=resolved.settings.memory.summaries)
            await self._keep_indexers()
            self._in_background(self._find_server(completion))
            if replaced is not None:
                self._in_background(replaced.aclose_when_idle())
        self._on_change()

    def _apply_summaries(self, *, is_on: bool) -> None:
        if is_on and self._summaries is None:
            from holdfast.lsp.summaries import Summaries  # noqa: PLC0415 - few windows are told to

            self._summaries = Summaries(self._locations, self.session.root, lambda: self.parts)
        if self._summaries is not None:
            self._summaries.apply(is_on=is_on)

    def _resolve(self) -> tuple[ResolvedSettings, bool]:
        """The settings, and whether the workspace may steer: as the editor says, else as `holdfast trust` was told."""
        roots, trusted = self.window.roots, self.window.trusted
        if trusted is None:
            trusted = bool(roots) and all(is_trusted(self._locations, root) for root in roots)
        return resolve_window(roots, self._locations, trusted=trusted, editor=self._editor), trusted

    async def _keep_indexers(self) -> None:
        """One indexer for each folder there is now; the others end."""
        before, self.indexers = self.indexers, {}
        await self._news.tell(self.workspace, anew=True)
        for folder in self.workspace.folders:
            indexer = before.pop(folder.root, None)
            if indexer is None:
                indexer = IndexerProcess(command_line(folder.root, folder.directory), folder.directory)
            self.indexers[folder.root] = indexer
            indexer.start()
        await asyncio.gather(*(indexer.close() for indexer in before.values()))

    def _build_workspace(self, settings: Settings, trusted: bool) -> Workspace:  # noqa: FBT001 - handed to a thread
        manifest_file = settings.context_file if trusted else None
        return Workspace(
            tuple(
                WorkspaceFolder(
                    root,
                    self._locations,
                    manifest_file=manifest_file,
                    open_texts=partial(self._open_in, root),
                    manifest_tokens=settings.manifest_tokens,
                    memory_tokens=settings.memory_tokens(trusted=trusted),
                )
                for root in folders_of(self.window.roots, settings)
            )
        )

    def _open_in(self, root: Path) -> tuple[WorkingText, ...]:
        """The files of `root` that are open, the one worked with last first; any thread may ask."""
        return open_texts_of(root, self.documents.all(), self.workspace)

    def _server_changed(self, state: ServerState) -> None:
        """The server was lost or found; one that was found is asked for its model before the next key."""
        if not state.is_lost and self.parts is not None and not self._is_closed:
            self._in_background(self._find_server(self.parts.completion))
        self._on_change()

    async def _find_server(self, completion: Completion) -> None:
        """Learn at the start, off the keystroke's path, whether the server is there and which model completes."""
        if completion.model is not None:
            await completion.model.find()
        if completion.embedding is not None:
            completion.embedding.start()
        self._on_change()

    def _open_texts(self) -> tuple[OpenText, ...]:
        """What the embedded engine may learn from: no secret and no ignored file."""
        texts = []
        for document in self.documents.all():
            root, path = locate(document, self.workspace)
            if self.workspace.ignore_reason_of(root, path) is not None:
                continue
            cell = document.uri.partition("#")[2]
            name = f"{path}#{cell}" if cell else path
            texts.append(OpenText(document.uri, root, name, document.language, document.version, document.text))
        return tuple(texts)

    def _in_background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(logged(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        if asyncio.iscoroutine(work):  # a window that closes at once may end it before it has begun
            task.add_done_callback(lambda _: work.close())


async def logged(work: Awaitable[None]) -> None:
    """Do background work whose end nobody waits for; what breaks it is in the log."""
    try:
        await work
    except Exception:
        logger.exception("background work broke")
