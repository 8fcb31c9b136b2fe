"""Reading index.db from any process, while its one writer writes.

A reader may be made before the index exists: it then finds nothing, and looks again at each question. It follows an
index that was dropped and built anew. It may be used from any thread, one question at a time; make several readers for
several threads.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from holdfast.code_chunk import CodeChunk
from holdfast.errors import StorageError
from holdfast.index.chunk_store import INDEX_FILE
from holdfast.index.definitions import Import
from holdfast.index.schema import SCHEMA_VERSION
from holdfast.sqlite.connection import open_for_reading, translated_errors

_T = TypeVar("_T")
_CHUNK_COLUMNS: Final = (
    "chunk.id, file.path, file.language, chunk.kind, chunk.name, chunk.qualified_name, chunk.signature,"
    " chunk.first_line, chunk.last_line, chunk.text"
)
_MOST_KNOWN_COUNTS: Final = 50_000


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk and its number in this index."""

    id: int
    chunk: CodeChunk


class ChunkReader:
    """Questions to the index in `directory`; all answers are empty while there is no index."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / INDEX_FILE
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._data_version = -1
        self._chunk_counts: dict[str, int] = {}

    def close(self) -> None:
        """Close the connection; a later question opens it again."""
        with self._lock:
            self._drop()

    def generation(self) -> int:
        """The number of committed changes; 0 while there is no index."""
        rows = self._ask("SELECT value FROM counter WHERE name = 'generation'")
        return int(rows[0][0]) if rows else 0

    def totals(self) -> tuple[int, int, int]:
        """(files, chunks, bytes) in the index."""
        rows = self._ask("SELECT count(*), coalesce(sum(size), 0) FROM file")
        chunks = self._ask("SELECT count(*) FROM chunk")
        return (int(rows[0][0]), int(chunks[0][0]), int(rows[0][1])) if rows and chunks else (0, 0, 0)

    def skipped(self) -> dict[str, int]:
        """How many files the last full scan left out, by reason."""
        return {str(reason): int(count) for reason, count in self._ask("SELECT reason, count FROM skipped")}

    def damaged_places(self, path: str) -> int | None:
        """How many places of an indexed file were no UTF-8; None when the file is not indexed."""
        rows = self._ask("SELECT damaged_places FROM file WHERE path = ?", [path])
        return int(rows[0][0]) if rows else None

    def paths(self) -> list[str]:
        """Every indexed file."""
        return [str(row[0]) for row in self._ask("SELECT path FROM file ORDER BY path")]

    def paths_of_module(self, module: str) -> list[str]:
        """Files whose module name ends in `module` (see `chunk_store.module_name`)."""
        return [str(row[0]) for row in self._ask("SELECT path FROM file WHERE module = ?", [module])]

    def imports_of(self, path: str) -> list[Import]:
        """What a file imported when it was indexed."""
        sql = "SELECT import.module, name, alias FROM import JOIN file ON file.id = file_id WHERE path = ?"
        return [Import(*row) for row in self._ask(sql, [path])]

    def definitions_named(self, names: Sequence[str]) -> list[StoredChunk]:
        """Every definition with one of these bare names."""
        if not names:
            return []
        marks = ",".join("?" * len(names))
        return self._chunks(f"FROM chunk JOIN file ON file.id = file_id WHERE name <> '' AND name IN ({marks})", names)

    def count_definitions(self, names: Sequence[str]) -> dict[str, int]:
        """How many definitions each of these names has."""
        marks = ",".join("?" * len(names))
        sql = f"SELECT name, count(*) FROM chunk WHERE name <> '' AND name IN ({marks}) GROUP BY name"  # noqa: S608 - only question marks are put in
        return {str(name): int(count) for name, count in self._ask(sql, names)} if names else {}

    def definitions_in(self, path: str, name: str) -> list[StoredChunk]:
        """The definitions of `name` at the top level of one file."""
        tail = "FROM chunk JOIN file ON file.id = file_id WHERE path = ? AND name = ? AND qualified_name = name"
        return self._chunks(tail, [path, name])

    def default_export_of(self, path: str) -> list[StoredChunk]:
        """What a JavaScript or TypeScript module exports as its default, if that has a name."""
        tail = "FROM chunk JOIN file ON file.id = file_id WHERE path = ? AND signature LIKE 'export default%'"
        return self._chunks(tail, [path])

    def chunks_with_words(self, words: Iterable[str], limit: int) -> list[StoredChunk]:
        """The `limit` chunks that any of `words` ranks highest by BM25, best first."""
        question = " OR ".join('"' + word.replace('"', "") + '"' for word in words)
        if not question:
            return []
        tail = (
            "FROM (SELECT rowid, rank FROM chunk_words WHERE chunk_words MATCH ? ORDER BY rank LIMIT ?) AS hit"
            " JOIN chunk ON chunk.id = hit.rowid JOIN file ON file.id = chunk.file_id ORDER BY hit.rank, chunk.id"
        )
        return self._chunks(tail, [question, limit])

    def count_chunks_with(self, word: str) -> int:
        """In how many chunks a search word occurs; remembered until the index changes."""
        known = self._chunk_counts.get(word)
        if known is not None:
            return known
        rows = self._ask("SELECT doc FROM chunk_vocabulary WHERE term = ?", [word])
        count = int(rows[0][0]) if rows else 0
        if len(self._chunk_counts) < _MOST_KNOWN_COUNTS:
            self._chunk_counts[word] = count
        return count

    def count_chunks(self) -> int:
        """How many chunks there are, nearly: the highest number."""
        rows = self._ask("SELECT coalesce(max(id), 0) FROM chunk")
        return int(rows[0][0]) if rows else 0

    def _chunks(self, tail: str, values: Sequence[str | int]) -> list[StoredChunk]:
        rows = self._ask(f"SELECT {_CHUNK_COLUMNS} {tail}", values)
        return [StoredChunk(row[0], CodeChunk(*row[1:])) for row in rows]

    def _ask(self, sql: str, values: Sequence[str | int] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            return self._with_connection(lambda connection: connection.execute(sql, values).fetchall(), [])

    def _with_connection(self, question: Callable[[sqlite3.Connection], _T], nothing: _T) -> _T:
        try:
            connection = self._current()
            if connection is None:
                return nothing
            with translated_errors(self._path):
                return question(connection)
        except StorageError:
            # The writer may be just now replacing the file under us: only a second failure counts.
            self._drop()
            connection = self._current()
            if connection is None:
                return nothing
            with translated_errors(self._path):
                return question(connection)

    def _current(self) -> sqlite3.Connection | None:
        """The connection to the index that is there now, or None."""
        try:
            status = self._path.stat()
        except OSError:
            self._drop()
            return None
        identity = (status.st_dev, status.st_ino)
        if self._connection is None or identity != self._identity:
            self._drop()
            connection = open_for_reading(self._path)
            if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
                connection.close()
                return None
            self._connection, self._identity = connection, identity
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._data_version:
            self._data_version = version
            self._chunk_counts.clear()
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._identity, self._data_version = None, None, -1
        self._chunk_counts.clear()
