"""Carry On: what the last sessions of a project leave to whatever tool comes next."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.digest import MOST_CHARACTERS
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import START_MS, said, sealed, tamper, told

MINE, THEIRS = "aa" * 32, "bb" * 32
TEAMMATE = "77" * 16


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionLog]:
    monkeypatch.setenv("TZ", "UTC")
    opened = SessionLog(tmp_path / "sessions.db")
    yield opened
    opened.close()


def add(log: SessionLog, number: int, *drafts: Draft, project: str = MINE, dev: str = "00" * 16) -> None:
    log.add(sealed(drafts, session=f"01932f2e-9c00-7abc-8def-{number:012x}", project=project, dev=dev))


def digest(log: SessionLog, sessions: int = 3) -> str:
    with open_history(log.path) as history:
        assert history is not None
        return history.carry_on(MINE, sessions)


def test_a_session_is_told_by_what_was_asked_decided_and_touched(log: SessionLog) -> None:
    add(
        log,
        1,
        told(to="title", name="Money"),
        told(to="branch", name="cents"),
        told(to="file", path="src/money.py"),
        said("How do we keep money?"),
        said("As integers.", role="assistant"),
        said("We decided to keep money as integer cents.", kind="decision"),
        said("Now the tests."),
        said("Done, all tests pass.", role="assistant", at_ms=START_MS + 60_000),
    )

    text = digest(log)

    assert text.split("\n")[0].startswith("What was done last in this project")
    assert "## Money\n\nclaude-code" not in text
    assert "## Money\n\nholdfast · " in text
    assert "branch cents" in text
    assert "**Asked:**\n\n- How do we keep money?\n- Now the tests.\n" in text
    assert "**Decided:**\n\n- We decided to keep money as integer cents.\n" in text
    assert "**Files:** `src/money.py`" in text
    assert "**How it ended (in a model's words):** Done, all tests pass.\n" in text


def test_what_a_model_wrote_is_marked(log: SessionLog) -> None:
    add(
        log,
        1,
        said("From now on amounts are integers, in cents."),
        said("We decided to round half to even in the till.", role="assistant"),
        said("Still to do:\n\n- Round the totals of the old invoices", role="assistant", at_ms=START_MS + 1),
    )

    lines = digest(log).split("\n")

    assert "- From now on amounts are integers, in cents." in lines
    assert "- We decided to round half to even in the till. (in a model's words)" in lines
    assert "- Round the totals of the old invoices (in a model's words)" in lines


def test_the_latest_sessions_of_this_project_come_first_and_empty_ones_not_at_all(log: SessionLog) -> None:
    for number in range(5):
        add(log, number, said(f"Question {number}", at_ms=START_MS + number))
    add(log, 7, told(START_MS + 50, to="branch", name="main"))
    add(log, 8, said("Elsewhere", at_ms=START_MS + 60), project=THEIRS)

    asked = [line for line in digest(log, 2).split("\n") if line.startswith("- ")]

    assert asked == ["- Question 4", "- Question 3"]


def test_it_stays_short_whatever_the_sessions_hold(log: SessionLog) -> None:
    for number in range(20):
        files = [told(to="file", path=f"src/{'deep/' * 40}{n}.py") for n in range(100)]
        add(log, number, *files, *(said("long words " * 5_000) for _ in range(6)))

    text = digest(log, 20)

    assert len(text) <= MOST_CHARACTERS
    assert text.endswith("… the rest is left out.\n")


def test_a_teammate_s_session_waits_until_it_is_approved(log: SessionLog) -> None:
    add(log, 1, said("Theirs"), dev=TEAMMATE)
    tamper(log.path, "INSERT INTO device (dev, name, standing) VALUES (?, 'theirs', 'teammate')", TEAMMATE)
    before = digest(log)
    tamper(log.path, "UPDATE device SET injected = 1 WHERE dev = ?", TEAMMATE)

    assert before == ""
    assert "- Theirs" in digest(log)


def test_without_sessions_there_is_nothing_to_carry_on(log: SessionLog) -> None:
    add(log, 1, said("Elsewhere"), project=THEIRS)

    assert digest(log) == ""
