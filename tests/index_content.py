"""What an index says, in a form in which two indexes of the same tree are equal whatever way they came to be."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from holdfast.index.chunk_store import INDEX_FILE

_NUMBERED: Final = {"id", "file_id", "chunk_id", "mtime_ns"}
_UNORDERED: Final = {"names"}
_ABOUT_NO_FILE: Final = {"word_count", "counter", "skipped"}

Facts = tuple[str, ...]
IndexContent = Mapping[str, tuple[Facts, ...]]


def index_content(directory: Path) -> IndexContent:
    """Every fact of `directory`/index.db by the path of its file; nothing where there is no index.

    All tables are read, whatever there are; row numbers and file times do not count. The words of the full-text index are
    read from the index itself, so that one which disagrees with the chunks shows. Fails on a damaged file.
    """
    database = directory / INDEX_FILE
    if not database.exists():
        return {}
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        # One moment of it: an indexer may be writing.
        connection.execute("BEGIN")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return _read(connection)
    finally:
        connection.close()


def _read(connection: sqlite3.Connection) -> IndexContent:
    names = dict(connection.execute("SELECT id, path FROM file"))
    # Neither the full-text index itself nor the tables that SQLite keeps it in.
    tables = [
        row[1]
        for row in connection.execute("PRAGMA main.table_list")
        if row[2] == "table" and not row[1].startswith("sqlite_") and row[1] not in _ABOUT_NO_FILE
    ]
    owners = dict(connection.execute("SELECT id, file_id FROM chunk"))
    assert connection.execute("SELECT value FROM counter WHERE name = 'chunks'").fetchall() == [(len(owners),)]
    facts: dict[str, list[Facts]] = defaultdict(list)
    for table in tables:
        cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name from the schema
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            values = dict(zip(columns, row, strict=True))
            file = values["id"] if table == "file" else values.get("file_id", owners.get(values.get("chunk_id")))
            assert file in names, f"{table} has a row of no file: {row}"
            for column in _UNORDERED & values.keys():
                values[column] = " ".join(sorted(values[column].split()))
            told = (f"{column}={value!r}" for column, value in values.items() if column not in _NUMBERED)
            facts[names[file]].append((table, *told))
    for path, words in _words(connection, owners, names):
        facts[path].append(("words", words))
    return {path: tuple(sorted(rows)) for path, rows in facts.items()}


def _words(connection: sqlite3.Connection, owners: Mapping[int, int], names: Mapping[int, str]) -> set[Facts]:
    """(path, "where: word word …") for each chunk of the full-text index."""
    connection.execute("CREATE VIRTUAL TABLE temp.instance USING fts5vocab('main', 'chunk_words', 'instance')")
    places = {
        chunk: f"{first}-{last} {name}"
        for chunk, first, last, name in connection.execute("SELECT id, first_line, last_line, name FROM chunk")
    }
    found: dict[int, list[str]] = defaultdict(list)
    for term, chunk in connection.execute("SELECT term, doc FROM temp.instance ORDER BY term"):
        found[chunk].append(term)
    assert found.keys() <= owners.keys(), "the full-text index has chunks that are not there"
    return {(names[owners[chunk]], f"{places[chunk]}: {' '.join(words)}") for chunk, words in found.items()}
