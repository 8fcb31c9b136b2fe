"""The server's features, registered in one place: each a few lines to the file that does the work.

What is heavy to import (httpx, pydantic) comes with the window, in a thread of its own: `initialize` does not wait for it.
"""

import asyncio
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.uris import to_fs_path

from holdfast.locations import find_locations
from holdfast.lsp.command_names import COMMANDS
from holdfast.lsp.configuration import SECTION, ask_editor, can_ask, follow_changes
from holdfast.lsp.garbage import leave_alone_what_is_there
from holdfast.lsp.kept_code import KeptCode
from holdfast.lsp.language_server import HoldfastServer
from holdfast.lsp.log_forwarding import ForwardingHandler
from holdfast.lsp.parent_process import until_gone
from holdfast.lsp.positions import PositionEncoding
from holdfast.lsp.window_import import WindowImport

if TYPE_CHECKING:
    from holdfast.lsp.window import LiveWindow

logger = logging.getLogger(__name__)

_ENCODINGS: Final[dict[types.PositionEncodingKind, PositionEncoding]] = {
    types.PositionEncodingKind.Utf8: "utf-8",
    types.PositionEncodingKind.Utf16: "utf-16",
    types.PositionEncodingKind.Utf32: "utf-32",
}
_START_PATIENCE_SECONDS: Final = 10.0
_END_PATIENCE_SECONDS: Final = 15.0


class Life:
    """The window's life from `initialize` to `exit`; `window` is there once the sidecar has started."""

    def __init__(self, server: HoldfastServer, kept_code: KeptCode | None) -> None:
        self.server = server
        self._kept_code = kept_code
        self.window: LiveWindow | None = None
        self.started = asyncio.Event()
        self.importing = WindowImport()
        self._params: types.InitializeParams | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def initialize(self, params: types.InitializeParams) -> None:
        """Keep what the editor said; agree on the encoding of positions."""
        self._params = params

    async def start(self) -> None:
        """Build the sidecar, ask for the settings, begin to watch."""
        params, server = self._params, self.server
        if params is None:
            return
        server.documents.encoding = _encoding(server)
        logging.getLogger("holdfast").addHandler(ForwardingHandler(server))
        if params.process_id is not None:
            self.hold(self._exit_with(params.process_id))
        try:
            module = await self.importing.done()
            options = params.initialization_options
            editor = options if isinstance(options, dict) else {}
            self.window = module.LiveWindow(
                server,
                roots=_roots(params),
                trusted=_told_trust(editor),
                client=params.client_info.name if params.client_info is not None else "unknown editor",
                locations=find_locations(os.environ),
            )
            await self.window.start(options)
        finally:
            self.started.set()
            self._leave_start_behind()
        await follow_changes(server)
        await self.settings_changed()

    def _leave_start_behind(self) -> None:
        if self._kept_code is not None:
            self._kept_code.step_aside()
            self.hold(asyncio.to_thread(self._kept_code.save))
        leave_alone_what_is_there()

    async def settings_changed(self, pushed: object = None) -> None:
        """Take over the editor's settings: those it gives when asked, else those it `pushed`."""
        window = await self.live()
        if window is not None:
            settings = await ask_editor(self.server) if can_ask(self.server) else pushed
            if settings is not None:
                await window.apply_settings(settings)

    async def live(self) -> "LiveWindow | None":
        """The window, waited for while it starts, for a while: what comes at every key comes again."""
        if self.started.is_set():
            return self.window
        try:
            async with asyncio.timeout(_START_PATIENCE_SECONDS):
                return await self.begun()
        except TimeoutError:
            return None

    async def begun(self) -> "LiveWindow | None":
        """The window once it has started, however long that takes; None where it could not."""
        await self.started.wait()
        return self.window

    async def stop(self) -> None:
        """End the sidecar in order."""
        for task in self._tasks:
            task.cancel()
        if self.window is not None:
            await self.window.aclose()

    def hold(self, work: Any) -> None:
        """Keep a task until it has ended."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task of the server broke", exc_info=error)

    async def _exit_with(self, process_id: int) -> None:
        await until_gone(process_id)
        logger.info("the editor (process %d) is gone", process_id)
        try:
            async with asyncio.timeout(_END_PATIENCE_SECONDS):
                if self.window is not None:
                    await self.window.aclose()
        finally:
            # Reading standard input holds a thread that nothing else would end.
            os._exit(0)


def build_server(kept_code: KeptCode | None = None) -> HoldfastServer:
    """The server with everything registered; `kept_code` stands in until its window has started."""
    server = HoldfastServer()
    life = Life(server, kept_code)
    server.stop = life.stop
    _register_life(server, life)
    _register_window(server, life)
    _register_editor_events(server, life)
    _register_suggestion_fates(server, life)

    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline_completion(params: types.InlineCompletionParams) -> list[types.InlineCompletionItem]:
        window = await life.live()
        return await window.complete(params) if window is not None else []

    for name in COMMANDS:
        _register_command(server, life, name)
    life.importing.begin()
    return server


def _register_life(server: HoldfastServer, life: Life) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        life.initialize(params)

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        life.hold(life.start())

    @server.feature(types.SHUTDOWN)
    async def shutdown(_: Any = None) -> None:
        await life.stop()


def _register_window(server: HoldfastServer, life: Life) -> None:
    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        pushed = params.settings
        await life.settings_changed(pushed.get(SECTION, pushed) if isinstance(pushed, dict) else None)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        window = await life.live()
        if window is not None:
            added = _paths(folder.uri for folder in params.event.added)
            removed = _paths(folder.uri for folder in params.event.removed)
            kept = tuple(root for root in window.sidecar.window.roots if root not in removed)
            await window.sidecar.set_roots((*kept, *added))

    @server.feature("holdfast/workspaceTrusted")
    async def workspace_trusted(params: Any) -> None:
        window = await life.live()
        if window is not None and isinstance(params, dict):
            await window.sidecar.set_trusted(params.get("trusted") is True)
            await life.settings_changed()  # what was held back while the workspace was not trusted

    @server.feature("holdfast/cursorMoved")
    async def cursor_moved(params: Any) -> None:
        window = await life.live()
        if window is not None:
            window.cursor_moved(params)


def _register_editor_events(server: HoldfastServer, life: Life) -> None:
    @server.feature("holdfast/taskEnded")
    async def task_ended(params: Any) -> None:
        window = await life.live()
        if window is not None:
            window.sidecar.session.task_ended(params)

    @server.feature("holdfast/diagnosticsChanged")
    async def diagnostics_changed(params: Any) -> None:
        window = await life.live()
        if window is not None:
            window.sidecar.session.diagnostics_changed(params)


def _register_suggestion_fates(server: HoldfastServer, life: Life) -> None:
    """The notifications by which some clients say what became of a suggestion (named as by copilot-language-server)."""

    @server.feature("textDocument/didShowCompletion")
    async def did_show_completion(params: Any) -> None:
        window = await life.live()
        if window is not None:
            window.sidecar.acceptance.drawn(_identity_in(params))

    @server.feature("textDocument/didPartiallyAcceptCompletion")
    async def did_partially_accept_completion(params: Any) -> None:
        window = await life.live()
        if window is not None:
            window.sidecar.acceptance.partly_accepted(_identity_in(params))


def _identity_in(params: Any) -> str:
    """Which suggestion a notification means: the argument of its item's command."""
    try:
        return str(params["item"]["command"]["arguments"][0])
    except (KeyError, IndexError, TypeError):
        return ""


def _register_command(server: HoldfastServer, life: Life, name: str) -> None:
    @server.command(name)
    async def run(*arguments: Any) -> object:
        window = await life.begun()
        return await window.execute(name, arguments) if window is not None else None


def _roots(params: types.InitializeParams) -> tuple[Path, ...]:
    uris = [folder.uri for folder in params.workspace_folders or ()]
    if not uris and params.root_uri is not None:
        uris = [params.root_uri]
    return _paths(uris)


def _paths(uris: Iterable[str]) -> tuple[Path, ...]:
    paths = [to_fs_path(uri) for uri in uris if uri.startswith("file:")]
    return tuple(_resolved(Path(path)) for path in paths if path is not None)


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError, ValueError):  # a link to itself, a name that no file can have
        return folder.absolute()


def _told_trust(options: dict[str, Any]) -> bool | None:
    """The editor's word on trust, None where it has none."""
    told = options.get("workspaceTrusted")
    return told if isinstance(told, bool) else None


def _encoding(server: HoldfastServer) -> PositionEncoding:
    agreed = types.PositionEncodingKind(server.server_capabilities.position_encoding or "utf-16")
    return _ENCODINGS[agreed]
