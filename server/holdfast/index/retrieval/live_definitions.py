"""What changed, unsaved texts define now: cut as the indexer would cut them, kept in memory only."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.anatomy import Import
from holdfast.index.chunk_store import content_hash, owner_name
from holdfast.index.chunker import ChunkedFile, chunk_source
from holdfast.index.definition_line import DefinitionLine, FileNames
from holdfast.index.identifiers import distinct_names
from holdfast.index.languages import language_of
from holdfast.index.name_reader import definition_line
from holdfast.index.retrieval.query import WorkingText
from holdfast.index.source_text import SourceText

_PARSE_CPU_S: Final = 0.1
_log = logging.getLogger(__name__)
MOST_BYTES: Final = 100_000
"""Parsing holds the GIL: about 17 ms for so much Python, no 10 ms of it at once."""
_MOST_CHARACTERS_TOGETHER: Final = 400_000


@dataclass(frozen=True)
class LiveFile:
    """One text, cut. `number` stands where an indexed file's number stands: below 0, another one for another text."""

    path: str
    language: str
    number: int
    text: str
    chunks: tuple[CodeChunk, ...]
    definitions: tuple[DefinitionLine, ...]
    fields: tuple[DefinitionLine, ...]
    imports: tuple[Import, ...]

    @cached_property
    def names(self) -> FileNames:
        """The identifiers in it."""
        return FileNames(self.number, self.path, self.language, frozenset(distinct_names(self.text).split()))

    def now(self, chunk: CodeChunk) -> CodeChunk | None:
        """What has become of a chunk of the file as it was indexed; None where it is gone."""
        if chunk.name:
            same = (live for live in self.chunks if live.name and live.qualified_name == chunk.qualified_name)
        else:
            same = (live for live in self.chunks if live.text == chunk.text)
        return next(same, None)


LiveFiles = Mapping[str, LiveFile]
"""By path."""


def as_they_are_now(chunks: Iterable[CodeChunk], files: LiveFiles) -> Iterator[CodeChunk]:
    """Indexed chunks, those of changed files as they are in the editor; those that are gone are left out."""
    for chunk in chunks:
        live = files.get(chunk.path)
        now = chunk if live is None else live.now(chunk)
        if now is not None:
            yield now


class LiveDefinitions:
    """Cuts changed texts; each once, remembered for as long as it is asked for."""

    def __init__(self) -> None:
        self._known: LiveFiles = {}

    def of(self, texts: Iterable[WorkingText]) -> LiveFiles:
        """The changed ones of `texts`, without those over 100 KB and those beyond 400,000 characters together.

        Blocking; one call at a time.
        """
        found: dict[str, LiveFile] = {}
        room = _MOST_CHARACTERS_TOGETHER
        for text in texts:
            if text.is_changed and text.path not in found and len(text.text) <= room:
                room -= len(text.text)
                before = self._known.get(text.path)
                live = before if before is not None and before.text == text.text else _cut(text)
                if live is not None:
                    found[text.path] = live
        self._known = found
        return found


def _cut(text: WorkingText) -> LiveFile | None:
    data = text.text.encode(errors="replace")
    if len(data) > MOST_BYTES:
        return None
    language = language_of(text.path)
    try:
        chunked = chunk_source(SourceText(text.path, language, text.text), _PARSE_CPU_S)
    except Exception:  # noqa: BLE001 - one text's task ends here: what is indexed of its file serves on
        _log.exception("cannot cut the text of %s", text.path)
        return None
    number = -1 - int.from_bytes(content_hash(data)[:6])
    return LiveFile(
        path=text.path,
        language=language,
        number=number,
        text=text.text,
        chunks=chunked.chunks,
        definitions=_definitions(text.path, language, number, chunked),
        fields=tuple(
            DefinitionLine(
                field.name,
                owner_name(field.qualified_name),
                "field",
                number,
                text.path,
                language,
                field.line,
                field.text,
            )
            for field in chunked.fields
        ),
        imports=chunked.imports,
    )


def _definitions(path: str, language: str, number: int, chunked: ChunkedFile) -> tuple[DefinitionLine, ...]:
    return tuple(
        definition_line(
            chunk.name,
            owner_name(chunk.qualified_name),
            chunk.kind,
            number,
            path,
            language,
            chunk.signature_line,
            chunk.signature,
        )
        for chunk in chunked.chunks
        if chunk.name and chunk.signature_line
    )
