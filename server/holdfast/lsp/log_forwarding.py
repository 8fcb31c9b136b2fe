"""Our log, shown where the editor shows its servers' logs."""

import logging
import threading
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

_KINDS: Final = (
    (logging.ERROR, types.MessageType.Error),
    (logging.WARNING, types.MessageType.Warning),
    (logging.INFO, types.MessageType.Info),
)
_LONGEST: Final = 4000


class ForwardingHandler(logging.Handler):
    """Sends records of `holdfast.*` as `window/logMessage`; safe from any thread."""

    def __init__(self, server: LanguageServer) -> None:
        super().__init__()
        self._server = server
        self._sending = threading.local()
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; a client that has gone loses it."""
        if getattr(self._sending, "busy", False):
            return  # sending failed and says so in the log
        self._sending.busy = True
        kind = next((kind for level, kind in _KINDS if record.levelno >= level), types.MessageType.Log)
        try:
            message = self.format(record)[:_LONGEST]
            self._server.window_log_message(types.LogMessageParams(kind, message))
        except Exception:  # noqa: BLE001 - logging never breaks what it logs
            self.handleError(record)
        finally:
            self._sending.busy = False
