"""The only writer of index.db: replaces a file's chunks as a whole, so that a crash leaves them old, new or absent."""

import hashlib
import logging
import posixpath
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Final, Self

from holdfast.errors import StorageError
from holdfast.index.chunker import ChunkRow
from holdfast.index.identifiers import search_words
from holdfast.index.schema import SCHEMA, SCHEMA_VERSION
from holdfast.index.word_counts import write_counts
from holdfast.sqlite.connection import open_for_writing, transaction, translated_errors

INDEX_FILE: Final = "index.db"
_CORRUPT_CODES: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_CACHE_KIB: Final = 16_000
_WAL_PAGES: Final = 6_000
_CODE_MASK: Final = 0xFF
_INDEX_NAMES: Final = frozenset({"__init__", "index", "mod"})
_log = logging.getLogger(__name__)

FieldRow = tuple[str, str, int, str]
"""The columns of `field` from `name` on."""

ImportRow = tuple[str, str, str]
"""The columns of `import` from `module` on."""

ImportRootRow = tuple[str, str, str, str]
"""The columns of `import_root` from `kind` on."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What is known of an indexed file: enough to see, without reading it, that it is the same."""

    mtime_ns: int
    size: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """One file, cut: what its rows in index.db hold (see `schema`), but for the numbers of the file and its chunks.

    Plain tuples, for they come from other processes: as objects of ours, handing them over costs half of storing them.
    `owners` are the bare names of what owns each chunk ("" for nothing), `words` its search words (see
    `identifiers.search_words`), `names` the file's distinct identifiers.
    """

    path: str
    language: str
    stamp: FileStamp
    damaged_places: int
    names: str
    chunks: Sequence[ChunkRow]
    owners: Sequence[str]
    words: Sequence[str]
    fields: Sequence[FieldRow]
    imports: Sequence[ImportRow]
    import_roots: Sequence[ImportRootRow]


def content_hash(data: bytes) -> bytes:
    """The 16-byte hash by which unchanged content is recognised."""
    return hashlib.blake2b(data, digest_size=16).digest()


def module_name(path: str) -> str:
    """The last part of the module name of a file: its stem, or its folder for `__init__.py`, `index.ts`."""
    file = PurePosixPath(path)
    stem = file.name.split(".", 1)[0]
    return file.parent.name if stem in _INDEX_NAMES else stem


def owner_name(qualified_name: str) -> str:
    """The bare name of what owns a member: "Order" of "shop.Order.total"; "" for what nothing owns."""
    return qualified_name.rpartition(".")[0].rpartition(".")[2]


def is_corruption(error: StorageError) -> bool:
    """Whether an error means that the file is damaged, which only building it anew can mend."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.DatabaseError) and (
        (getattr(cause, "sqlite_errorcode", 0) & _CODE_MASK) in _CORRUPT_CODES or "no such table" in str(cause)
    )


class ChunkStore:
    """index.db of one workspace cache folder, open for writing; one at a time, under the indexer's lock."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._is_changed = False
        self._came = self._went = 0
        self._connection = connection
        self._opened = _inode(path)
        self._next_chunk = 1 + int(self._value("SELECT coalesce(max(id), 0) FROM chunk"))

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open or make `directory`/index.db; one of another schema, or damaged, is deleted and begun again."""
        path = directory / INDEX_FILE
        connection: sqlite3.Connection | None = None
        try:
            connection = open_for_writing(path)
            with translated_errors(path):
                _prepare(connection)
                store = cls(path, connection)
                store.generation()
        except StorageError as error:
            if connection is not None:
                connection.close()
            if not is_corruption(error):
                raise
            delete_index(directory)
            connection = open_for_writing(path)
            with translated_errors(path):
                _prepare(connection)
            return cls(path, connection)
        return store

    @property
    def directory(self) -> Path:
        """The cache folder that the index lies in."""
        return self._path.parent

    def is_in_place(self) -> bool:
        """Whether the file that is written is still the one that readers open: it may have been deleted or replaced."""
        return _inode(self._path) == self._opened

    def close(self) -> None:
        """Close the connection; what was committed stays."""
        self._connection.close()

    @contextmanager
    def changes(self) -> Iterator[None]:
        """One transaction of replaces and removes; it ends in a new generation if there was any."""
        with translated_errors(self._path), transaction(self._connection):
            self._is_changed, self._came, self._went = False, 0, 0
            yield
            if self._is_changed:
                self._connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'generation'")
            if self._came or self._went:
                self._connection.executemany(
                    "UPDATE counter SET value = value + ? WHERE name = ?",
                    [(self._came - self._went, "chunks"), (self._came + self._went, "turnover")],
                )

    def replace(self, file: IndexedFile) -> None:
        """Put `file` in the place of what was known of its path; inside `changes`."""
        self.remove([file.path])
        self._is_changed = True
        file_id = self._insert_file(file)
        first = self._next_chunk
        self._next_chunk += len(file.chunks)
        self._came += len(file.chunks)
        self._connection.executemany(
            "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, file_id, *row, owner)
                for number, row, owner in zip(count(first), file.chunks, file.owners, strict=False)
            ],
        )
        self._connection.executemany(
            "INSERT INTO chunk_words (rowid, words) VALUES (?, ?)", list(enumerate(file.words, first))
        )
        self._connection.executemany(
            "INSERT INTO field VALUES (?, ?, ?, ?, ?)", [(file_id, *row) for row in file.fields]
        )
        self._connection.executemany(
            "INSERT INTO import VALUES (?, ?, ?, ?)", [(file_id, *row) for row in file.imports]
        )
        self._connection.executemany(
            "INSERT INTO import_root VALUES (?, ?, ?, ?, ?)", [(file_id, *row) for row in file.import_roots]
        )

    def _insert_file(self, file: IndexedFile) -> int | None:
        stamp = file.stamp
        folder = posixpath.dirname(file.path)
        cursor = self._connection.execute(
            "INSERT INTO file (path, folder, folder_name, module, language, mtime_ns, size, hash, damaged_places, names)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file.path,
                folder,
                posixpath.basename(folder),
                module_name(file.path),
                file.language,
                stamp.mtime_ns,
                stamp.size,
                stamp.hash,
                file.damaged_places,
                file.names,
            ),
        )
        return cursor.lastrowid

    def touch(self, path: str, stamp: FileStamp) -> None:
        """Note a new time for unchanged content; inside `changes`."""
        self._connection.execute(
            "UPDATE file SET mtime_ns = ?, size = ? WHERE path = ?", (stamp.mtime_ns, stamp.size, path)
        )

    def remove(self, paths: Iterable[str]) -> None:
        """Forget files; inside `changes`."""
        for path in paths:
            row = self._connection.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
            if row is None:
                continue
            self._is_changed = True
            # The words are kept nowhere else than in their index, which has to be told them again to forget them.
            told = self._connection.execute(
                "INSERT INTO chunk_words (chunk_words, rowid, words)"
                " SELECT 'delete', id, search_words(text) FROM chunk WHERE file_id = ?",
                row,
            )
            self._went += told.rowcount
            self._connection.execute("DELETE FROM file WHERE id = ?", row)

    def finish_scan(self, skipped: Mapping[str, int]) -> None:
        """Note what a full scan left out, once all that it found is in the index; inside `changes`."""
        self._connection.execute("DELETE FROM skipped")
        self._connection.executemany("INSERT INTO skipped VALUES (?, ?)", list(skipped.items()))

    def count_words(self) -> bool:
        """Write down how common each word is, where that is due. False where it cannot be: the index is right without it."""
        try:
            with translated_errors(self._path):
                write_counts(self._connection)
        except StorageError as error:
            if is_corruption(error):
                raise
            _log.warning("how common words are cannot be written down: %s", error)
            return False
        return True

    def stamps(self) -> dict[str, FileStamp]:
        """The stamp of every indexed file by path."""
        with translated_errors(self._path):
            rows = self._connection.execute("SELECT path, mtime_ns, size, hash FROM file").fetchall()
        return {path: FileStamp(mtime_ns, size, digest) for path, mtime_ns, size, digest in rows}

    def generation(self) -> int:
        """How many times a change was committed since the index was begun."""
        return int(self._value("SELECT value FROM counter WHERE name = 'generation'"))

    def _value(self, sql: str) -> int:
        with translated_errors(self._path):
            row = self._connection.execute(sql).fetchone()
        return int(row[0])


def _prepare(connection: sqlite3.Connection) -> None:
    connection.create_function("search_words", 1, search_words, deterministic=True)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA_VERSION:
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            corrupt = sqlite3.DatabaseError(damage)
            corrupt.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise corrupt
        return
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        old = sqlite3.DatabaseError(f"schema version {version}")
        old.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise old
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def delete_index(directory: Path) -> None:
    """Delete index.db and its companions; readers that hold it notice and open the new one."""
    path = directory / INDEX_FILE
    with translated_errors(path):
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
