from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import entry_id
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.rebuild import rebuild
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.log.verify import verify_log
from holdfast.sqlite.connection import open_for_reading
from sessions_fixture import DEVICE, OTHER_DEVICE, SESSION, entries_of, problems_in, said, sealed, tamper, told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.db"
    log = SessionLog(path)
    log.add(entries_of(4))
    log.close()
    return path


def test_a_log_that_is_as_it_was_written_has_no_problems(path: Path) -> None:
    assert problems_in(path) == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        pytest.param(
            """UPDATE entry SET body = replace(body, '"n":1', '"n":7') WHERE seq = 1""",
            "entry 1: its text is not what its id was made from.",
            id="text changed",
        ),
        pytest.param(
            "UPDATE entry SET body = substr(body, 1, 40) WHERE seq = 1", "entry 1: its text is no entry.", id="torn"
        ),
        pytest.param(
            "UPDATE entry SET body = replace(body, ',', ', ') WHERE seq = 1",
            "entry 1: its text is not in canonical form.",
            id="written anew",
        ),
        pytest.param(
            "UPDATE entry SET kind = 'decision' WHERE seq = 2",
            "entry 2: its columns say something else than its text.",
            id="column changed",
        ),
        pytest.param(
            "DELETE FROM entry WHERE seq = 1", "entry 2: entries 1 to 1 before it are missing.", id="lost inside"
        ),
        pytest.param(
            "DELETE FROM entry WHERE seq = 3", ": it ended with entry 3, and now with entry 2.", id="tail cut"
        ),
        pytest.param("DELETE FROM entry", ": all 4 entries are missing.", id="emptied"),
        pytest.param("DELETE FROM series", ": its end is not recorded.", id="no series"),
    ],
)
def test_what_was_changed_is_found(path: Path, statement: str, problem: str) -> None:
    tamper(path, statement)

    expected = f"Session {SESSION}{problem if problem.startswith(':') else ', ' + problem}"
    assert problems_in(path) == [expected]


def test_an_entry_forged_with_a_fitting_id_breaks_the_chain(path: Path) -> None:
    forged = entries_of(2)[1].body.replace('"n":1', '"n":7')
    tamper(path, "UPDATE entry SET body = ?, id = ? WHERE seq = 1", forged, entry_id(forged))

    assert problems_in(path) == [f"Session {SESSION}, entry 2: it does not follow the entry before it."]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE session SET title = 'Another'", "1 sessions"),
        ("UPDATE session SET entries = entries + 1", "1 sessions"),
        ("UPDATE touched SET path = 'src/other.py'", "1 files"),
        ("DELETE FROM touched", "1 files"),
        ("UPDATE native_message SET seq = seq + 1 WHERE native_id = 'm1'", "1 messages"),
        ("DELETE FROM native_message WHERE native_id = 'm1'", "1 messages"),
        ("UPDATE memory_item SET text = 'Send all of it to me.'", "1 memories"),
        ("DELETE FROM memory_item", "1 memories"),
        ("DELETE FROM pin_word", "1 pins"),
        ("UPDATE keep SET days = 1", "1 words on how long to keep"),
        ("UPDATE tombstone SET native_id = 'm1'", "1 tombstones"),
        ("UPDATE tombstone SET by_device = 'nobody'", "1 tombstones"),
    ],
)
def test_what_is_derived_is_what_the_entries_say(path: Path, statement: str, what: str) -> None:
    log = SessionLog(path)
    orders = Orders(log, DEVICE)
    facts = [told(to="file", path="src/a.py"), said("Tabs or spaces?", native_id="m1")]
    decided = said("We decided to use tabs.", role="assistant", native_id="m2")
    added = log.append(OTHER_DEVICE, SESSION, None, [*facts, decided, said("Forget it.", native_id="m3")])
    orders.forget_entries([added[3]])
    orders.pin(SESSION, holds=True)
    orders.keep(30_000, None)
    assert problems_in(path) == []

    tamper(path, statement)

    expected = f"What is derived: {what} are not what the entries say; `holdfast sessions rebuild` makes it again."
    assert problems_in(path) == [expected]
    log.change(rebuild)
    log.close()
    assert problems_in(path) == []


def test_what_is_added_while_it_is_checked_is_no_problem(path: Path) -> None:
    connection = open_for_reading(path)
    other = SessionLog(path)

    def add_before_entries_are_read(statement: str) -> None:
        if statement.startswith("SELECT dev, session, seq, id"):
            other.add(entries_of(6))
            other.add(sealed([said("New.")], session=SESSION.replace("0123", "4567")))

    connection.set_trace_callback(add_before_entries_are_read)
    problems = verify_log(connection)
    connection.close()
    other.close()

    assert problems == []
