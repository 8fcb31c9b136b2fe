"""Where a name is defined."""

from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine

_SEPARATORS: Final = ("::", "#", "->", "/")


def find_definition(reader: ChunkReader, name: str) -> list[CodeChunk]:
    """The definitions of `name`, bare or with its owners before it (`Store.open`), those that agree in all of it first.

    Fields and attributes come as their one line.
    """
    parts = _parts(name)
    if not parts:
        return []
    chunks = [stored.chunk for stored in reader.definitions_named([parts[-1]])]
    chunks += [_line_of(line) for line in reader.names.definitions_named([parts[-1]]) if line.kind == "field"]
    owned = [chunk for chunk in chunks if _parts(chunk.qualified_name)[-len(parts) :] == parts]
    return sorted(owned or chunks, key=lambda chunk: (chunk.path, chunk.first_line))


def _parts(name: str) -> list[str]:
    for separator in _SEPARATORS:
        name = name.replace(separator, ".")
    return [part for part in name.strip().removesuffix("()").split(".") if part]


def _line_of(line: DefinitionLine) -> CodeChunk:
    qualified = f"{line.owner}.{line.name}" if line.owner else line.name
    return CodeChunk(
        path=line.path,
        language=line.language,
        kind="constant",
        name=line.name,
        qualified_name=qualified,
        signature=line.text,
        first_line=line.line,
        last_line=line.line,
        text=line.text,
        signature_line=line.line,
    )
