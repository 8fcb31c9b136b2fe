"""From a file to its chunks: definitions where there is a grammar, blocks of lines where there is none.

A function is a chunk; a long one continues in nameless text chunks. A short class is a chunk as it stands, a long one
is its outline: header, fields and the signatures of its members, which are chunks of their own. A function inside a
function belongs to its owner's text. What no definition covers (imports, scripts, tests) becomes `module` blocks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ChunkKind, CodeChunk
from holdfast.index.definitions import Anatomy, Definition, Import, dissect
from holdfast.index.source_text import SourceText
from holdfast.index.text_blocks import text_blocks

_FUNCTION_LINES: Final = 60
_CLASS_LINES: Final = 30
_OUTLINE_LINES: Final = 80
_SIGNATURE_LINES: Final = 12
_CONSTANT_LINES: Final = 30
_LONGEST_LINE: Final = 2_000


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """The chunks of a file from top to bottom, and what it imports."""

    chunks: tuple[CodeChunk, ...]
    imports: tuple[Import, ...]


@dataclass(frozen=True, slots=True)
class _Owned:
    """A definition that becomes a chunk, with the names of the classes around it."""

    definition: Definition
    owners: tuple[str, ...]
    members: list[Definition]


def chunk_source(source: SourceText) -> ChunkedFile:
    """Cut one file. Works on any text: what does not parse is cut around the errors, or as plain text."""
    lines = source.text.split("\n")
    anatomy = dissect(source.language, source.text.encode(errors="replace"))
    if anatomy is None:
        blocks = text_blocks(lines, 0, len(lines) - 1)
        return ChunkedFile(tuple(_blocks(source, lines, blocks, "text")), ())
    chunks = list(_definition_chunks(source, lines, anatomy))
    chunks.sort(key=lambda chunk: chunk.first_line)
    return ChunkedFile(tuple(chunks), anatomy.imports)


def _definition_chunks(source: SourceText, lines: Sequence[str], anatomy: Anatomy) -> Iterator[CodeChunk]:
    covered_to = -1
    for owned in _nest(anatomy.definitions):
        found = owned.definition
        if not owned.owners and found.first_row > covered_to:
            yield from _blocks(source, lines, text_blocks(lines, covered_to + 1, found.first_row - 1), "module")
        if not owned.owners:
            covered_to = max(covered_to, found.last_row)
        if found.kind == "class":
            yield from _class_chunk(source, lines, owned, anatomy.field_rows)
        else:
            yield from _plain_chunks(source, lines, owned)
    yield from _blocks(source, lines, text_blocks(lines, covered_to + 1, len(lines) - 1), "module")


def _nest(definitions: Sequence[Definition]) -> list[_Owned]:
    """Definitions in order with their owners (classes, object literals); those inside a function are left to it."""
    kept: list[_Owned] = []
    around: list[_Owned] = []
    for found in definitions:
        while around and found.start >= around[-1].definition.end:
            around.pop()
        if around and around[-1].definition.kind == "function":
            continue
        if around:
            around[-1].members.append(found)
        owned = _Owned(found, tuple(owner.definition.name for owner in around), [])
        kept.append(owned)
        around.append(owned)
    return kept


def _class_chunk(
    source: SourceText, lines: Sequence[str], owned: _Owned, field_rows: Sequence[tuple[int, int]]
) -> Iterator[CodeChunk]:
    found = owned.definition
    rows: Sequence[int] = range(found.first_row, found.last_row + 1)
    if len(rows) > _CLASS_LINES:
        rows = _outline_rows(owned, field_rows)
    yield from _chunk(source, lines, owned, "class", rows, found.last_row)


def _outline_rows(owned: _Owned, field_rows: Sequence[tuple[int, int]]) -> list[int]:
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
    for first, last in field_rows:
        if found.first_row <= first <= found.last_row and not any(low <= first <= high for low, high in inner):
            rows.update(range(first, min(last, first + 2) + 1))
    return sorted(rows)[:_OUTLINE_LINES]


def _plain_chunks(source: SourceText, lines: Sequence[str], owned: _Owned) -> Iterator[CodeChunk]:
    found = owned.definition
    if found.kind == "constant":
        kind: ChunkKind = "constant"
        end = min(found.last_row, found.first_row + _CONSTANT_LINES - 1)
    else:
        kind = "method" if owned.owners else "function"
        end = min(found.last_row, found.first_row + _FUNCTION_LINES - 1)
    yield from _chunk(source, lines, owned, kind, range(found.first_row, end + 1), end)
    if end < found.last_row:
        rest = text_blocks(lines, end + 1, found.last_row)
        yield from _blocks(source, lines, rest, "text", ".".join((*owned.owners, found.name)))


def _chunk(
    source: SourceText, lines: Sequence[str], owned: _Owned, kind: ChunkKind, rows: Sequence[int], last_row: int
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
        qualified_name=".".join((*owned.owners, found.name)),
        signature=_text_of(lines, range(found.signature_row, max(signature_end, found.signature_row) + 1)),
        first_line=rows[0] + 1,
        last_line=(last_row if kept == len(rows) else rows[kept - 1]) + 1,
        text=text,
    )


def _text_of(lines: Sequence[str], rows: Sequence[int]) -> str:
    kept: list[str] = []
    for row in rows:
        if len(lines[row]) > _LONGEST_LINE:
            break
        kept.append(lines[row])
    return "\n".join(kept).removesuffix("\r")


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
