"""The client that types over LSP, so that what was measured in virtual time is measured again in a real sidecar."""

import asyncio
from typing import Final

from holdfast.cursor import Cursor
from holdfast.evaluation.lsp_editor import inserted_text, utf16_length
from holdfast.evaluation.lsp_messages import Message
from holdfast.evaluation.lsp_process import LspProcess, RequestRefused, ServerEnded, notification

_AUTOMATIC: Final = 2


class LspTypingClient:
    """Documents of one editor window, kept in step with the cursors of a replayed session; it ends the process it has."""

    def __init__(self, process: LspProcess) -> None:
        self._process = process
        self._texts: dict[str, tuple[str, int]] = {}

    async def cursor_rests(self, cursor: Cursor) -> None:
        """The document is as the cursor says: opened, or changed as a whole; then the editor tells where the cursor is."""
        text = cursor.before + cursor.after
        if cursor.uri not in self._texts:
            self._texts[cursor.uri] = text, 1
            item = {"uri": cursor.uri, "languageId": cursor.language, "version": 1, "text": text}
            self._process.send(notification("textDocument/didOpen", {"textDocument": item}))
        else:
            self._change(cursor, {"text": text})
        moved = {"uri": cursor.uri, "position": position_at_end(cursor.before)}
        self._process.send(notification("holdfast/cursorMoved", moved))

    async def key_typed(self, cursor: Cursor) -> None:
        """What is new before the cursor was typed."""
        before = self._texts[cursor.uri][0]
        known = len(before) - len(cursor.after)
        place = position_at_end(before[:known])
        self._change(cursor, {"range": {"start": place, "end": place}, "text": cursor.before[known:]})

    async def complete(self, cursor: Cursor) -> str:
        """The first suggestion for an automatic request; cancelled, it sends `$/cancelRequest`."""
        params = {
            "textDocument": {"uri": cursor.uri},
            "position": position_at_end(cursor.before),
            "context": {"triggerKind": _AUTOMATIC},
        }
        asked = self._process.request("textDocument/inlineCompletion", params)
        self._process.send(asked)
        try:
            return inserted_text((await asked.answer).result)
        except asyncio.CancelledError:
            self._process.send(notification("$/cancelRequest", {"id": asked.message["id"]}))
            raise
        except (RequestRefused, ServerEnded):
            return ""

    async def aclose(self) -> None:
        """End the sidecar in order."""
        await self._process.end()

    def _change(self, cursor: Cursor, change: Message) -> None:
        _, version = self._texts[cursor.uri]
        self._texts[cursor.uri] = cursor.before + cursor.after, version + 1
        document = {"uri": cursor.uri, "version": version + 1}
        params = {"textDocument": document, "contentChanges": [change]}
        self._process.send(notification("textDocument/didChange", params))


def position_at_end(text: str) -> Message:
    """The LSP position behind the last character of a document's beginning."""
    return {"line": text.count("\n"), "character": utf16_length(text[text.rfind("\n") + 1 :])}
