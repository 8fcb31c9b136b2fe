"""One window's sidecar: what is built for it, and what happens to it in its life."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.completion.acceptance import Acceptance, Judged
from holdfast.completion.embedded_completer import OpenText
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.cursor import Cursor
from holdfast.env_local import resolve_for
from holdfast.index.indexer_process import IndexerProcess
from holdfast.index_child import command_line
from holdfast.locations import Locations
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.inline_completion import locate
from holdfast.sessions.activity import SuggestionOutcome
from holdfast.sessions.recorder import SessionRecorder
from holdfast.sessions.store import SessionLog
from holdfast.settings import ResolvedSettings, Settings
from holdfast.trust import is_trusted
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder, project_folder

logger = logging.getLogger(__name__)

_LINGER_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Window:
    """What the editor said of its window: folders (resolved), its own word on trust, and who it is."""

    roots: tuple[Path, ...]
    trusted: bool
    client: str


class Sidecar:
    """Holds the parts; rebuilt in part when settings or trust change."""

    def __init__(
        self, window: Window, locations: Locations, documents: OpenDocuments, on_change: Callable[[], None]
    ) -> None:
        """`on_change` is called when something that the status shows may have changed."""
        self.window = window
        self.documents = documents
        self.paused = False
        self.resolved = ResolvedSettings()
        self.workspace = Workspace(())
        self.indexers: tuple[tuple[WorkspaceFolder, IndexerProcess], ...] = ()
        self.completion: Completion | None = None
        self.acceptance = Acceptance(self._judged)
        self._locations = locations
        self._on_change = on_change
        self._editor: object = None
        self._built: tuple[ResolvedSettings, bool, tuple[Path, ...]] | None = None
        self._lock = asyncio.Lock()
        self._answering: Counter[int] = Counter()
        self._closing: set[asyncio.Task[None]] = set()
        root = window.roots[0] if window.roots else None
        self.recorder = SessionRecorder(SessionLog(locations.sessions_db), root, client=window.client)

    @property
    def trusted(self) -> bool:
        """Whether the workspace may steer: the editor trusts it, or every folder was trusted by command."""
        roots = self.window.roots
        return self.window.trusted or (bool(roots) and all(is_trusted(self._locations, root) for root in roots))

    async def start(self, editor: object) -> None:
        """Build everything and begin to index; `editor` are the raw settings of `initializationOptions`."""
        self.recorder.start()
        await self.apply_settings(editor)

    async def apply_settings(self, editor: object) -> None:
        """Rebuild what settings change; requests under way end as they began."""
        async with self._lock:
            self._editor = editor
            root = self.window.roots[0] if self.window.roots else None
            trusted = self.trusted
            resolved = await asyncio.to_thread(resolve_for, root, trusted=trusted, editor=editor)
            wanted = (resolved, trusted, self.window.roots)
            if wanted == self._built:
                return
            for problem in set(resolved.problems) - set(self.resolved.problems):
                logger.warning("%s", problem)
            workspace = await asyncio.to_thread(self._build_workspace, resolved.settings, trusted)
            old_completion, old_workspace = self.completion, self.workspace
            self.resolved, self.workspace, self._built = resolved, workspace, wanted
            self.completion = build_completion(
                resolved.settings,
                workspace,
                scratch=self._locations.cache / "no-workspace",
                open_texts=self._open_texts,
                on_server_change=lambda _: self._on_change(),
            )
            self.completion.completer.gate.paused = self.paused
            await self._keep_indexers()
            if self.completion.model is not None:
                self._in_background(self._find_server(self.completion))
            if old_completion is not None:
                self._in_background(self._retire(old_completion, old_workspace))
        self._on_change()

    async def set_trusted(self, trusted: bool) -> None:  # noqa: FBT001 - the notification's one value
        """The person trusts the workspace now, or no longer."""
        self.window = Window(self.window.roots, trusted, self.window.client)
        await self.apply_settings(self._editor)

    async def set_roots(self, roots: tuple[Path, ...]) -> None:
        """Folders were added to the window or taken out of it."""
        self.window = Window(roots, self.window.trusted, self.window.client)
        await self.apply_settings(self._editor)

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - the commands' one value
        """Stop suggesting, or go on."""
        self.paused = paused
        if self.completion is not None:
            self.completion.completer.gate.paused = paused
        self._on_change()

    async def complete(self, request: CompletionRequest) -> CompletionAnswer:
        """The answer of the parts that are built now; they live until it is given."""
        completion = self.completion
        if completion is None:
            return silent("no_server")
        self._answering[id(completion)] += 1
        try:
            return await completion.completer.complete(request)
        finally:
            self._answering[id(completion)] -= 1

    async def prepare(self, cursor: Cursor) -> None:
        """At a pause at `cursor`."""
        if self.completion is not None:
            await self.completion.prepare(cursor)

    async def aclose(self) -> None:
        """End everything: connections, tasks, the indexers that are ours, and the session."""
        await asyncio.gather(*(indexer.close() for _, indexer in self.indexers))
        if self.completion is not None:
            await _close(self.completion, self.workspace)
        await asyncio.to_thread(self.recorder.close)

    async def _keep_indexers(self) -> None:
        """One indexer for each folder there is now; the others end."""
        running = {folder.root: (folder, indexer) for folder, indexer in self.indexers}
        self.indexers = tuple(
            running.pop(folder.root)
            if folder.root in running
            else (folder, IndexerProcess(command_line(folder.root, folder.directory), folder.directory))
            for folder in self.workspace.folders
        )
        for _, indexer in self.indexers:
            indexer.start()
        await asyncio.gather(*(indexer.close() for _, indexer in running.values()))

    def _build_workspace(self, settings: Settings, trusted: bool) -> Workspace:  # noqa: FBT001 - handed to a thread
        roots = [project_folder(root, settings.project_root) for root in self.window.roots[:1]]
        manifest_file = settings.context_file if trusted else None
        return Workspace(
            tuple(
                WorkspaceFolder(root, self._locations, manifest_file=manifest_file)
                for root in dict.fromkeys([*roots, *self.window.roots[1:]])
            )
        )

    async def _find_server(self, completion: Completion) -> None:
        """Learn at the start, off the keystroke's path, whether the server is there and which model completes."""
        model = completion.model
        if model is None:
            return
        state = await model.health.check()
        if not state.is_lost:
            await model.find_model()
        self._on_change()

    def _open_texts(self) -> tuple[OpenText, ...]:
        """What the embedded engine may learn from: no secret and no ignored file."""
        texts = []
        for document in self.documents.all():
            root, path = locate(document, self.workspace)
            if self.workspace.ignore_reason_of(root, path) is not None:
                continue
            texts.append(OpenText(root, path, document.language, document.version, document.text))
        return tuple(texts)

    def _judged(self, judged: Judged) -> None:
        shown = judged.shown
        self.recorder.suggestion(
            SuggestionOutcome(
                path=shown.path,
                language=shown.language,
                engine=shown.engine,
                model=shown.model,
                outcome=judged.fate,
                length=len(shown.text),
                accepted_length=judged.taken,
                shown_ms=judged.shown_ms,
                text_hash=self.recorder.hash_text(shown.text),
            )
        )

    async def _retire(self, completion: Completion, workspace: Workspace) -> None:
        """Close parts that were replaced, once the requests they are answering have ended."""
        while self._answering[id(completion)]:  # noqa: ASYNC110 - replaced parts may linger
            await asyncio.sleep(_LINGER_SECONDS)
        del self._answering[id(completion)]
        await _close(completion, workspace)

    def _in_background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_logged(work))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        logger.exception("background work broke")


async def _close(completion: Completion, workspace: Workspace) -> None:
    await completion.aclose()
    workspace.close()
