"""From a file to its chunks: definitions where there is a grammar, blocks of lines where there is none.

A function is a chunk; a long one continues in nameless text chunks. A short class is a chunk as it stands, a long one
is its outline: header, fields and the signatures of its members, which are chunks of their own. A function inside a
function belongs to its owner's text. What no definition covers (imports, scripts, tests) becomes `module` blocks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import itemgetter
from typing import Final

from holdfast.code_chunk import ChunkKind, CodeChunk
from holdfast.index.anatomy import Anatomy, Definition, Field, Import
from holdfast.index.definitions import dissect
from holdfast.index.nesting import Owned, nest, owned_fields
from holdfast.index.source_text import SourceText
from holdfast.index.syntax import PARSE_CPU_S
from holdfast.index.text_blocks import text_blocks

_FUNCTION_LINES: Final = 60
_CLASS_LINES: Final = 30
_OUTLINE_LINES: Final = 80
_SIGNATURE_LINES: Final = 12
_CONSTANT_LINES: Final = 30
_LONGEST_LINE: Final = 2_000
_MOST_FIELDS: Final = 5_000
_MOST_KEYS: Final = 200
_FIRST_LINE: Final = itemgetter(4)
_DATA_LANGUAGES: Final = frozenset({"json", "jsonc", "yaml", "toml"})
_ATTRIBUTES_ABOVE: Final = {"rust": "#["}
"""Languages whose attributes stand beside a definition in the tree, and how such a line begins."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """The line (1-based, its text verbatim) that declares a field, attribute, enum member or property."""

    name: str
    qualified_name: str
    line: int
    text: str


ChunkRow = tuple[ChunkKind, str, str, str, int, int, str, int]
"""The fields of a CodeChunk from `kind` on: a first index makes a hundred thousand, and objects take four times as long."""


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """The chunks of a file from top to bottom, what it imports, and the fields of its classes."""

    path: str
    language: str
    rows: Sequence[ChunkRow]
    imports: tuple[Import, ...] = ()
    fields: tuple[FieldLine, ...] = ()

    @property
    def chunks(self) -> tuple[CodeChunk, ...]:
        """The chunks as everybody else knows them, made anew from `rows`."""
        return tuple(CodeChunk(self.path, self.language, *row) for row in self.rows)


def chunk_source(source: SourceText, cpu_s: float = PARSE_CPU_S) -> ChunkedFile:
    """Cut one file. Works on any text: what does not parse (in `cpu_s`) is cut around the errors, or as plain text."""
    anatomy = dissect(source.language, source.text.encode(errors="replace"), cpu_s)
    if anatomy is None or _is_data(source.language, anatomy):
        return chunk_text(source)
    lines = source.text.split("\n")
    _settle_rows(lines, anatomy.definitions, _ATTRIBUTES_ABOVE.get(source.language))
    nested = nest(anatomy.definitions)
    rows = sorted(_definition_chunks(lines, anatomy, nested), key=_FIRST_LINE)
    return ChunkedFile(source.path, source.language, rows, anatomy.imports, tuple(_field_lines(lines, anatomy, nested)))


def chunk_text(source: SourceText) -> ChunkedFile:
    """Cut one file as plain text, whatever its language."""
    lines = source.text.split("\n")
    return ChunkedFile(source.path, source.language, list(_blocks(lines, 0, len(lines) - 1, "text")))


def _is_data(language: str, anatomy: Anatomy) -> bool:
    """Whether a file's keys are rows of a table rather than the names of settings."""
    return language in _DATA_LANGUAGES and len(anatomy.definitions) > _MOST_KEYS


def _settle_rows(lines: Sequence[str], definitions: Sequence[Definition], attribute: str | None) -> None:
    """Take the attributes above a definition into it, and blank lines at its end out of it."""
    for found in definitions:
        while attribute and found.first_row > 0 and lines[found.first_row - 1].lstrip().startswith(attribute):
            found.first_row -= 1
        while found.last_row > found.first_row and not lines[found.last_row].strip():
            found.last_row -= 1


def _field_lines(lines: Sequence[str], anatomy: Anatomy, nested: Sequence[Owned]) -> Iterator[FieldLine]:
    for qualified_name, field in islice(owned_fields(anatomy, nested), _MOST_FIELDS):
        text = lines[field.name_row]
        if len(text) <= _LONGEST_LINE:
            yield FieldLine(field.name, qualified_name, field.name_row + 1, text.removesuffix("\r"))


def _definition_chunks(lines: Sequence[str], anatomy: Anatomy, nested: Sequence[Owned]) -> Iterator[ChunkRow]:
    covered_to = -1
    for owned in nested:
        found = owned.definition
        if found.first_row > covered_to + 1:
            yield from _blocks(lines, covered_to + 1, found.first_row - 1, "module")
        covered_to = max(covered_to, found.last_row)
        kind, rows, last_row = _extent(owned, anatomy.fields)
        chunk = _chunk(lines, owned, kind, rows, last_row)
        if chunk is not None:
            yield chunk
        if last_row < found.last_row:
            yield from _blocks(lines, last_row + 1, found.last_row, "text", owned.qualified_name)
    yield from _blocks(lines, covered_to + 1, len(lines) - 1, "module")


def _extent(owned: Owned, fields: Sequence[Field]) -> tuple[ChunkKind, Sequence[int], int]:
    """(kind, rows, last row) of the chunk of a definition; the rows of an outline are fewer than it spans."""
    found = owned.definition
    first, last = found.first_row, found.last_row
    if found.kind == "class":
        is_short = last - first < _CLASS_LINES
        return "class", range(first, last + 1) if is_short else _outline_rows(owned, fields), last
    if found.kind == "constant":
        end = min(last, first + _CONSTANT_LINES - 1)
        return "constant", range(first, end + 1), end
    end = min(last, first + _FUNCTION_LINES - 1)
    kind: ChunkKind = "text" if found.kind == "section" else "method" if owned.owners else "function"
    return kind, range(first, end + 1), end


def _outline_rows(owned: Owned, fields: Sequence[Field]) -> list[int]:
    found = owned.definition
    rows = set(range(found.first_row, found.signature_last_row + 1))
    for member in owned.members:
        if member.kind != "class" or member.signature_last_row > member.first_row:
            rows.update(
                range(member.first_row, min(member.signature_last_row, member.first_row + _SIGNATURE_LINES) + 1)
            )
        else:
            rows.add(member.first_row)
    inner = [(member.first_row, member.last_row) for member in owned.members]
    for field in fields:
        first, last = field.first_row, field.last_row
        if found.first_row <= first <= found.last_row and not any(low <= first <= high for low, high in inner):
            rows.update(range(first, min(last, first + 2) + 1))
    return sorted(rows)[:_OUTLINE_LINES]


def _chunk(lines: Sequence[str], owned: Owned, kind: ChunkKind, rows: Sequence[int], last_row: int) -> ChunkRow | None:
    """One chunk of `rows`, cut before a line too long to be of use; None when even its first line is."""
    text = _text_of(lines, rows)
    if not text:
        return None
    found = owned.definition
    kept = text.count("\n") + 1
    signature_row = found.signature_row
    signature_end = signature_row
    if kind != "constant":
        signature_end = max(signature_row, min(found.signature_last_row, signature_row + _SIGNATURE_LINES - 1))
    return (
        kind,
        found.name,
        owned.qualified_name,
        _text_of(lines, range(signature_row, signature_end + 1)),
        rows[0] + 1,
        (last_row if kept == len(rows) else rows[kept - 1]) + 1,
        text,
        signature_row + 1,
    )


def _text_of(lines: Sequence[str], rows: Sequence[int]) -> str:
    kept = lines[rows.start : rows.stop] if isinstance(rows, range) else [lines[row] for row in rows]
    text = "\n".join(kept)
    if len(text) > _LONGEST_LINE and max(map(len, kept)) > _LONGEST_LINE:
        text = "\n".join(takewhile(lambda line: len(line) <= _LONGEST_LINE, kept))
    return text.removesuffix("\r")


def _blocks(
    lines: Sequence[str], first: int, last: int, kind: ChunkKind, qualified_name: str = ""
) -> Iterator[ChunkRow]:
    """The rows `first` to `last` as blocks without a name of their own."""
    for start, end in text_blocks(lines, first, last):
        text = _text_of(lines, range(start, end + 1))
        if text:
            yield kind, "", qualified_name, "", start + 1, start + text.count("\n") + 1, text, 0
