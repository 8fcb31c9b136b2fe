from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.history import History, open_history
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import OTHER_DEVICE, SESSION, START_MS, said, sealed, told

DAY_MS = 86_400_000
MINE, THEIRS = "aa" * 32, "bb" * 32


def session_id(number: int) -> str:
    return f"01932f2e-9c00-7abc-8def-{number:012x}"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(tmp_path / "sessions.db")
    yield opened
    opened.close()


@pytest.fixture
def history(log: SessionLog) -> Iterator[History]:
    log.add([])
    with open_history(log.path) as opened:
        assert opened is not None
        yield opened


def add(log: SessionLog, number: int, *drafts: Draft, project: str = MINE, dev: str = "00" * 16) -> None:
    log.add(sealed(drafts, session=session_id(number), project=project, dev=dev))


@pytest.mark.parametrize(
    ("drafts", "expected"),
    [
        pytest.param([told(to="title", name="Money\nand tax")], "Money and tax", id="its own"),
        pytest.param([told(to="title", name="New"), said("Ask")], "New", id="its own, before a question"),
        pytest.param([said("Ask"), told(to="title", name="Late")], "Late", id="its own, told late"),
        pytest.param(
            [told(to="title", name="By hand", rank=3), told(to="title", name="By a model", rank=1)],
            "By hand",
            id="the higher rank",
        ),
        pytest.param(
            [said("Hello", role="assistant"), said("# Do *this*\nthen that")], "Do *this*", id="first question"
        ),
        pytest.param([said("<b>\n---\nDo this")], "Do this", id="markup alone says nothing"),
        pytest.param([said("word " * 40)], "word " * 15 + "word …", id="cut behind a word"),
        pytest.param(
            [told(to="branch", name="main"), told(to="file", path="a.py"), told(to="file", path="a.py")],
            "holdfast: branch main, 1 file",
            id="what happened",
        ),
    ],
)
def test_a_session_is_called_by_what_is_known_of_it(
    log: SessionLog, history: History, drafts: list[Draft], expected: str
) -> None:
    add(log, 1, *drafts)

    assert [session.title for session in history.sessions()] == [expected]


def test_lists_are_narrowed_and_paged(log: SessionLog, history: History) -> None:
    for number in range(5):
        drafts = said("a", at_ms=START_MS + number * DAY_MS), said("b", at_ms=START_MS + number * DAY_MS + 5)
        add(log, number, *drafts, project=MINE if number % 2 else THEIRS)
    add(log, 9, told(START_MS + 9 * DAY_MS, to="branch", name="main"), dev="99" * 16)

    def ids(**narrowed: str | int | None) -> list[str]:
        return [session.id[-1] for session in history.sessions(**narrowed)]  # type: ignore[arg-type]

    assert ids() == ["9", "4", "3", "2", "1", "0"]
    assert ids(limit=2, offset=1) == ["4", "3"]
    assert ids(project=THEIRS) == ["4", "2", "0"]
    assert ids(tool="holdfast") == ["9"]
    assert ids(device="99" * 16) == ["9"]
    assert ids(since_ms=START_MS + 2 * DAY_MS + 5, before_ms=START_MS + 4 * DAY_MS) == ["3", "2"]
    assert history.counts("tool") == {"claude-code": 5, "holdfast": 1}
    assert history.counts("project") == {MINE: 3, THEIRS: 3}
    assert history.counts("device") == {"00" * 16: 5, "99" * 16: 1}


def test_a_session_is_read_page_by_page(log: SessionLog, history: History) -> None:
    log.add(sealed([said(str(number)) for number in range(25)]))

    pages = [
        [entry.parts[0]["text"] for entry in history.entries(SESSION, first=first, limit=10)] for first in (0, 10, 20)
    ]

    assert pages == [[str(n) for n in range(10)], [str(n) for n in range(10, 20)], [str(n) for n in range(20, 25)]]


def test_a_session_of_two_devices_is_shown_once_with_what_each_has_alone(log: SessionLog, history: History) -> None:
    both = [said("one", native_id="m1", at_ms=START_MS), said("two", native_id="m2", at_ms=START_MS + 10)]
    log.add(sealed([*both, said("three", native_id="m3", at_ms=START_MS + 20)]))
    log.add(sealed([*both, said("four", native_id="m4", at_ms=START_MS + 30)], dev=OTHER_DEVICE))

    def texts(first: int, limit: int | None) -> list[object]:
        return [entry.parts[0]["text"] for entry in history.entries(SESSION, first=first, limit=limit)]

    assert texts(0, None) == ["one", "two", "three", "four"]
    assert texts(1, 2) == ["two", "three"]
    assert [session.entries for session in history.sessions()] == [4]


def test_sizes_are_told_by_project_and_tool(log: SessionLog, history: History) -> None:
    add(log, 1, told(to="folder", path="~/shop"), said("x" * 1_000))
    add(log, 2, said("y" * 3_000), project=THEIRS)
    bodies = [len(entry.body) for number in (1, 2) for entry in history.entries(session_id(number))]

    assert [
        (share.project, share.folder, share.sessions, share.entries, share.bytes) for share in history.shares()
    ] == [
        (THEIRS, None, 1, 1, bodies[2]),
        (MINE, "~/shop", 1, 2, bodies[0] + bodies[1]),
    ]


def test_entries_that_hold_a_text_are_found_letter_for_letter(log: SessionLog, history: History) -> None:
    quoted = 'a "quoted\\path" ä'
    printed = Draft(START_MS, "tool", ({"type": "tool_result", "text": f"it printed {quoted}"},), "assistant")
    log.add(sealed([said("msg"), said(f"It is {quoted}!"), printed, said(quoted.upper())]))

    assert [entry.place.seq for entry in history.entries_with(quoted)] == [1, 2]
    assert history.entries_with("native_id") == []
