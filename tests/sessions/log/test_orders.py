"""What a person asks of the log beside forgetting: pins, how long things are kept, decisions written by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.errors import UsageError
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.log.control import pin
from holdfast.sessions.log.history import History, open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import (
    DEVICE,
    OTHER_DEVICE,
    SESSION,
    START_MS,
    problems_in,
    rows,
    said,
    sealed,
    stored_ids,
    tamper,
)

DAY_MS = 86_400_000
OLD_MS = wall_clock_ms() - 100 * DAY_MS
MINE, THEIRS = "aa" * 32, "bb" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def log(path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(path)
    yield opened
    opened.close()


@pytest.fixture
def orders(log: SessionLog) -> Orders:
    return Orders(log, DEVICE)


@pytest.fixture
def history(log: SessionLog, path: Path) -> Iterator[History]:
    del log
    with open_history(path) as opened:
        assert opened is not None
        yield opened


def session_id(number: int) -> str:
    return f"01932f2e-9c00-7abc-8def-{number:012x}"


def add(log: SessionLog, number: int, *drafts: Draft, project: str = MINE) -> None:
    log.add(sealed(drafts, session=session_id(number), project=project))


def talk(number: int, at_ms: int = OLD_MS) -> tuple[Draft, ...]:
    printed = Draft(at_ms, "tool", ({"type": "tool_result", "text": "printed"},), "assistant")
    return (
        said(f"Question {number}?", native_id="m1", at_ms=at_ms),
        said("An answer about zeppelins.", role="assistant", native_id="m2", at_ms=at_ms),
        printed,
        said("What a model made of it.", role="assistant", kind="summary", at_ms=at_ms),
        said("Use integers.", kind="decision", at_ms=at_ms),
    )


def kept(path: Path, number: int) -> list[object]:
    found = rows(path, "SELECT kind, session FROM entry ORDER BY session, seq")
    return [kind for kind, session in found if session == session_id(number)]


def test_what_is_pinned_is_pinned_until_it_is_not(log: SessionLog, orders: Orders, path: Path) -> None:
    add(log, 1, *talk(1))

    orders.pin(session_id(1), holds=True)
    with open_history(path) as history:
        assert history is not None
        assert [session.is_pinned for session in history.sessions()] == [True]
    orders.pin(session_id(1), holds=False)

    assert rows(path, "SELECT * FROM pin") == []


@pytest.mark.parametrize("later_first", [False, True], ids=["in order", "the later word first"])
def test_of_two_devices_words_on_a_pin_the_later_counts(log: SessionLog, path: Path, *, later_first: bool) -> None:
    pinned = sealed([pin(START_MS, SESSION, holds=True)], session=CONTROL)
    unpinned = sealed([pin(START_MS + 5, SESSION, holds=False)], session=CONTROL, dev=OTHER_DEVICE)
    for entries in (unpinned, pinned) if later_first else (pinned, unpinned):
        log.add(entries)

    assert rows(path, "SELECT * FROM pin") == []


def test_what_is_old_loses_its_text_and_what_was_decided_stays(log: SessionLog, orders: Orders, path: Path) -> None:
    add(log, 1, *talk(1))
    add(log, 2, *talk(2, wall_clock_ms()))

    assert orders.keep(30, None) == 2
    assert kept(path, 1) == ["msg", "expired", "expired", "summary", "decision"]
    assert kept(path, 2) == ["msg", "msg", "tool", "summary", "decision"]
    assert rows(path, "SELECT title, entries FROM session ORDER BY session") == [("Question 1?", 3), ("Question 2?", 5)]
    assert problems_in(path) == []


def test_expired_text_is_in_no_file(log: SessionLog, orders: Orders, path: Path) -> None:
    add(log, 1, *talk(1))

    orders.keep(30, None)

    assert [file.name for file in path.parent.iterdir() if b"zeppelin" in file.read_bytes()] == []


def test_expired_messages_are_not_imported_again(log: SessionLog, orders: Orders, path: Path) -> None:
    add(log, 1, *talk(1))
    orders.keep(30, None)
    before = stored_ids(path)

    assert log.add(sealed(talk(1), session=session_id(1), project=MINE)) == 0
    assert rows(path, "SELECT native_id FROM native_message ORDER BY 1") == [("m1",), ("m2",)]
    assert stored_ids(path) == before


def test_each_project_has_its_own_time(log: SessionLog, orders: Orders, path: Path) -> None:
    add(log, 1, *talk(1))
    add(log, 2, *talk(2), project=THEIRS)

    assert orders.keep(365, MINE) == 0
    assert orders.keep(30, None) == 2
    assert kept(path, 1)[1] == "msg"
    assert orders.keep(30, MINE) == 2
    assert orders.keep(None, None) == 0
    assert orders.expire() == 0
    assert problems_in(path) == []


def test_what_is_pinned_does_not_grow_old(log: SessionLog, orders: Orders, path: Path) -> None:
    add(log, 1, *talk(1))
    add(log, 2, *talk(2))
    orders.pin(session_id(1), holds=True)
    orders.pin(sealed(talk(2), session=session_id(2), project=MINE)[1].id, holds=True)

    assert orders.keep(30, None) == 1
    assert kept(path, 1) == ["msg", "msg", "tool", "summary", "decision"]
    assert kept(path, 2) == ["msg", "msg", "expired", "summary", "decision"]


def test_another_device_keeps_for_itself(log: SessionLog, orders: Orders) -> None:
    add(log, 1, *talk(1))

    assert Orders(log, OTHER_DEVICE).keep(30, MINE) == 2
    add(log, 2, *talk(2))
    assert orders.expire() == 0


def test_text_that_goes_without_a_word_about_it_is_a_problem(log: SessionLog, path: Path) -> None:
    add(log, 1, *talk(1))
    tamper(path, "UPDATE entry SET body = '', kind = 'expired' WHERE seq = 1")

    assert problems_in(path) == [f"Session {session_id(1)}, entry 1: its text is gone, and nobody asked for that."]


def test_a_decision_written_by_hand_is_a_session_of_its_own(orders: Orders, path: Path) -> None:
    session = orders.note("We keep money as integers.\nMail bob@acme-corp.com about it.", MINE, Redactor(b"key"))

    with open_history(path) as history:
        assert history is not None
        found, entries = history.session(session)
    assert (found.title, found.tool, found.project) == ("We keep money as integers.", "holdfast", MINE)
    assert [entry.kind for entry in entries] == ["session.start", "session.meta", "decision", "session.end"]
    assert "bob@acme-corp.com" not in entries[2].body
    assert problems_in(path) == []


@pytest.mark.parametrize("text", ["", "  \n ", "---"])
def test_an_empty_decision_is_refused(orders: Orders, text: str) -> None:
    with pytest.raises(UsageError):
        orders.note(text, None, Redactor(b"key"))
