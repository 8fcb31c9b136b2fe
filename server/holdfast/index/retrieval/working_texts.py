"""Which of the texts that the editor has open count as the working set, and which of them the index does not hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import content_hash
from holdfast.index.retrieval.query import WorkingText
from holdfast.index.source_text import source_of_bytes

MOST_FILES: Final = 12
LONGEST_TEXT: Final = 200_000
"""In characters; a longer text is left out."""

_Hashes = frozenset[bytes]
_IS_NO_SOURCE: Final[_Hashes] = frozenset()


class WorkingTexts:
    """Judges texts by what the index says of their paths. What it learns of a text it remembers while that is asked for."""

    def __init__(self, reader: ChunkReader, leaves_out: Callable[[str], bool]) -> None:
        """`leaves_out` says of a path (relative) that it is a secret or ignored."""
        self._reader = reader
        self._leaves_out = leaves_out
        self._known: Mapping[str, tuple[str, _Hashes]] = {}

    def besides(self, path: str, texts: Iterable[WorkingText]) -> tuple[WorkingText, ...]:
        """At most 12 of `texts`, in their order, without `path` and what would not be indexed either, told which are changed.

        Blocking: it reads the index. One call at a time. Raises StorageError.
        """
        known: dict[str, tuple[str, _Hashes]] = {}
        kept: list[WorkingText] = []
        for text in texts:
            if text.path == path or text.path in known or len(text.text) > LONGEST_TEXT or self._leaves_out(text.path):
                continue
            known[text.path] = (text.text, self._hashes(text))
            if known[text.path][1]:
                kept.append(text)
                if len(kept) == MOST_FILES:
                    break
        self._known = known
        indexed = self._reader.content_hashes([text.path for text in kept])
        return tuple(replace(text, is_changed=indexed.get(text.path) not in known[text.path][1]) for text in kept)

    def _hashes(self, text: WorkingText) -> _Hashes:
        """What the file's hash may be if it holds this text, with either line end; none if that were no source."""
        before = self._known.get(text.path)
        if before is not None and before[0] == text.text:
            return before[1]
        data = text.text.encode(errors="replace")
        if isinstance(source_of_bytes(text.path, data), str):
            return _IS_NO_SOURCE
        return frozenset({content_hash(data), content_hash(data.replace(b"\n", b"\r\n"))})
