"""vectors.db beside index.db: the vector of each chunk of code, by the hash of its text, for one embedding model.

Derived data: a file that is damaged, of another version, or of another model is deleted and begun again. One process
writes; others read what there is.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from holdfast.errors import StorageError
from holdfast.index.chunk_store import is_corruption
from holdfast.index.vectors.vector_set import Rows
from holdfast.sqlite.connection import open_for_reading, open_for_writing, transaction, translated_errors

VECTOR_FILE: Final = "vectors.db"
VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE model (key TEXT NOT NULL, dimension INTEGER NOT NULL) STRICT;
CREATE TABLE vector (hash BLOB NOT NULL UNIQUE, row BLOB NOT NULL) STRICT;
"""
_HASH_BYTES: Final = 16
_MOST_DIMENSIONS: Final = 8_192
_ROWS_AT_ONCE: Final = 4_096


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Rows, shape (n, dimension), and the hash of the text of each."""

    hashes: tuple[bytes, ...]
    rows: Rows


class VectorStore:
    """The file, open for writing; `dimension` is 0 before the first vector."""

    def __init__(self, path: Path, connection: sqlite3.Connection, model: str) -> None:
        self._path = path
        self._connection = connection
        self._model = model
        self.dimension = 0

    @classmethod
    def open(cls, directory: Path, model: str) -> tuple[Self, StoredVectors]:
        """Open or make the file for `model` with what it holds; raises StorageError when that cannot be done."""
        path = directory / VECTOR_FILE
        try:
            return cls._open(path, model)
        except StorageError as error:
            if not is_corruption(error):
                raise
        delete_vectors(directory)
        return cls._open(path, model)

    @classmethod
    def _open(cls, path: Path, model: str) -> tuple[Self, StoredVectors]:
        connection = open_for_writing(path)
        try:
            with translated_errors(path):
                if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
                stored = _read_all(connection, model)
        except BaseException:
            connection.close()
            raise
        store = cls(path, connection, model)
        store.dimension = stored.rows.shape[1]
        return store, stored

    def add(self, hashes: Sequence[bytes], rows: Rows) -> None:
        """Keep rows, all of the store's dimension; the first ones decide which that is."""
        with translated_errors(self._path), transaction(self._connection):
            if not self.dimension:
                self._connection.execute("INSERT INTO model VALUES (?, ?)", (self._model, rows.shape[1]))
            self._connection.executemany(
                "INSERT OR IGNORE INTO vector VALUES (?, ?)",
                [(key, row.tobytes()) for key, row in zip(hashes, rows, strict=True)],
            )
        self.dimension = rows.shape[1]

    def remove(self, hashes: Iterable[bytes]) -> None:
        """Forget the vectors of texts that are gone."""
        with translated_errors(self._path), transaction(self._connection):
            self._connection.executemany("DELETE FROM vector WHERE hash = ?", [(key,) for key in hashes])

    def close(self) -> None:
        """Close the file; what was added stays."""
        self._connection.close()


def read_vectors(directory: Path, model: str) -> StoredVectors | None:
    """What another process keeps in `directory` for `model`, if that is there and whole."""
    path = directory / VECTOR_FILE
    try:
        connection = open_for_reading(path)
        try:
            with translated_errors(path):
                return _read_all(connection, model)
        finally:
            connection.close()
    except StorageError:
        return None


def delete_vectors(directory: Path) -> None:
    """Delete the file and its companions."""
    path = directory / VECTOR_FILE
    with translated_errors(path):
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _read_all(connection: sqlite3.Connection, model: str) -> StoredVectors:
    """Everything; raises SQLite's own error for corruption where it is not what `model` wrote in this version."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        raise _useless("another version")
    known = connection.execute("SELECT key, dimension FROM model").fetchall()
    if not known:
        return StoredVectors((), np.zeros((0, 0), np.int8))
    if len(known) != 1 or known[0][0] != model or not 1 <= known[0][1] <= _MOST_DIMENSIONS:
        raise _useless("another model")
    dimension = int(known[0][1])
    hashes: list[bytes] = []
    parts = [np.zeros((0, dimension), np.int8)]
    cursor = connection.execute("SELECT hash, row FROM vector")
    while found := cursor.fetchmany(_ROWS_AT_ONCE):
        if any(len(key) != _HASH_BYTES or len(row) != dimension for key, row in found):
            raise _useless("a row of another length")
        hashes += [key for key, _ in found]
        parts.append(np.frombuffer(b"".join(row for _, row in found), np.int8).reshape(len(found), dimension))
    return StoredVectors(tuple(hashes), np.concatenate(parts))


def _useless(why: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(why)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
