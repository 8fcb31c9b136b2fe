"""Whose word counts for a session, and what is left of it: teammates' strands, a forgotten beginning, what was left behind."""

from pathlib import Path

import pytest

from holdfast.sessions.entries.strand import Strand, series_of
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.store import SessionLog, add_forgotten
from holdfast.sessions.log.tombstones import Tombstone, keep_tombstone
from sessions_fixture import DEVICE, OTHER_DEVICE, SESSION, START_MS, problems_in, rows, said, sealed, tamper, told

HELPER = series_of(SESSION, Strand("agent-b7"))
MAIN = sealed([said("We decided to use UTC everywhere.", native_id="m1"), said("And kumquat?", native_id="m2")])


def test_what_an_older_version_left_in_memory_of_what_was_forgotten_is_wiped(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    log = SessionLog(path)
    log.add(MAIN)
    log.close()
    kept = rows(path, "SELECT id, text FROM memory_item ORDER BY id")
    left = (
        "INSERT INTO memory_item SELECT 99, 99, session, dev, NULL, NULL, kind, 0, key, 'Zeppelins', '[]', author, tool"
    )
    tamper(path, f"{left} FROM memory_item LIMIT 1")
    tamper(path, "DELETE FROM migration WHERE name LIKE '% undivided sessions'")

    assert (
        log.read(lambda connection: connection.execute("SELECT id, text FROM memory_item ORDER BY id").fetchall())
        == kept
    )
    log.close()
    assert b"Zeppelins" not in b"".join(file.read_bytes() for file in tmp_path.glob("sessions.db*"))


@pytest.mark.parametrize("is_read", [True, False], ids=["forgotten here", "forgotten there"])
def test_a_first_entry_that_was_forgotten_begins_the_sessions_own_series_all_the_same(
    tmp_path: Path, *, is_read: bool
) -> None:
    log = SessionLog(tmp_path / "sessions.db")
    log.add(sealed([told(to="branch", name="other"), said("Two.", native_id="h1")], session=HELPER))
    stone = Tombstone(MAIN[0].id, "entry", SESSION, None, None, START_MS, DEVICE, DEVICE)
    if is_read:
        log.change(lambda connection: keep_tombstone(connection, stone))
        log.add(MAIN[:1])
    else:
        log.change(lambda connection: add_forgotten(connection, MAIN[0].id, MAIN[0].place))
    log.add(MAIN[1:])
    log.close()

    assert rows(log.path, "SELECT branch FROM session") == [(None,)]
    assert problems_in(log.path) == []


@pytest.mark.parametrize("standing", ["teammate", "revoked"])
@pytest.mark.parametrize(
    ("theirs", "expected"),
    [([OTHER_DEVICE], ["m1", "m1"]), ([DEVICE, OTHER_DEVICE], ["m1"]), ([], ["m1"])],
    ids=["a teammate's beside mine", "both teammates'", "both mine"],
)
@pytest.mark.parametrize("is_helper_first", [False, True], ids=["mine first", "helper first"])
def test_what_a_teammate_made_up_lets_no_message_of_mine_fall_silent(
    tmp_path: Path, theirs: list[str], standing: str, expected: list[str], *, is_helper_first: bool
) -> None:
    log = SessionLog(tmp_path / "sessions.db")
    log.add([])
    for dev in theirs:
        tamper(log.path, "INSERT INTO device (dev, name, standing, project) VALUES (?, '', ?, 'p')", dev, standing)
    mine = MAIN[:1]
    helper = sealed([said("Nothing.", role="assistant", native_id="m1")], session=HELPER, dev=OTHER_DEVICE, project="p")
    for entries in (helper, mine) if is_helper_first else (mine, helper):
        log.add(entries)
    log.close()
    with open_history(log.path) as history:
        assert history is not None
        shown = [entry.native_id for entry in history.entries(SESSION)]
        found = [hit.entry for hit in history.search("UTC")]

    assert shown == expected
    assert (found != []) == (len(expected) > 1)
    assert problems_in(log.path) == []
