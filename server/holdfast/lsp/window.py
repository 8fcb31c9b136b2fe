"""What one editor window asks and is told, over the sidecar's parts."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Final

from lsprotocol import types
from pydantic import ValidationError

from holdfast.completion.gate import LARGEST_DOCUMENT
from holdfast.completion.pauses import Pauses
from holdfast.completion.request import CompletionAnswer
from holdfast.errors import HoldfastError
from holdfast.locations import Locations
from holdfast.lsp import commands
from holdfast.lsp.command_names import SESSION_COMMANDS, SHARING_COMMANDS
from holdfast.lsp.documents import TextChange
from holdfast.lsp.inline_completion import cursor_in, locate, read_ask, write_items
from holdfast.lsp.language_server import DocumentWatcher, HoldfastServer
from holdfast.lsp.manifest_file import create_manifest
from holdfast.lsp.manifest_news import ManifestNews
from holdfast.lsp.one_key import offset_after_key
from holdfast.lsp.progress import progress
from holdfast.lsp.sidecar import Sidecar, WindowFacts, logged
from holdfast.lsp.status import Circumstances, StatusReporter

logger = logging.getLogger(__name__)

_LASTING: Final = {
    "holdfast.importSessions": "Holdfast: importing sessions",
    "holdfast.syncNow": "Holdfast: sharing session logs",
}
_THINKING_SECONDS: Final = 0.3
_LOOK_SECONDS: Final = 0.5
_PATIENT_SECONDS: Final = 1.0


class LiveWindow(DocumentWatcher):
    """Completions, commands, status and what happens at pauses."""

    def __init__(
        self,
        server: HoldfastServer,
        *,
        roots: tuple[Path, ...],
        trusted: bool | None,
        client: str,
        locations: Locations,
    ) -> None:
        self._server = server
        self._status = StatusReporter(server)
        self.sidecar = Sidecar(WindowFacts(roots, trusted, client), locations, server.documents, self._report)
        self._generations: dict[Path, int] = {}
        self._thinking = 0
        self._started = False
        self._manifest_news = ManifestNews(server, self.sidecar.manifest_changed)
        self._pauses = Pauses(self.sidecar.prepare)
        self._looking: asyncio.Task[None] | None = None
        self._showing: asyncio.Task[None] | None = None
        self._sharing: asyncio.Task[None] | None = None

    async def start(self, editor: object) -> None:
        """Start the sidecar and take over the documents."""
        await self.sidecar.start(editor)
        self._server.watcher = self
        self._started = True
        for language in {document.language for document in self._server.documents.all()}:
            self.sidecar.opened(language)
        self.sidecar.documents_reordered()
        self._looking = asyncio.create_task(self._look_around(), name="watch indexers and branch")
        self._report()

    async def apply_settings(self, editor: object) -> None:
        """The editor's settings as they are now."""
        await self.sidecar.apply_settings(editor)

    async def complete(self, params: types.InlineCompletionParams) -> list[types.InlineCompletionItem]:
        """The answer to one `textDocument/inlineCompletion`."""
        sidecar = self.sidecar
        ask = read_ask(params, sidecar.documents, sidecar.workspace)
        if ask is None:
            return []
        answer = await self._thought(sidecar.complete(ask.request))
        if sidecar.documents.get(ask.document.uri) is not ask.document:
            return []  # closed or changed since; the key that changed it asks anew
        items, shown = write_items(ask, answer, sidecar.documents, params.position)
        if shown is not None:
            sidecar.acceptance.shown(shown)
        return items

    async def execute(self, name: str, arguments: Sequence[object]) -> object:
        """Carry out an advertised command; errors come back as words."""
        try:
            return await self._execute(name, arguments)
        except HoldfastError as error:
            logger.warning("%s", error)
            return commands.error_json(error)

    def cursor_moved(self, params: object) -> None:
        """The cursor rests elsewhere: prepare what the first key there will need."""
        try:
            place = commands.Place.model_validate(params)
        except ValidationError:
            return
        document = self._server.documents.get(place.uri)
        if document is not None:
            self._server.documents.focus(place.uri)
            self.sidecar.documents_reordered()
            position = types.Position(place.position.line, place.position.character)
            offset = self._server.documents.offset_at(place.uri, position)
            self._pauses.cursor_rests(cursor_in(document, offset, self.sidecar.workspace))

    def opened(self, uri: str) -> None:
        """A document was opened."""
        document = self._server.documents.get(uri)
        if document is not None:
            self.sidecar.opened(document.language)
        self.sidecar.documents_reordered()

    def changed(self, uri: str, changes: list[TextChange]) -> None:
        """Follow what became of suggestions, and get ready for the next pause."""
        self.sidecar.documents_reordered()
        document = self._server.documents.get(uri)
        if document is None or not changes or len(document.text) > LARGEST_DOCUMENT:
            return
        for change in changes:
            self.sidecar.acceptance.changed(uri, change.offset, change.removed, change.inserted)
        last, key = changes[-1], offset_after_key(changes)
        offset = last.offset + len(last.inserted) if key is None else key
        cursor = cursor_in(document, offset, self.sidecar.workspace)
        root, path = locate(document, self.sidecar.workspace)
        if root is not None:
            self.sidecar.session.recorder.file_worked_on(path, document.language, cursor.line + 1)
        self._pauses.key_typed(cursor)
        if key is not None:
            self.sidecar.expect(cursor)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self.sidecar.acceptance.closed(uri)
        self.sidecar.documents_reordered()

    async def aclose(self) -> None:
        """Stop and close everything."""
        await self._pauses.aclose()
        for task in (self._looking, self._showing, self._sharing):
            if task is not None:
                task.cancel()
        await self.sidecar.aclose()

    async def _execute(self, name: str, arguments: Sequence[object]) -> object:
        sidecar = self.sidecar
        match name:
            case "holdfast.refreshProjectContext":
                async with progress(self._server, "Holdfast: refreshing project context") as report:
                    return await commands.refresh_project_context(sidecar, report)
            case "holdfast.createManifest":
                return await create_manifest(sidecar, arguments[0] if arguments else None)
            case "holdfast.explainSuggestion":
                return commands.explain_suggestion(sidecar)
            case "holdfast.showContext":
                return await commands.show_context(sidecar, arguments[0] if arguments else None)
            case "holdfast.pause" | "holdfast.resume":
                sidecar.set_paused(name == "holdfast.pause")
            case "holdfast.suggestionAccepted":
                sidecar.acceptance.accepted(str(arguments[0]) if arguments else "")
            case _ if name in SESSION_COMMANDS or name in SHARING_COMMANDS:
                return await self._execute_on_sessions(name, arguments[0] if arguments else None)
        return None

    async def _execute_on_sessions(self, name: str, argument: object) -> object:
        """A command about the log; what lasts long shows how far it is."""
        loop = asyncio.get_running_loop()
        title = _LASTING.get(name)
        if title is None:
            return await self.sidecar.session.execute(name, argument, lambda _words, _percentage: None)
        async with progress(self._server, title) as say:

            def report(words: str, percentage: int | None) -> None:
                loop.call_soon_threadsafe(say, words, percentage)

            return await self.sidecar.session.execute(name, argument, report)

    async def _thought(self, completing: Awaitable[CompletionAnswer]) -> CompletionAnswer:
        """Wait for an answer; one that takes long shows as thinking."""
        loop = asyncio.get_running_loop()
        timer = loop.call_later(_THINKING_SECONDS, self._count_thinking, 1)
        try:
            return await completing
        finally:
            if timer.when() <= loop.time():
                self._count_thinking(-1)
            timer.cancel()

    def _count_thinking(self, step: int) -> None:
        self._thinking = max(0, self._thinking + step)
        self._report()

    async def _look_around(self) -> None:
        """Notice what the indexers do and which branch is out; cheap, and off the loop where it reads."""
        while True:
            try:
                self._report()
                if self._indexing() is None:
                    self._showing = None
                elif self._showing is None:  # once for each time of indexing
                    self._showing = asyncio.create_task(logged(self._show_indexing()), name="show indexing")
                if self.sidecar.session.long_sync() is not None and (self._sharing is None or self._sharing.done()):
                    self._sharing = asyncio.create_task(logged(self._show_sharing()), name="show sharing")
                await asyncio.to_thread(self._look_at_folders)
                await self._manifest_news.tell()
                if await asyncio.to_thread(self.sidecar.session.has_news):
                    self._server.protocol.notify("holdfast/sessionsChanged", {})
            except Exception:
                logger.exception("looking around broke")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _show_indexing(self) -> None:
        """A progress bar while a first or large indexing lasts."""
        await asyncio.sleep(_PATIENT_SECONDS)
        if self._indexing() is None:
            return
        async with progress(self._server, "Holdfast: reading the project") as report:
            while (words := self._indexing()) is not None:
                report(words, self._indexed_percentage())
                await asyncio.sleep(_LOOK_SECONDS)

    async def _show_sharing(self) -> None:
        """A progress bar while session logs are shared in the background and that lasts."""
        async with progress(self._server, "Holdfast: sharing session logs") as report:
            while (syncing := self.sidecar.session.long_sync()) is not None:
                report(syncing.doing, syncing.percentage)
                await asyncio.sleep(_LOOK_SECONDS)

    def _look_at_folders(self) -> None:
        """Blocking: which branch is out, the ignore rules where the index has changed, and what memory files are to say."""
        for folder in self.sidecar.workspace.folders:
            folder.refresh_memory_file()
            generation = folder.index_generation()
            if self._generations.get(folder.root) != generation:
                self._generations[folder.root] = generation
                folder.reread_rules()
        self._manifest_news.look(self.sidecar.workspace.folders)
        self.sidecar.session.look_at_repository()

    def _report(self) -> None:
        sidecar = self.sidecar
        if sidecar.parts is None or not self._started:
            return
        completion = sidecar.parts.completion
        model = completion.model.choice.known if completion.model is not None else None
        self._status.report(
            Circumstances(
                paused=sidecar.paused,
                enabled=completion.settings.enabled,
                indexing=self._indexing(),
                thinking=self._thinking > 0,
                model=completion.model_name,
                remote=(model is not None and model.is_remote) or completion.embeds_remotely,
                server_problem=completion.server_problem(),
                embedded=completion.embedded is not None,
                problems=(*sidecar.resolved.problems, *self._index_problems()),
                budget_reached=completion.is_over_budget,
            )
        )

    def _index_problems(self) -> list[str]:
        """What keeps a folder from being read, in the indexer's words."""
        states = [indexer.state() for indexer in self.sidecar.indexers.values()]
        return [f"Index: {state.error}" for state in states if state.error]

    def _indexing(self) -> str | None:
        """A few words while an index is being built for the first time or much of it anew."""
        percentage = self._indexed_percentage()
        if percentage is None:
            return None
        return f"indexing {percentage} %" if percentage else "indexing"

    def _indexed_percentage(self) -> int | None:
        """How far the folders are that are being read; None when none is."""
        states = [indexer.state() for indexer in self.sidecar.indexers.values()]
        busy = [state for state in states if state.phase in ("scanning", "indexing")]
        total = sum(state.total for state in busy)
        return 100 * sum(state.done for state in busy) // max(1, total) if busy else None
