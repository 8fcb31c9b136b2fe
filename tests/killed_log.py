"""Changes a session log in processes that are killed: `python killed_log.py add|forget|forget_entry|rebuild|keep FOLDER`.

The process is killed before its first statement, before its second, and so on, until one lives to the end. After each, a
line says what the log holds: `before`, `after`, or what is wrong with it.
"""

import itertools
import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.rebuild import rebuild
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_writing
from sessions_fixture import DEVICE, SESSION, problems_in, said, sealed

DAY_MS = 86_400_000
MARK = "Kumquat"
OLD_MS = wall_clock_ms() - 90 * DAY_MS
DRAFTS: tuple[Draft, ...] = (
    said("What is the plan?", native_id="m1", at_ms=OLD_MS),
    said(f"Call it {MARK}.", role="assistant", native_id="m2", at_ms=OLD_MS),
    said("Fine.", native_id="m3", at_ms=OLD_MS),
)
MORE = (said("One more.", native_id="m4", at_ms=OLD_MS), said(f"The {MARK} again.", native_id="m5", at_ms=OLD_MS))


def act(log: SessionLog, action: str) -> None:
    """Do what the action is called."""
    entries = sealed((*DRAFTS, *MORE))
    orders = Orders(log, DEVICE)
    match action:
        case "add":
            log.add(entries[len(DRAFTS) :])
        case "forget":
            orders.forget_session(SESSION)
        case "forget_entry":
            orders.forget_entries([entries[1]])
        case "rebuild":
            log.change(rebuild)
        case "keep":
            orders.keep(30, None)
        case _:
            raise ValueError(action)


def unsynced(path: Path) -> sqlite3.Connection:
    """A connection that does not wait for the disk: a kill takes nothing from the system's cache."""
    connection = open_for_writing(path)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def dying(path: Path, at: int) -> sqlite3.Connection:
    """A connection whose process is killed before its statement numbered `at`."""
    connection = unsynced(path)
    counted = itertools.count(1)

    def count(statement: str) -> None:
        del statement
        if next(counted) >= at:
            os.kill(os.getpid(), signal.SIGKILL)

    connection.set_trace_callback(count)
    return connection


def state(path: Path) -> tuple[int, int, int]:
    """How many entries have their text, how many there are, and how many are found by the word."""
    with open_history(path) as history:
        if history is None:
            return 0, 0, 0
        entries = history.entries(SESSION)
        found = history.search(MARK)
    connection = sqlite3.connect(path)
    (rows,) = connection.execute("SELECT count(*) FROM entry WHERE session = ?", (SESSION,)).fetchone()
    connection.close()
    return len(entries), rows, len(found)


def kill_at_each_statement(folder: Path, action: str) -> None:
    """Print a line for each; end when one lives to the end."""
    whole = folder / "whole"
    log = SessionLog(whole / "sessions.db")
    log.add(sealed(DRAFTS))
    log.close()
    before = state(whole / "sessions.db")
    for at in itertools.count(1):
        work = folder / str(at)
        shutil.copytree(whole, work)
        path = work / "sessions.db"
        child = os.fork()
        if child == 0:
            act(SessionLog(path, lambda where, at=at: dying(where, at)), action)  # type: ignore[misc]
            os._exit(0)
        _, status = os.waitpid(child, 0)
        lived = os.WIFEXITED(status)
        problems = problems_in(path)
        found = state(path)
        act_again = SessionLog(path, unsynced)
        act(act_again, action)
        act_again.close()
        after = state(path)
        left = any(MARK.encode() in file.read_bytes().title() for file in work.iterdir()) and after[2] == 0
        problems += problems_in(path) + (["the word is still in a file"] if left else [])
        problems += [] if found in {before, after} else [f"neither before nor after: {found}"]
        sys.stdout.write(("; ".join(problems) or ("before" if found == before else "after")) + "\n")
        shutil.rmtree(work)
        if lived:
            return


if __name__ == "__main__":
    kill_at_each_statement(Path(sys.argv[2]), sys.argv[1])
