"""What is derived, made again beside the log from its entries and compared with it: for `verify`, which changes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from holdfast.sessions.log.rebuild import LogProgress, quietly, take_over_rows
from holdfast.sessions.log.schema import MIGRATIONS
from holdfast.sessions.log.tombstones import EXPIRED

_BESIDE: Final = f"""
    DROP TABLE entry;
    DROP TABLE entry_words;
    CREATE TEMP VIEW entry AS SELECT rowid AS rowid, dev, session, seq, id, hlc, kind, project, body FROM log.entry;
    CREATE TEMP TRIGGER entry_stays INSTEAD OF DELETE ON entry BEGIN SELECT 1; END;
    CREATE TEMP TRIGGER entry_keeps_its_text INSTEAD OF UPDATE ON entry BEGIN SELECT 1; END;
    CREATE TEMP VIEW entry_words AS SELECT 0 AS rowid, '' AS entry_words, '' AS words;
    CREATE TEMP TRIGGER no_words INSTEAD OF INSERT ON entry_words BEGIN SELECT 1; END;
    INSERT INTO main.series SELECT * FROM log.series;
    INSERT INTO main.device SELECT * FROM log.device;
    INSERT INTO main.native_message SELECT * FROM log.native_message AS known WHERE EXISTS (
        SELECT 1 FROM log.entry AS old WHERE old.dev = known.dev AND old.session = known.session
        AND old.seq = known.seq AND old.kind = '{EXPIRED}'
    );
"""  # noqa: S608 - the name of a kind
"""Tables of the log's form whose entries are the log's own; the words of entries are checked elsewhere."""
_NOT_COMPARED: Final = {"memory_item": {"id"}}
_WHAT: Final = {
    "session": "sessions",
    "touched": "files",
    "native_message": "messages",
    "memory_item": "memories",
    "pin_word": "pins",
    "keep": "words on how long to keep",
}
_BY_STANDING: Final = frozenset({"pin_word", "keep"})


def differences(path: Path, progress: LogProgress = quietly) -> Iterator[tuple[int, str]]:
    """How many of which things the log at `path` does not hold as its entries say them. Raises sqlite3.Error.

    What devices said that are no longer the person's own is not compared: it was taken as they stood then.
    """
    with closing(sqlite3.connect(":memory:", uri=True, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS log", (f"{path.absolute().as_uri()}?mode=ro",))
        connection.execute("BEGIN")
        for migration in MIGRATIONS:
            for statement in migration.statements:
                connection.execute(statement)
        for statement in _statements(_BESIDE):
            connection.execute(statement)
        take_over_rows(connection, 0, progress, with_words=False)
        (others,) = connection.execute("SELECT count(*) FROM device WHERE standing <> 'own'").fetchone()
        for table, what in _WHAT.items():
            count = 0 if others and table in _BY_STANDING else _different(connection, table)
            if count:
                yield count, what
        lost = 0 if others else _missing(connection, "tombstone", "main", "log", _columns(connection, "tombstone"))
        if lost:
            yield lost, "tombstones"


def _different(connection: sqlite3.Connection, table: str) -> int:
    columns = _columns(connection, table)
    return max(_missing(connection, table, *sides, columns) for sides in (("main", "log"), ("log", "main")))


def _missing(connection: sqlite3.Connection, table: str, there: str, here: str, columns: str) -> int:
    """How many rows of the table `there` are not `here`."""
    found = connection.execute(
        f"SELECT count(*) FROM (SELECT {columns} FROM {there}.{table} EXCEPT SELECT {columns} FROM {here}.{table})"  # noqa: S608 - names of this schema
    )
    return int(found.fetchone()[0])


def _columns(connection: sqlite3.Connection, table: str) -> str:
    names = [str(row[1]) for row in connection.execute(f"PRAGMA main.table_info({table})")]
    return ", ".join(name for name in names if name not in _NOT_COMPARED.get(table, ()))


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
