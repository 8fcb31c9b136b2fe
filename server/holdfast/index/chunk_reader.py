"""Reading index.db from any process, while its one writer writes.

A reader may be made before the index exists: it then finds nothing, and looks again at each question. It follows an
index that was dropped and built anew. It may be used from any thread, one question at a time; make several readers for
several threads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.anatomy import Import
from holdfast.index.chunk_store import INDEX_FILE
from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.name_reader import NameReader
from holdfast.index.read_connection import ReadConnection

_CHUNK_COLUMNS: Final = (
    "chunk.id, file.path, file.language, chunk.kind, chunk.name, chunk.qualified_name, chunk.signature,"
    " chunk.first_line, chunk.last_line, chunk.text, chunk.signature_line"
)


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk and its number in this index."""

    id: int
    chunk: CodeChunk


class ChunkReader:
    """Questions to one index; all answers are empty while there is none."""

    def __init__(self, index: Path | ReadConnection) -> None:
        """`index` is the directory in which it lies, or the connection of another reader."""
        self.connection = index if isinstance(index, ReadConnection) else ReadConnection(index / INDEX_FILE)
        self._ask = self.connection.ask
        self.names = NameReader(self.connection)
        self._roots: dict[str, list[ImportRoot]] = {}
        self._roots_revision = -1

    def close(self) -> None:
        """Close the connection; a later question opens it again."""
        self.connection.close()

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

    def content_hashes(self, paths: Sequence[str]) -> dict[str, bytes]:
        """By path, `chunk_store.content_hash` of what was read of each of these files that is indexed."""
        marks = ",".join("?" * len(paths))
        return dict(self._ask(f"SELECT path, hash FROM file WHERE path IN ({marks})", paths))  # noqa: S608 - only question marks are put in

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

    def definitions_around(self, path: str, lines: Iterable[int]) -> list[str]:
        """The qualified names of the innermost definitions of `path` that hold any of these lines (from 1), from the top."""
        sql = (
            "SELECT qualified_name, first_line, last_line FROM chunk JOIN file ON file.id = file_id"
            " WHERE path = ? AND name <> '' ORDER BY first_line, last_line DESC"
        )
        chunks = self._ask(sql, [path])
        found = {}
        for line in lines:
            around = [chunk for chunk in chunks if chunk[1] <= line <= chunk[2]]
            if around:
                innermost = min(around, key=lambda chunk: chunk[2] - chunk[1])
                found[str(innermost[0])] = innermost[1]
        return sorted(found, key=lambda name: (found[name], name))

    def has_path(self, path: str) -> bool:
        """Whether a file is indexed."""
        return bool(self._ask("SELECT 1 FROM file WHERE path = ?", [path]))

    def paths_in_folder(self, folder: str) -> list[str]:
        """The indexed files that lie directly in a folder ("" is the top)."""
        return [str(row[0]) for row in self._ask("SELECT path FROM file WHERE folder = ? ORDER BY path", [folder])]

    def folders_named(self, name: str) -> list[str]:
        """Folders that hold indexed files directly and whose last segment is `name`."""
        return [str(row[0]) for row in self._ask("SELECT DISTINCT folder FROM file WHERE folder_name = ?", [name])]

    def import_roots(self, kind: str) -> list[ImportRoot]:
        """Every import root of one kind in the workspace; remembered until the index changes."""
        revision = self.connection.look()
        if revision != self._roots_revision:
            self._roots, self._roots_revision = {}, revision
        if kind not in self._roots:
            rows = self._ask("SELECT kind, prefix, target, folder FROM import_root WHERE kind = ?", [kind])
            self._roots[kind] = [ImportRoot(*row) for row in rows]
        return self._roots[kind]

    def defines(self, path: str, name: str) -> bool:
        """Whether a file defines `name`, at its top level or as a member."""
        sql = (
            "SELECT 1 FROM file JOIN chunk ON chunk.file_id = file.id WHERE path = ? AND name = ? UNION ALL"
            " SELECT 1 FROM file JOIN field ON field.file_id = file.id WHERE path = ? AND name = ? LIMIT 1"
        )
        return bool(self._ask(sql, [path, name, path, name]))

    def _chunks(self, tail: str, values: Sequence[str | int]) -> list[StoredChunk]:
        rows = self._ask(f"SELECT {_CHUNK_COLUMNS} {tail}", values)
        return [StoredChunk(row[0], CodeChunk(*row[1:])) for row in rows]
