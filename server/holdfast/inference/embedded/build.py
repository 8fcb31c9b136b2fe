"""Building the corpus: every source once, into tokens, a sorted vocabulary and the order of contexts.

Runs in the indexer process. Tokens stream to the disk; what stays in memory is the vocabulary (bounded) and one sort of
`context_order.POSITIONS_AT_ONCE` positions.
"""

import json
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.context_order import PADDING, bucket_starts, sorted_positions
from holdfast.inference.embedded.corpus_file import CorpusWriter
from holdfast.inference.embedded.lexer import lines_of
from holdfast.inference.embedded.source_text import Source
from holdfast.inference.embedded.storage_errors import translated_errors
from holdfast.inference.embedded.token_ids import BOUNDARY, FIRST_WORD, UNKNOWN
from holdfast.inference.embedded.token_stream import TokenStream
from holdfast.inference.embedded.vocabulary import packed

FOLDER: Final = "embedded"
MAX_TOKENS: Final = 8_000_000
MAX_WORDS: Final = 400_000
_PIECE: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class CorpusSummary:
    """What a build took in.

    `left_out` files came after the bound of `MAX_TOKENS`; `source_bytes` is UTF-8 read in, `corpus_bytes` the size on
    disk, `seconds` the wall time.
    """

    files: int
    left_out: int
    tokens: int
    words: int
    source_bytes: int
    corpus_bytes: int
    seconds: float


class _Intake:
    """The first pass: provisional ids to a scratch file, words numbered as they come."""

    def __init__(self, scratch: IO[bytes]) -> None:
        self._scratch = scratch
        self._ids: dict[str, int] = {}
        self._stream = TokenStream(self._number)
        self.paths: list[str] = []
        self.starts: list[int] = []
        self.left_out = 0
        self.source_bytes = 0
        self.tokens = 0
        self._append(array("I", [BOUNDARY]) * PADDING)

    def add(self, source: Source) -> None:
        """Take a source in, or count it as left out when the corpus is full."""
        if self.tokens >= MAX_TOKENS:
            self.left_out += 1
            return
        ids = self._stream.encode(lines_of(source.text))[: MAX_TOKENS - self.tokens]
        self.paths.append(source.path)
        self.starts.append(self.tokens)
        self.source_bytes += len(source.text.encode("utf-8", "surrogatepass"))
        self._append(ids)

    def close(self) -> None:
        """End the stream: one position for the last context and one token to follow it."""
        self._append(array("I", [BOUNDARY, BOUNDARY]))
        self._scratch.flush()

    def sort_words(self) -> tuple[list[str], npt.NDArray[np.uint32]]:
        """The words in order, and the final id of each provisional one."""
        words = sorted(self._ids)
        final = np.arange(FIRST_WORD + len(words), dtype=np.uint32)
        final[[self._ids[word] for word in words]] = np.arange(FIRST_WORD, FIRST_WORD + len(words), dtype=np.uint32)
        return words, final

    def _append(self, ids: "array[int]") -> None:
        self._scratch.write(ids.tobytes())
        self.tokens += len(ids)

    def _number(self, word: str) -> int:
        known = self._ids.get(word)
        if known is None:
            if len(self._ids) >= MAX_WORDS:
                return UNKNOWN
            known = self._ids[word] = FIRST_WORD + len(self._ids)
        return known


def build_corpus(directory: Path, sources: Iterable[Source]) -> CorpusSummary:
    """Build `directory`/embedded anew from `sources` (most useful first) and swap it in at once.

    Beyond MAX_TOKENS tokens sources are left out, and counted so. Raises StorageError or DiskFull with the old corpus
    intact; whatever reading a source raises passes through, with the old corpus intact too.
    """
    began = time.monotonic()
    with CorpusWriter(directory / FOLDER) as writer, translated_errors(directory / FOLDER):
        with tempfile.TemporaryFile(dir=directory / FOLDER) as scratch:
            intake = _Intake(scratch)
            for source in sources:
                intake.add(source)
            intake.close()
            words, final = intake.sort_words()
            start, length = writer.write("tokens", _renumbered(scratch, final))
        blob, offsets = packed(words)
        writer.write("words", [blob])
        writer.write("word_offsets", [offsets.tobytes()])
        writer.write("paths", [json.dumps(intake.paths).encode()])
        writer.write("path_starts", [np.array(intake.starts, dtype=np.uint32).tobytes()])
        _write_order(writer, start, length, len(final))
        size = writer.path.stat().st_size
    return CorpusSummary(
        files=len(intake.paths),
        left_out=intake.left_out,
        tokens=intake.tokens,
        words=len(words),
        source_bytes=intake.source_bytes,
        corpus_bytes=size,
        seconds=time.monotonic() - began,
    )


def _renumbered(scratch: IO[bytes], final: npt.NDArray[np.uint32]) -> Iterator[bytes]:
    scratch.seek(0)
    while piece := scratch.read(_PIECE * 4):
        yield final[np.frombuffer(piece, dtype=np.uint32)].tobytes()


def _write_order(writer: CorpusWriter, start: int, length: int, vocabulary_size: int) -> None:
    tokens = np.memmap(writer.path, dtype=np.uint32, mode="r", offset=start, shape=(length // 4,))
    starts = bucket_starts(tokens, vocabulary_size)
    writer.write("bucket_starts", [starts.tobytes()])
    writer.write("order", (piece.tobytes() for piece in sorted_positions(tokens, starts)))
