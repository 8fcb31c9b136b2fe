from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.rebuild import Rebuilt, rebuild
from holdfast.sessions.log.schema import MIGRATIONS
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_writing
from holdfast.sqlite.migrations import migrate
from sessions_fixture import (
    DEVICE,
    OTHER_DEVICE,
    SESSION,
    entries_of,
    problems_in,
    rows,
    said,
    sealed,
    stored_ids,
    tamper,
    told,
)

OTHER = SESSION.replace("0123456789ab", "ba9876543210")
DERIVED = ("session", "touched", "native_message", "memory_item", "pin_word", "keep", "entry_words_docsize")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def log(path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(path)
    yield opened
    opened.close()


@pytest.fixture
def filled(log: SessionLog) -> SessionLog:
    """Sessions of two devices, one of them imported by both, with pins, something forgotten and something expired."""
    drafts = [
        told(to="title", name="Money"),
        told(to="branch", name="main"),
        told(to="file", path="src/money.py"),
        said("How do we keep money?", native_id="m1"),
        said("Let's use integers from now on.", role="assistant", native_id="m2"),
        said("Agreed about zeppelins.", native_id="m3"),
    ]
    mine = sealed(drafts, project="aa" * 32)
    log.add(mine)
    log.add(sealed(drafts, dev=OTHER_DEVICE, project="aa" * 32))
    log.add(sealed([said("Old question"), said("old answer", role="assistant", native_id="o2")], session=OTHER))
    orders = Orders(log, DEVICE)
    orders.forget_entries([mine[5]])
    orders.pin(SESSION, holds=True)
    orders.keep(1, None)
    return log


def derived(path: Path) -> dict[str, Sequence[tuple[str | int | None, ...]]]:
    unnumbered = {"memory_item": "entry, session, dev, project, branch, kind, at_ms, key, text, paths, author, tool"}
    queries = {table: f"SELECT {unnumbered.get(table, '*')} FROM {table} ORDER BY 1, 2" for table in DERIVED}  # noqa: S608 - names of tables
    return {table: rows(path, query) for table, query in queries.items()}


def found(path: Path, question: str) -> list[str]:
    with open_history(path) as history:
        assert history is not None
        return [hit.entry for hit in history.search(question)]


def test_what_is_made_again_is_what_was_there(filled: SessionLog, path: Path) -> None:
    before, ids, money = derived(path), stored_ids(path), found(path, "integers")

    made = [filled.change(rebuild) for _ in range(2)]

    assert derived(path) == before
    assert (stored_ids(path), found(path, "integers")) == (ids, money)
    assert money != []
    assert made[0] == made[1]
    assert problems_in(path) == []


def test_what_is_made_again_after_an_upgrade_is_told_as_it_goes(path: Path) -> None:
    log = SessionLog(path)
    log.add([entry for number in range(3) for entry in entries_of(400, session=f"{number}")])
    log.close()
    tamper(path, "DELETE FROM state WHERE name = 'derived'")
    heard: list[tuple[int, int]] = []

    for _ in range(2):
        with open_history(path, lambda done, of: heard.append((done, of))) as history:
            assert history is not None
            assert [session.entries for session in history.sessions()] == [400, 400, 400]
    assert heard == [(500, 1200), (1000, 1200), (1200, 1200)]

    tamper(path, "DELETE FROM state WHERE name = 'derived'")
    SessionLog(path, progress=lambda done, of: heard.append((done, of))).read(lambda _: None)
    assert heard[3:] == heard[:3]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("DELETE FROM session", id="lists"),
        pytest.param("DELETE FROM entry_words_data", id="index of words"),
        pytest.param("UPDATE entry_words_data SET block = x'ff00ff'", id="index of words, overwritten"),
        pytest.param("DELETE FROM entry_words_docsize", id="index of words, emptied"),
        pytest.param("INSERT INTO native_message VALUES ('nowhere', 'x', 'y', 1)", id="stray message"),
        pytest.param("UPDATE memory_item SET entry = 4711", id="stray memory"),
    ],
)
def test_damage_to_what_is_derived_is_found_and_mended(path: Path, damage: str) -> None:
    log = SessionLog(path)
    log.add(sealed([said("We decided to use integers from now on.", kind="decision", native_id="m1"), said("Fine.")]))
    log.close()
    before = derived(path)
    tamper(path, damage)

    problems = problems_in(path)
    log.change(rebuild)
    log.close()

    assert [problem.partition(":")[0] for problem in problems] == ["What is derived"]
    assert derived(path) == before
    assert len(found(path, "integers")) == 1
    assert problems_in(path) == []


def test_a_message_said_to_be_a_forgotten_one_s_copy_is_listed_again(log: SessionLog, path: Path) -> None:
    added = sealed([said("Keep me.", native_id="m1"), said("Forget me.", native_id="m2")])
    log.add(added)
    Orders(log, DEVICE).forget_entries([added[1]])
    before = derived(path)
    tamper(path, "UPDATE native_message SET seq = 1 WHERE native_id = 'm1'")

    assert problems_in(path) != []
    log.change(rebuild)

    assert derived(path) == before
    assert problems_in(path) == []


def as_before(path: Path, entries: Sequence[Entry]) -> None:
    """Add entries as a Holdfast that derives nothing did; it may run on while a newer one changes the tables."""
    for entry in entries:
        place = entry.place
        row = (place.dev, place.session, place.seq, entry.id, place.hlc, entry.kind, place.project, entry.body)
        tamper(path, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)
        tip = (place.dev, place.session, place.seq, entry.id)
        tamper(path, "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, 'open')", *tip)


@pytest.mark.parametrize("then", ["read", "written", "opened"])
def test_what_an_older_window_goes_on_recording_is_listed_and_found(log: SessionLog, path: Path, then: str) -> None:
    mine = sealed([told(to="file", path="src/a.py"), told(to="file", path="src/kumquat.py")])
    log.add(mine[:1])

    as_before(path, mine[1:])
    theirs = sealed([said("Kumquats are integers.")], session=OTHER)
    as_before(path, theirs)
    if then == "opened":
        log.close()
    if then != "read":
        log.add(sealed([said("More.")], session=OTHER.replace("0000", "1111"), dev=OTHER_DEVICE))

    assert sorted(found(path, "kumquat")) == sorted([mine[1].id, theirs[0].id])
    assert (SESSION, 2) in rows(path, "SELECT session, entries FROM session")
    assert problems_in(path) == []


def test_entries_that_cannot_be_read_are_counted_and_left_as_they_are(log: SessionLog, path: Path) -> None:
    log.add(sealed([said("one"), said("two"), said("three")]))
    tamper(path, "UPDATE entry SET body = 'torn' WHERE seq = 1")

    assert log.change(rebuild) == Rebuilt(entries=2, unreadable=1)
    assert rows(path, "SELECT body FROM entry WHERE seq = 1") == [("torn",)]


def test_a_log_from_before_there_was_a_search_is_searched_once_it_is_opened(path: Path) -> None:
    entries: Sequence[Entry] = sealed([said("We use integers.")])
    connection = open_for_writing(path)
    migrate(connection, MIGRATIONS[:1], path)
    place = entries[0].place
    connection.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (place.dev, place.session, place.seq, entries[0].id, place.hlc, "msg", None, entries[0].body),
    )
    connection.execute("INSERT INTO series VALUES (?, ?, 0, ?, 'open')", (place.dev, place.session, entries[0].id))
    connection.close()

    assert found(path, "integers") == [entries[0].id]
    assert problems_in(path) == []
