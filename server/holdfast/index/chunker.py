"""From a file to its chunks: definitions where there is a grammar, blocks of lines where there is none.

A function is a chunk; a long one continues in nameless text chunks. A short class is a chunk as it stands, a long one
is its outline: header, fields and the signatures of its members, which are chunks of their own. A function inside a
function belongs to its owner's text. What no definition covers (imports, scripts, tests) becomes `module` blocks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
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


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """The chunks of a file from top to bottom, what it imports, and the fields of its classes."""

    chunks: tuple[CodeChunk, ...]
    imports: tuple[Import, ...]
    fields: tuple[FieldLine, ...] = ()


def chunk_source(source: SourceText, cpu_s: float = PARSE_CPU_S) -> ChunkedFile:
    """Cut one file. Works on any text: what does not parse (in `cpu_s`) is cut around the errors, or as plain text."""
    anatomy = dissect(source.language, source.text.encode(errors="replace"), cpu_s)
    if anatomy is None or _is_data(source.language, anatomy):
        return chunk_text(source)
    lines = source.text.split("\n")
    _settle_rows(lines, anatomy.definitions, _ATTRIBUTES_ABOVE.get(source.language))
    nested = nest(anatomy.definitions)
    chunks = list(_definition_chunks(source, lines, anatomy, nested))
    chunks.sort(key=lambda chunk: chunk.first_line)
    return ChunkedFile(tuple(chunks), anatomy.imports, tuple(_field_lines(lines, anatomy, nested)))


def chunk_text(source: SourceText) -> ChunkedFile:
    """Cut one file as plain text, whatever its language."""
    lines = source.text.split("\n")
    return ChunkedFile(tuple(_blocks(source, lines, text_blocks(lines, 0, len(lines) - 1), "text")), ())


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


def _definition_chunks(
    source: SourceText, lines: Sequence[str], anatomy: Anatomy, nested: Sequence[Owned]
) -> Iterator[CodeChunk]:
    covered_to = -1
    for owned in nested:
        found = owned.definition
        if found.first_row > covered_to:
            yield from _blocks(source, lines, text_blocks(lines, covered_to + 1, found.first_row - 1), "module")
        covered_to = max(covered_to, found.last_row)
        if found.kind == "class":
            yield from _class_chunk(source, lines, owned, anatomy.fields)
        else:
            yield from _plain_chunks(source, lines, owned)
    yield from _blocks(source, lines, text_blocks(lines, covered_to + 1, len(lines) - 1), "module")


def _class_chunk(
    source: SourceText, lines: Sequence[str], owned: Owned, fields: Sequence[Field]
) -> Iterator[CodeChunk]:
    found = owned.definition
    rows: Sequence[int] = range(found.first_row, found.last_row + 1)
    if len(rows) > _CLASS_LINES:
        rows = _outline_rows(owned, fields)
    yield from _chunk(source, lines, owned, "class", rows, found.last_row)


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


def _plain_chunks(source: SourceText, lines: Sequence[str], owned: Owned) -> Iterator[CodeChunk]:
    found = owned.definition
    if found.kind == "constant":
        kind: ChunkKind = "constant"
        end = min(found.last_row, found.first_row + _CONSTANT_LINES - 1)
    else:
        kind = "text" if found.kind == "section" else "method" if owned.owners else "function"
        end = min(found.last_row, found.first_row + _FUNCTION_LINES - 1)
    yield from _chunk(source, lines, owned, kind, range(found.first_row, end + 1), end)
    if end < found.last_row:
        rest = text_blocks(lines, end + 1, found.last_row)
        yield from _blocks(source, lines, rest, "text", owned.qualified_name)


def _chunk(
    source: SourceText, lines: Sequence[str], owned: Owned, kind: ChunkKind, rows: Sequence[int], last_row: int
) -> Iterator[CodeChunk]:
    """One chunk of `rows`, cut before a line too long to be of use; nothing when even its first line is."""
    text = _text_of(lines, rows)
    found = owned.definition
    if not text:
        return
    kept = text.count("\n") + 1
    signature_end = min(found.signature_last_row, found.signature_row + _SIGNATURE_LINES - 1)
    if kind == "constant":
        signature_end = found.signature_row
    yield CodeChunk(
        path=source.path,
        language=source.language,
        kind=kind,
        name=found.name,
        qualified_name=owned.qualified_name,
        signature=_text_of(lines, range(found.signature_row, max(signature_end, found.signature_row) + 1)),
        first_line=rows[0] + 1,
        last_line=(last_row if kept == len(rows) else rows[kept - 1]) + 1,
        text=text,
        signature_line=found.signature_row + 1,
    )


def _text_of(lines: Sequence[str], rows: Sequence[int]) -> str:
    kept = lines[rows.start : rows.stop] if isinstance(rows, range) else [lines[row] for row in rows]
    text = "\n".join(kept)
    if len(text) > _LONGEST_LINE and max(map(len, kept)) > _LONGEST_LINE:
        text = "\n".join(takewhile(lambda line: len(line) <= _LONGEST_LINE, kept))
    return text.removesuffix("\r")


def _blocks(
    source: SourceText,
    lines: Sequence[str],
    blocks: Iterator[tuple[int, int]],
    kind: ChunkKind,
    qualified_name: str = "",
) -> Iterator[CodeChunk]:
    for first, last in blocks:
        text = _text_of(lines, range(first, last + 1))
        if text:
            end = first + text.count("\n")
            yield CodeChunk(source.path, source.language, kind, "", qualified_name, "", first + 1, end + 1, text)
