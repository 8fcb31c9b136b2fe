import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.sqlite.connection import open_for_writing
from holdfast.sqlite.migrations import Migration, migrate, pending_migrations

FIRST = Migration("2026-01-01 notes", ("CREATE TABLE note (text TEXT)",))
SECOND = Migration("2026-02-01 when", ("ALTER TABLE note ADD COLUMN at TEXT", "CREATE INDEX note_at ON note (at)"))
BROKEN = Migration("2026-03-01 broken", ("CREATE TABLE half (x)", "CREATE TABLE note (text TEXT)"))

RACER = """
import sys
from pathlib import Path
from holdfast.sqlite.connection import open_for_writing
from holdfast.sqlite.migrations import Migration, migrate
path = Path(sys.argv[1])
connection = open_for_writing(path)
print("ready", flush=True)
sys.stdin.readline()
migrate(connection, [Migration(f"2026-01-{day:02} table", (f"CREATE TABLE t{day} (x)",)) for day in range(1, 29)], path)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recorded.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    opened = open_for_writing(path)
    yield opened
    opened.close()


def tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_each_migration_is_applied_once_and_recorded_in_order(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, [FIRST], path)
    migrate(connection, [FIRST, SECOND], path)
    migrate(connection, [FIRST, SECOND], path)

    recorded = connection.execute("SELECT name FROM migration ORDER BY rowid").fetchall()
    assert recorded == [(FIRST.name,), (SECOND.name,)]
    assert pending_migrations(connection, [FIRST, SECOND], path) == ()


def test_rows_written_before_a_migration_are_there_after_it(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, [FIRST], path)
    connection.execute("INSERT INTO note (text) VALUES ('kept')")

    migrate(connection, [FIRST, SECOND], path)

    assert connection.execute("SELECT text, at FROM note").fetchall() == [("kept", None)]


def test_a_migration_that_fails_leaves_nothing_and_no_record(connection: sqlite3.Connection, path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [FIRST, BROKEN], path)

    assert tables(connection) == {"migration", "note"}
    assert pending_migrations(connection, [FIRST, BROKEN], path) == (BROKEN,)


def test_a_database_of_a_newer_holdfast_is_refused_and_left_as_it_is(path: Path) -> None:
    newer = open_for_writing(path)
    migrate(newer, [FIRST, SECOND], path)
    newer.close()
    before = path.read_bytes()

    older = open_for_writing(path)
    with pytest.raises(StorageError) as refused:
        migrate(older, [FIRST], path)
    older.close()

    assert refused.value.message == f"The database {path} was written by a newer Holdfast (it knows “{SECOND.name}”)."
    assert refused.value.remedy == "Update this Holdfast; the database was left as it is."
    assert path.read_bytes() == before


def test_of_processes_that_migrate_at_once_one_does_it(path: Path) -> None:
    open_for_writing(path).close()
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        racer.communicate(timeout=60)

    assert [racer.returncode for racer in racers] == [0, 0, 0]
    connection = open_for_writing(path)
    assert tables(connection) == {"migration", *(f"t{day}" for day in range(1, 29))}
    connection.close()
