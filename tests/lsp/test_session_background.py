"""What goes on with the session log in the background of a window."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.locations import Locations
from holdfast.lsp.session_background import SessionBackground
from holdfast.sharing.progress import Progress
from holdfast.sharing.sync import SyncReport
from holdfast.sharing.sync_lock import SyncUnderWay

PATIENCE_S = 30.0


class SlowSync:
    """A sync that says how far it is, and then waits to be let go on."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.asked: list[bool] = []

    def __call__(self, data: Path, *, everything: bool, progress: Progress) -> SyncReport | None:
        del data
        self.asked.append(everything)
        for done in range(2):
            progress("sending", done, 4)
            self.reached.release()
            assert self.go_on.acquire(timeout=PATIENCE_S)
        raise SyncUnderWay("Another window does.")


@contextmanager
def background(base: Path, sync: SlowSync) -> Iterator[SessionBackground]:
    running = SessionBackground(Locations(base / "data", base / "cache"), (), sync=sync)
    running.start()
    try:
        yield running
    finally:
        for _ in range(4):
            sync.go_on.release()
        running.close()


def test_how_far_a_sync_is_can_be_seen_while_it_lasts_and_another_window_s_is_no_failure(tmp_path: Path) -> None:
    sync, seen = SlowSync(), []
    with background(tmp_path, sync) as running:
        for _ in range(2):
            assert sync.reached.acquire(timeout=PATIENCE_S)
            seen.append(running.syncing)
            sync.go_on.release()
        running.sync_soon()
        assert sync.reached.acquire(timeout=PATIENCE_S)

    assert [(syncing.doing, syncing.percentage) for syncing in seen if syncing is not None] == [
        ("sending", 0),
        ("sending", 25),
    ]
    assert sync.asked == [False, True]
    assert running.syncing is None
