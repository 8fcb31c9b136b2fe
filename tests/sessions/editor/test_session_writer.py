"""The writer's half of a recorder: what is too old goes once a day; a forgotten session is not gone on with."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.sessions.editor import activity
from holdfast.sessions.editor.session_writer import SessionWriter
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import SESSION, problems_in, rows, said, tamper

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


class Clock:
    """A clock that is set by hand, in ms since 1970."""

    def __init__(self) -> None:
        self.ms = wall_clock_ms()

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def log(path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(path)
    yield opened
    opened.close()


@pytest.fixture
def orders(log: SessionLog, path: Path) -> Orders:
    return Orders(log, load_device(path.parent).id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(path: Path, clock: Clock) -> Iterator[SessionWriter]:
    opened = SessionWriter(SessionLog(path), None, client="test", now_ms=clock)
    yield opened
    opened.close()


def texts(path: Path) -> list[str]:
    """What was said or decided, in any session."""
    found = rows(path, "SELECT body FROM entry WHERE body <> '' AND kind IN ('msg', 'decision') ORDER BY rowid")
    return [part["text"] for (body,) in found for part in json.loads(str(body))["parts"]]


def talk(at_ms: int, *said_then: str) -> list[Draft]:
    """A first question, which always stays, and more."""
    return [said(text, at_ms=at_ms) for text in ("First?", *said_then)]


def test_what_is_too_old_goes_once_a_day(
    writer: SessionWriter, log: SessionLog, orders: Orders, path: Path, clock: Clock
) -> None:
    orders.keep(30, None)
    log.append("aa" * 16, SESSION, None, talk(clock.ms - 40 * DAY_MS, "forty days"))
    other = SESSION.replace("0123", "4567")

    writer.write([])
    clock.ms += 4 * MINUTE_MS
    writer.write([])
    assert texts(path) == ["First?", "forty days"]

    clock.ms += MINUTE_MS
    writer.write([])
    assert texts(path) == ["First?"]

    log.append("aa" * 16, other, None, talk(clock.ms - 50 * DAY_MS, "fifty days"))
    clock.ms += DAY_MS - 1
    writer.write([activity.decided(clock.ms, "Tabs.")])
    assert texts(path) == ["First?", "First?", "fifty days", "Tabs."]

    clock.ms += 1
    writer.write([])
    assert texts(path) == ["First?", "First?", "Tabs."]
    assert problems_in(path) == []


def test_where_that_fails_recording_goes_on_and_it_is_tried_again(
    writer: SessionWriter, log: SessionLog, orders: Orders, path: Path, clock: Clock
) -> None:
    orders.keep(30, None)
    log.append("aa" * 16, SESSION, None, talk(clock.ms - 40 * DAY_MS, "forty days"))
    tamper(path, "ALTER TABLE keep RENAME TO kept")
    clock.ms += 5 * MINUTE_MS

    writer.write([activity.decided(clock.ms, "Tabs.")])
    assert texts(path) == ["First?", "forty days", "Tabs."]

    tamper(path, "ALTER TABLE kept RENAME TO keep")
    clock.ms += 5 * MINUTE_MS
    writer.write([])
    assert texts(path) == ["First?", "Tabs."]


def test_what_is_decided_after_the_running_session_was_forgotten_is_kept_in_a_new_one(
    writer: SessionWriter, orders: Orders, path: Path, clock: Clock
) -> None:
    writer.write([activity.decided(clock.ms, "Forget me.")])
    ((forgotten,),) = rows(path, "SELECT session FROM session")
    before = activity.decided(wall_clock_ms() - 1, "Said before, written late.")
    orders.forget_session(str(forgotten))
    clock.ms = wall_clock_ms() + 10

    writer.write([before])
    assert rows(path, "SELECT session FROM session") == []

    writer.write([activity.decided(clock.ms, "Keep me.")])
    writer.write([activity.decided(clock.ms, "And me."), activity.session_ended(clock.ms)])

    assert texts(path) == ["Keep me.", "And me."]
    ((session, title, entries),) = rows(path, "SELECT session, title, entries FROM session")
    assert (session != forgotten, title, entries) == (True, "holdfast: 2 decisions", 4)
    assert problems_in(path) == []


def test_a_forgotten_session_in_which_nothing_more_happens_is_not_begun_anew(
    writer: SessionWriter, orders: Orders, path: Path, clock: Clock
) -> None:
    writer.write([activity.decided(clock.ms, "Forget me.")])
    ((forgotten,),) = rows(path, "SELECT session FROM session")
    orders.forget_session(str(forgotten))

    writer.write([])
    writer.write([activity.session_ended(wall_clock_ms() + 10)])
    writer.write([])

    assert rows(path, "SELECT count(*) FROM session") == [(0,)]
    assert writer.waiting == 0


@pytest.mark.parametrize(
    ("happened", "kinds"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([activity.branch_seen(1, "main")], [], id="the branch that was out"),
        pytest.param([activity.diagnostics_changed(1, "a.py", 1, 0, [])], [], id="problems that were there"),
        pytest.param(
            [activity.branch_seen(1, "main"), activity.branch_seen(2, "fix")],
            ["session.start", "session.meta", "session.meta", "session.end"],
            id="another branch was checked out",
        ),
        pytest.param(
            [activity.branch_seen(1, "main"), activity.task_ended(2, "test", 1)],
            ["session.start", "session.meta", "session.meta", "session.end"],
            id="a task",
        ),
        pytest.param(
            [activity.diagnostics_changed(1, "a.py", 1, 0, []), activity.decided(2, "Tabs.")],
            ["session.start", "session.meta", "decision", "session.end"],
            id="a decision, with what was held until then",
        ),
    ],
)
def test_a_session_is_written_once_something_happened_in_it(
    writer: SessionWriter, path: Path, clock: Clock, happened: list[Draft], kinds: list[str]
) -> None:
    writer.write([])
    for draft in happened:
        writer.write([draft])
    writer.write([activity.session_ended(clock.ms)])

    assert [kind for (kind,) in rows(path, "SELECT kind FROM entry ORDER BY seq")] == kinds
    assert writer.waiting == 0
    assert problems_in(path) == []


def test_of_what_is_held_until_something_happens_the_latest_is_kept(
    writer: SessionWriter, path: Path, clock: Clock
) -> None:
    for number in range(500):
        writer.write([activity.diagnostics_changed(clock.ms + number, f"{number}.py", 1, 0, [])])
    writer.write([activity.decided(clock.ms + 500, "Tabs.")])

    paths = [
        part.get("path") for (body,) in rows(path, "SELECT body FROM entry") for part in json.loads(str(body))["parts"]
    ]
    assert paths == [None, *(f"{number}.py" for number in range(400, 500)), None]
