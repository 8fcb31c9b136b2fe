"""An editor over LSP: opens real files with a passage taken out, and types it again.

What it sends at a key is what VS Code sends: the change, and the ask for an inline completion at the place after it.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from holdfast.evaluation.lsp_messages import Message
from holdfast.evaluation.lsp_process import Asked, LspProcess, notification
from holdfast.evaluation.typing_trace import Passage

_CAPABILITIES: Final[Message] = {
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
    "window": {"workDoneProgress": True},
    "general": {"positionEncodings": ["utf-16"]},
}
_AUTOMATIC: Final = 2


def initialize_params(root: Path | None, settings: object = None) -> Message:
    """What `initialize` says of a trusted window on `root`."""
    folders = [{"uri": root.as_uri(), "name": root.name}] if root is not None else None
    options = dict(settings) if isinstance(settings, Mapping) else {}
    return {
        "processId": os.getpid(),
        "rootUri": root.as_uri() if root is not None else None,
        "workspaceFolders": folders,
        "capabilities": _CAPABILITIES,
        "clientInfo": {"name": "benchmark"},
        "initializationOptions": {"workspaceTrusted": True, **options},
    }


class TypedDocument:
    """A passage of a file being typed: `typed` characters of it stand there, the rest of the file around them."""

    def __init__(self, root: Path, passage: Passage) -> None:
        self.passage = passage
        self.uri = (root / passage.file.path).as_uri()
        self.typed = 0
        self._version = 1
        before = passage.file.text[: passage.start]
        self._first_line = before.count("\n")
        self._first_column = utf16_length(before[before.rfind("\n") + 1 :])

    @property
    def place(self) -> Message:
        """Where the cursor is, as LSP counts."""
        typed = self.passage.typed[: self.typed]
        line_start = typed.rfind("\n") + 1
        column = utf16_length(typed[line_start:]) + (self._first_column if line_start == 0 else 0)
        return {"line": self._first_line + typed.count("\n"), "character": column}

    def opened(self) -> Message:
        """`textDocument/didOpen`, the passage taken out."""
        file = self.passage.file
        text = file.text[: self.passage.start] + file.text[self.passage.end :]
        item = {"uri": self.uri, "languageId": file.language, "version": self._version, "text": text}
        return notification("textDocument/didOpen", {"textDocument": item})

    def closed(self) -> Message:
        """`textDocument/didClose`."""
        return notification("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def cursor_moved(self) -> Message:
        """What the extension says when the cursor rests."""
        return notification("holdfast/cursorMoved", {"uri": self.uri, "position": self.place})

    def key(self, typed: int) -> Message:
        """`textDocument/didChange`, after which `typed` characters of the passage stand there."""
        place, inserted = self.place, self.passage.typed[self.typed : typed]
        self.typed = typed
        self._version += 1
        change = {"range": {"start": place, "end": place}, "text": inserted}
        document = {"uri": self.uri, "version": self._version}
        return notification("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def ask(self, process: LspProcess) -> Asked:
        """`textDocument/inlineCompletion` at the cursor, as sent while typing."""
        return process.request("textDocument/inlineCompletion", self.ask_params())

    def ask_params(self) -> Message:
        """Its parameters."""
        context = {"triggerKind": _AUTOMATIC}
        return {"textDocument": {"uri": self.uri}, "position": self.place, "context": context}


def cancel(asked: Asked) -> Message:
    """`$/cancelRequest`, as editors send at the next key."""
    return notification("$/cancelRequest", {"id": asked.message["id"]})


def inserted_text(items: Sequence[dict[str, Any]] | None) -> str:
    """The text of the first suggestion; "" where there is none."""
    return str(items[0]["insertText"]) if items else ""


def utf16_length(text: str) -> int:
    """How many code units of UTF-16 a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
