import random
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.rebuild import rebuild
from holdfast.sessions.log.store import SeriesBroken, SessionLog, add_forgotten
from holdfast.sqlite.connection import open_for_writing
from sessions_fixture import DEVICE, SESSION, entries_of, problems_in, rows, said, sealed, stored_ids

# Adds batches to a series of its own, and prints the id of each entry once it is acknowledged.
WRITER = """
import sys
from pathlib import Path
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.series import Series
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.entries.uuid7 import uuid7
log = SessionLog(Path(sys.argv[1]))
series = Series(dev="ab" * 16, session=str(uuid7(wall_clock_ms())), project=None)
for batch in range(int(sys.argv[2])):
    entries = [series.extend(Draft(wall_clock_ms(), "session.meta", ({"n": n, "pad": "x" * 300},))) for n in range(3)]
    log.add(entries)
    print(*(entry.id for entry in entries), sep="\\n", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def log(path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(path)
    yield opened
    opened.close()


def start_writer(path: Path, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(batches)], stdout=subprocess.PIPE, text=True, encoding="ascii"
    )


def test_entries_are_kept_in_order_and_private(log: SessionLog, path: Path) -> None:
    entries = entries_of(5)

    assert log.add(entries) == 5
    assert stored_ids(path) == [entry.id for entry in entries]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_adding_again_adds_nothing(log: SessionLog, path: Path) -> None:
    entries = entries_of(5)
    log.add(entries[:3])

    assert log.add(entries) == 2
    assert log.add(entries) == 0
    assert stored_ids(path) == [entry.id for entry in entries]


def test_a_gap_is_refused_and_nothing_of_its_batch_is_kept(log: SessionLog, path: Path) -> None:
    first, second, _, fourth = entries_of(4)
    log.add([first])

    with pytest.raises(SeriesBroken):
        log.add([second, fourth])

    assert stored_ids(path) == [first.id]


@pytest.mark.parametrize("claimed_first", [True, False], ids=["the claim first", "the entry first"])
def test_a_device_that_claims_another_s_entry_for_a_forgotten_one_keeps_it_from_nobody(
    log: SessionLog, path: Path, *, claimed_first: bool
) -> None:
    (mine,) = sealed([said("x")])
    claim = replace(mine.place, dev="f" * 32)

    def claim_it() -> None:
        assert log.change(lambda connection: add_forgotten(connection, mine.id, claim)) == 1

    if claimed_first:
        claim_it()
    added = log.add([mine])
    if not claimed_first:
        claim_it()

    kept = {(str(dev), str(body)) for dev, body in rows(path, "SELECT dev, body FROM entry")}
    assert (added, kept) == (1, {(DEVICE, mine.body), (claim.dev, "")})


def test_another_entry_in_the_same_place_is_refused(log: SessionLog, path: Path) -> None:
    mine = entries_of(2)
    log.add(mine)
    fork = Series(dev=DEVICE, session=SESSION, project="another").extend(Draft(1, "session.meta", ()))

    with pytest.raises(SeriesBroken):
        log.add([fork])

    assert stored_ids(path) == [entry.id for entry in mine]


def test_a_database_deleted_under_the_log_is_noticed(log: SessionLog, path: Path) -> None:
    entries = entries_of(2)
    log.add(entries[:1])
    for part in path.parent.iterdir():
        part.unlink()

    with pytest.raises(SeriesBroken):
        log.add(entries[1:])
    log.add(entries_of(1, session=SESSION.replace("0", "1")))

    assert rows(path, "SELECT count(*) FROM entry") == [(1,)]


def test_a_file_that_is_no_database_is_an_error_and_is_left_alone(log: SessionLog, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but somebody's file" * 50)

    with pytest.raises(StorageError):
        log.add(entries_of(1))

    assert path.read_bytes() == b"not a database, but somebody's file" * 50


def test_a_full_disk_adds_nothing_and_the_same_entries_fit_later(path: Path) -> None:
    full = True

    def connect(where: Path) -> sqlite3.Connection:
        connection = open_for_writing(where)
        if full:
            connection.execute("PRAGMA max_page_count = 60")
        return connection

    log = SessionLog(path, connect)
    entries = entries_of(300)
    log.add(entries[:1])

    with pytest.raises(StorageError):
        log.add(entries)
    after_the_failure = stored_ids(path)
    full = False
    log.add(entries)
    log.close()

    assert after_the_failure == [entries[0].id]
    assert stored_ids(path) == [entry.id for entry in entries]
    assert problems_in(path) == []


def test_on_a_full_disk_nothing_is_forgotten_and_nothing_is_lost(path: Path) -> None:
    room = 0

    def connect(where: Path) -> sqlite3.Connection:
        connection = open_for_writing(where)
        if room:
            connection.execute(f"PRAGMA max_page_count = {room}")
        return connection

    log = SessionLog(path, connect)
    log.add(sealed([said(f"word{n} " * 200, native_id=str(n)) for n in range(60)]))
    log.close()
    entries = stored_ids(path)
    room = int(str(rows(path, "SELECT page_count FROM pragma_page_count")[0][0]))

    with pytest.raises(StorageError):
        log.append(DEVICE, SESSION, None, [said("more " * 50_000, native_id="more")])
    room = 0
    log.close()
    Orders(log, DEVICE).forget_session(SESSION)
    log.close()

    assert len(entries) == 60
    assert rows(path, "SELECT session FROM entry") == [("ctl",)]
    assert problems_in(path) == []


def test_one_window_forgets_and_makes_again_while_another_writes(path: Path) -> None:
    open_for_writing(path).close()
    log = SessionLog(path)
    log.add(sealed([said("Kumquat", native_id="m1")]))
    writer = start_writer(path, 40)
    log.change(rebuild)
    Orders(log, DEVICE).forget_session(SESSION)
    log.change(rebuild)
    acknowledged = writer.communicate(timeout=120)[0].split()
    log.close()

    assert writer.returncode == 0
    assert len(acknowledged) == 120
    assert set(acknowledged) <= set(stored_ids(path))
    assert rows(path, "SELECT count(*) FROM entry_words('kumquat')") == [(0,)]
    assert problems_in(path) == []


def test_two_processes_write_at_once_each_its_own_series(path: Path) -> None:
    open_for_writing(path).close()
    writers = [start_writer(path, 60) for _ in range(2)]
    acknowledged = [writer.communicate(timeout=120)[0].split() for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(stored_ids(path)) == sorted(acknowledged[0] + acknowledged[1])
    assert rows(path, "SELECT max_contig FROM series") == [(179,), (179,)]
    assert problems_in(path) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_writer_that_is_killed_loses_nothing_it_acknowledged(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: list[str] = []
    for _ in range(2):
        with start_writer(path, 1_000_000) as writer:
            assert writer.stdout is not None
            acknowledged += [writer.stdout.readline().strip() for _ in range(chance.randrange(1, 200))]
            time.sleep(chance.random() * 0.02)
            writer.kill()
            # What stood in the pipe was acknowledged too; only a line without its end was not.
            acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]

    assert set(acknowledged) - set(stored_ids(path)) == set()
    assert problems_in(path) == []


def test_a_file_where_the_folder_should_be_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")

    with pytest.raises(StorageError) as refused:
        SessionLog(tmp_path / "data" / "sessions.db").add(entries_of(1))

    assert refused.value.remedy.startswith("Check its permissions")


def test_a_log_that_another_process_writes_to_for_long_is_busy(path: Path) -> None:
    SessionLog(path).add(entries_of(1))
    other = open_for_writing(path)
    other.execute("BEGIN IMMEDIATE")

    def impatient(where: Path) -> sqlite3.Connection:
        connection = open_for_writing(where)
        connection.execute("PRAGMA busy_timeout = 1")
        return connection

    log = SessionLog(path, impatient)
    with pytest.raises(StorageError, match="is busy: another Holdfast is writing to it") as refused:
        log.add(entries_of(2))
    other.execute("ROLLBACK")
    other.close()

    assert refused.value.remedy.startswith("Try again in a moment")
    assert log.add(entries_of(2)) == 1
    log.close()


def test_reading_waits_for_no_writer_and_keeps_none_waiting(log: SessionLog, path: Path) -> None:
    log.add(entries_of(2))
    other = open_for_writing(path)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM entry")

    def read(connection: sqlite3.Connection) -> tuple[int, int]:
        (before,) = connection.execute("SELECT count(*) FROM entry").fetchone()
        other.execute("COMMIT")
        return before, connection.execute("SELECT count(*) FROM entry").fetchone()[0]

    assert log.read(read) == (2, 2)
    assert log.read(lambda connection: connection.execute("SELECT count(*) FROM entry").fetchone()) == (0,)
    other.close()


def test_what_only_reads_cannot_write(log: SessionLog) -> None:
    log.add(entries_of(1))

    with pytest.raises(StorageError, match="readonly"):
        log.read(lambda connection: connection.execute("DELETE FROM entry"))

    assert log.read(lambda connection: connection.execute("SELECT count(*) FROM entry").fetchone()) == (1,)
    assert log.add(entries_of(2)) == 1
