"""pygls, set up as Holdfast needs it: our own document mirror, silence instead of pop-ups, older clients accepted."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.json_rpc import JsonRPCNotification
from pygls.protocol.language_server import lsp_method

from holdfast import __version__
from holdfast.lsp.documents import OpenDocuments, TextChange

logger = logging.getLogger(__name__)

_MAX_WORKERS: Final = 2


class DocumentWatcher:
    """What is told of documents; does nothing until the sidecar takes its place."""

    def opened(self, uri: str) -> None:
        """A document was opened."""

    def changed(self, uri: str, changes: list[TextChange]) -> None:
        """A document was changed, in this order."""

    def closed(self, uri: str) -> None:
        """A document was closed."""


class HoldfastProtocol(LanguageServerProtocol):
    """Text synchronisation into :class:`OpenDocuments` instead of pygls' own workspace."""

    _server: "HoldfastServer"

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Mirror an opened document."""
        self._server.documents.open(params.text_document)
        self._server.watcher.opened(params.text_document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Mirror changes."""
        changes = self._server.documents.change(params)
        self._server.watcher.changed(params.text_document.uri, changes)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a closed document."""
        self._server.documents.close(params.text_document.uri)
        self._server.watcher.closed(params.text_document.uri)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """As pygls, but a request that cannot be understood is answered: a client must not wait for ever."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


class HoldfastServer(LanguageServer):
    """The server and its document mirror."""

    def __init__(self) -> None:
        self.documents = OpenDocuments()
        self.watcher = DocumentWatcher()
        self.stop: Callable[[], Awaitable[None]] = _nothing_to_stop
        super().__init__(
            "holdfast",
            __version__,
            protocol_cls=HoldfastProtocol,
            converter_factory=_converter,
            max_workers=_MAX_WORKERS,
        )

    def report_server_error(self, error: Exception, source: object) -> None:
        """Into the log, never a pop-up: a broken message is not the person's to mend."""
        logger.error("%s: %s", source, error)


async def _nothing_to_stop() -> None:
    """Until there is a window."""


def _converter() -> Converter:
    converter: Converter = default_converter()  # type: ignore[no-untyped-call]
    # Clients of before LSP 3.18 was final number Invoked 0.
    converter.register_structure_hook(
        types.InlineCompletionTriggerKind,
        lambda value, _: types.InlineCompletionTriggerKind(value or types.InlineCompletionTriggerKind.Invoked),
    )
    # Params of our own notifications stay the JSON they were; pygls would make a namedtuple and lose keys.
    converter.register_structure_hook(JsonRPCNotification, lambda message, kind: kind(**message))
    return converter
