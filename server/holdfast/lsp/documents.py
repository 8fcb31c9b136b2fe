"""Our mirror of the open documents.

pygls' own splits lines as Python does (form feeds, U+2028 and others end a line there, not in an editor), which
shifts every position below; and it splits the whole text at each change. This one keeps LF line ends only.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from lsprotocol import types

from holdfast.lsp.positions import LineStarts, PositionEncoding

SCHEMES: Final = ("file", "untitled", "vscode-notebook-cell")

_NOT_LF: Final = re.compile(r"\r\n|\r")


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document as the editor holds it; `text` has LF line ends, `newline` is what the file has."""

    uri: str
    language: str
    version: int
    text: str
    newline: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """`removed` characters at `offset` of the text before gave way to `inserted`."""

    offset: int
    removed: int
    inserted: str


class OpenDocuments:
    """Documents by URI, the one worked with last first; the encoding of positions is agreed on at `initialize`."""

    def __init__(self) -> None:
        self.encoding: PositionEncoding = "utf-16"
        self._documents: dict[str, OpenDocument] = {}
        self._lines: dict[str, LineStarts] = {}
        self._latest_first: tuple[OpenDocument, ...] = ()

    def open(self, item: types.TextDocumentItem) -> None:
        """A document was opened; schemes that are not a person's code are left out."""
        if item.uri.split(":", 1)[0] in SCHEMES:
            newline = "\r\n" if "\r\n" in item.text else "\n"
            self._put(OpenDocument(item.uri, item.language_id, item.version, _with_lf(item.text), newline))

    def change(self, params: types.DidChangeTextDocumentParams) -> list[TextChange]:
        """Apply the changes in order and say what they were."""
        uri = params.text_document.uri
        changes = []
        for change in params.content_changes:
            document = self._documents.get(uri)
            if document is None:
                break
            applied = self._located(uri, change)
            end = applied.offset + applied.removed
            text = document.text[: applied.offset] + applied.inserted + document.text[end:]
            lines = self._line_starts(uri).after_change(text, applied.offset, applied.removed, applied.inserted)
            self._put(replace(document, text=text, version=params.text_document.version))
            self._lines[uri] = lines
            changes.append(applied)
        return changes

    def close(self, uri: str) -> None:
        """A document was closed."""
        self._documents.pop(uri, None)
        self._lines.pop(uri, None)
        self._note_order()

    def focus(self, uri: str) -> None:
        """The cursor is in this document now."""
        document = self._documents.pop(uri, None)
        if document is not None:
            self._documents[uri] = document
            self._note_order()

    def get(self, uri: str) -> OpenDocument | None:
        """The document, or None if it is not open or not one we serve."""
        return self._documents.get(uri)

    def all(self) -> tuple[OpenDocument, ...]:
        """Every open document, the one opened, edited or looked at last first; any thread may ask."""
        return self._latest_first

    def offset_at(self, uri: str, position: types.Position) -> int:
        """The offset of a position in an open document."""
        return self._line_starts(uri).offset_at(position.line, position.character, self.encoding)

    def position_at(self, uri: str, offset: int) -> types.Position:
        """The position of an offset in an open document."""
        line, column = self._line_starts(uri).position_at(offset, self.encoding)
        return types.Position(line, column)

    def _located(self, uri: str, change: types.TextDocumentContentChangeEvent) -> TextChange:
        inserted = _with_lf(change.text)
        if isinstance(change, types.TextDocumentContentChangePartial):
            start = self.offset_at(uri, change.range.start)
            end = max(start, self.offset_at(uri, change.range.end))
            return TextChange(start, end - start, inserted)
        return TextChange(0, len(self._documents[uri].text), inserted)

    def _put(self, document: OpenDocument) -> None:
        self._documents.pop(document.uri, None)
        self._documents[document.uri] = document
        self._lines.pop(document.uri, None)
        self._note_order()

    def _note_order(self) -> None:
        """Put another tuple in the place of the one that threads may be reading."""
        self._latest_first = tuple(reversed(self._documents.values()))

    def _line_starts(self, uri: str) -> LineStarts:
        lines = self._lines.get(uri)
        if lines is None:
            lines = self._lines[uri] = LineStarts(self._documents[uri].text)
        return lines


def _with_lf(text: str) -> str:
    return _NOT_LF.sub("\n", text) if "\r" in text else text
