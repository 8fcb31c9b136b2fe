"""Syncing while an editor runs."""

import threading
from collections.abc import Callable
from typing import Final

from holdfast.errors import HoldfastError
from holdfast.sharing.background import SyncRunner
from holdfast.sharing.sync import SyncReport
from holdfast.sharing.transport import TransportError

REPORT: Final = SyncReport(1, {}, (), {}, ())
WAIT_S: Final = 20.0


class Syncs:
    """What was asked, and a way to wait for it."""

    def __init__(self, outcomes: list[Callable[[], SyncReport | None]]) -> None:
        self.asked: list[bool] = []
        self._outcomes = outcomes
        self._changed = threading.Condition()

    def once(self, everything: bool) -> SyncReport | None:  # noqa: FBT001 - as SyncOnce has it
        with self._changed:
            self.asked.append(everything)
            self._changed.notify_all()
        return self._outcomes.pop(0)() if self._outcomes else REPORT

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.asked) >= count, WAIT_S)


def fail(message: str) -> Callable[[], SyncReport | None]:
    def raising() -> SyncReport | None:
        raise TransportError(message, transient=True)

    return raising


def break_down() -> SyncReport | None:
    raise ZeroDivisionError


def test_it_syncs_at_the_start_and_all_there_is_when_asked() -> None:
    syncs = Syncs([])
    reports: list[SyncReport] = []
    runner = SyncRunner(syncs.once, every_s=3600, on_report=reports.append)
    runner.start()
    syncs.wait_for(1)
    runner.now()
    syncs.wait_for(2)
    runner.close()

    assert syncs.asked == [False, True]
    assert reports == [REPORT, REPORT]


def test_it_syncs_every_so_often() -> None:
    syncs = Syncs([])
    runner = SyncRunner(syncs.once, every_s=0.01)
    runner.start()
    syncs.wait_for(4)
    runner.close()

    assert not any(syncs.asked)


def test_one_error_is_told_once_and_the_thread_goes_on() -> None:
    syncs = Syncs([fail("away"), fail("away"), break_down, fail("full"), lambda: None])
    told: list[str] = []

    def tell(error: HoldfastError) -> None:
        told.append(error.message)

    runner = SyncRunner(syncs.once, every_s=0.001, on_error=tell)
    runner.start()
    syncs.wait_for(7)
    runner.close()

    assert told == ["away", "full"]


def test_what_was_asked_for_and_failed_is_asked_for_again() -> None:
    syncs = Syncs([lambda: REPORT, fail("away")])
    runner = SyncRunner(syncs.once, every_s=0.2)
    runner.start()
    syncs.wait_for(1)
    runner.now()
    syncs.wait_for(3)
    runner.close()

    assert True in syncs.asked[2:]


def test_closing_before_the_start_is_nothing() -> None:
    SyncRunner(Syncs([]).once, every_s=1).close()
