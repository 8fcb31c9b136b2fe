import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from holdfast.errors import BudgetReached
from holdfast.spending import Spending
from holdfast.sqlite.connection import open_for_writing
from holdfast.usage.daily_budget import DailyBudget
from holdfast.usage.recorder import UsageRecorder
from holdfast.usage.store import UsageStore

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
ONE = Spending("http://127.0.0.1:11434", "m", "completion", 90, 10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


class Calendar:
    """The day, as a test says."""

    def __init__(self) -> None:
        self.day = MONDAY

    def __call__(self) -> date:
        return self.day


@contextmanager
def recording(
    path: Path,
    calendar: Calendar | None = None,
    connect: Callable[[Path], sqlite3.Connection] = open_for_writing,
    *,
    fresh_s: float = 0.0,
) -> Iterator[UsageRecorder]:
    recorder = UsageRecorder(UsageStore(path, connect), day=calendar or Calendar(), gather_s=0.01, fresh_s=fresh_s)
    recorder.start()
    try:
        yield recorder
    finally:
        recorder.close()


def eventually(condition: Callable[[], bool]) -> None:
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


def test_what_was_spent_counts_at_once_and_is_written_while_the_window_is_open(path: Path) -> None:
    with recording(path) as recorder:
        recorder.spent(ONE)
        recorder.spent(ONE)

        assert recorder.tokens_today() == 200
        eventually(lambda: UsageStore(path).tokens_of(MONDAY) == 200)
        assert recorder.tokens_today() == 200


def test_what_is_left_is_written_at_the_end(path: Path) -> None:
    with recording(path) as recorder:
        for _ in range(1000):
            recorder.spent(ONE)

    assert UsageStore(path).tokens_of(MONDAY) == 100_000
    (daily,) = UsageStore(path).since(MONDAY)
    assert daily.requests == 1000


def test_another_window_s_tokens_count_too(path: Path) -> None:
    with recording(path) as one, recording(path) as other:
        one.spent(ONE)

        eventually(lambda: other.tokens_today() == 100)
        assert one.tokens_today() == 100


def test_what_was_spent_before_this_window_opened_is_known_from_its_first_question_on(path: Path) -> None:
    with recording(path) as recorder:
        recorder.spent(ONE)
    with recording(path, fresh_s=3600) as recorder:
        assert recorder.tokens_today() == 100


def test_at_midnight_it_begins_anew(path: Path) -> None:
    calendar = Calendar()
    with recording(path, calendar, fresh_s=3600) as recorder:
        budget = DailyBudget(recorder, 150)
        recorder.spent(ONE)
        assert budget.refusal() is None
        recorder.spent(ONE)
        refusal = budget.refusal()
        eventually(lambda: UsageStore(path).tokens_of(MONDAY) == 200)
        calendar.day = TUESDAY

        assert budget.refusal() is None
        assert recorder.tokens_today() == 0
        recorder.spent(ONE)

    assert [UsageStore(path).tokens_of(day) for day in (MONDAY, TUESDAY)] == [200, 100]
    assert isinstance(refusal, BudgetReached)
    assert (refusal.reason, str(refusal)) == (
        "budget_reached",
        "The budget of 150 tokens a day is used up. It begins anew at midnight, or raise holdfast.budget.tokensPerDay.",
    )


def test_without_a_budget_nothing_is_refused(path: Path) -> None:
    with recording(path) as recorder:
        recorder.spent(ONE)

        assert DailyBudget(recorder, None).refusal() is None


def test_a_full_disk_is_said_once_and_loses_nothing_once_there_is_space_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "holdfast.usage.recorder")
    tries, full = [0], [True]

    def connect(path: Path) -> sqlite3.Connection:
        tries[0] += 1
        connection = open_for_writing(path)
        if full[0]:
            connection.execute("PRAGMA max_page_count = 1")
        return connection

    with recording(path, connect=connect) as recorder:
        recorder.spent(ONE)
        eventually(lambda: tries[0] >= 2)
        recorder.spent(ONE)
        assert recorder.tokens_today() == 200
        full[0] = False
        eventually(lambda: UsageStore(path).tokens_of(MONDAY) == 200)
        assert recorder.tokens_today() == 200

    warned = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warned) == 1
    assert "No space left" in warned[0]


def test_tokens_that_could_never_be_written_end_with_a_word(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.mkdir()
    with recording(path) as recorder:
        recorder.spent(ONE)
        assert recorder.tokens_today() == 100

    assert "are lost" in caplog.text


def test_closing_what_was_never_started_and_closing_twice_are_nothing(path: Path) -> None:
    UsageRecorder(UsageStore(path)).close()
    with recording(path) as recorder:
        recorder.close()

    assert not path.exists()
