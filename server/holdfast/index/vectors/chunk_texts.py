"""Which texts of the index are embedded: its chunks of code, each known by the hash of what would be sent of it."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_store import INDEX_FILE, content_hash
from holdfast.index.read_connection import ReadConnection

MOST_CHUNKS: Final = 100_000
_MOST_CHARACTERS: Final = 2_000
_FEWEST_CHARACTERS: Final = 40
_FILES: Final = (
    "SELECT file.id, file.hash, max(chunk.id) FROM file JOIN chunk ON chunk.file_id = file.id"
    " GROUP BY file.id ORDER BY file.mtime_ns DESC"
)
_OF_FILE: Final = "SELECT id, text FROM chunk WHERE file_id = ? AND kind <> 'text'"
_CHUNKS: Final = (
    "SELECT chunk.id, path, language, kind, name, qualified_name, signature, first_line, last_line, text, signature_line"
    " FROM chunk JOIN file ON file.id = file_id WHERE chunk.id IN "
)

Hash = bytes


def sent_text(text: str) -> str:
    """What of a chunk is embedded: its beginning, where it is long."""
    return text[:_MOST_CHARACTERS]


def hash_of(text: str) -> Hash:
    """How the vector of a chunk with this text is found again."""
    return content_hash(sent_text(text).encode("utf-8", "surrogatepass"))


class ChunkTexts:
    """Follows the index in `directory`: after a change only the chunks of changed files are read again."""

    def __init__(self, directory: Path) -> None:
        self._connection = ReadConnection(directory / INDEX_FILE)
        self._files: dict[tuple[int, bytes, int], list[tuple[Hash, int]]] = {}
        self._revision = -1

    def close(self) -> None:
        """Let go of the index."""
        self._connection.close()

    def has_changed(self) -> bool:
        """Whether the index is another one than at the last `numbers`."""
        return self._connection.look() != self._revision

    def numbers(self) -> dict[Hash, int]:
        """By hash of its text the number of a chunk, those of the latest changed files first. Raises StorageError."""
        revision = self._connection.look()
        files: dict[tuple[int, bytes, int], list[tuple[Hash, int]]] = {}
        numbers: dict[Hash, int] = {}
        for file in self._connection.ask(_FILES):
            files[file] = self._files[file] if file in self._files else self._read(file[0])
            for key, number in files[file]:
                numbers.setdefault(key, number)
            if len(numbers) >= MOST_CHUNKS:
                break
        self._files, self._revision = files, revision
        return numbers

    def chunks(self, numbers: Sequence[int]) -> dict[int, CodeChunk]:
        """The chunks with these numbers that there still are."""
        marks = ",".join("?" * len(numbers))
        rows = self._connection.ask(f"{_CHUNKS}({marks})", numbers) if numbers else []
        return {row[0]: CodeChunk(*row[1:]) for row in rows}

    def texts(self, wanted: Iterable[tuple[Hash, int]]) -> dict[Hash, str]:
        """What to send for these; nothing for a chunk that has changed."""
        pairs = list(wanted)
        chunks = self.chunks([number for _, number in pairs])
        return {
            key: sent_text(chunks[number].text)
            for key, number in pairs
            if number in chunks and hash_of(chunks[number].text) == key
        }

    def _read(self, file: int) -> list[tuple[Hash, int]]:
        time.sleep(0)  # lets the loop's thread in between files
        return [
            (hash_of(text), number)
            for number, text in self._connection.ask(_OF_FILE, [file])
            if len(text) >= _FEWEST_CHARACTERS
        ]
