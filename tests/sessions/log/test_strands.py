"""A session in several series: shown, counted, searched and forgotten as one, whichever series came first."""

import random
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.strand import Strand, series_of
from holdfast.sessions.log.forgetting import forget
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.rebuild import rebuild
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.log.tombstones import Tombstone
from holdfast.sqlite.connection import open_for_writing
from log_digest import known
from sessions_fixture import DEVICE, OTHER_DEVICE, SESSION, START_MS, problems_in, rows, said, sealed, tamper
from sessions_fixture import told as told_here

HELPER = series_of(SESSION, Strand("agent-b7"))
COPY = series_of(SESSION, Strand("fork", is_copy=True))
OTHER_COPY = series_of(SESSION, Strand("other fork", is_copy=True))
QUESTIONS = ("kumquat", "prices", "UTC")


def at(minute: int) -> int:
    return START_MS + minute * 60_000


def told(at_ms: int, **reference: str | int) -> Draft:
    """A fact of a session, told by the tool that its messages are from."""
    return replace(told_here(at_ms, **reference), src={"tool": "claude-code", "native_id": None, "parser_v": 2})


def asked(number: int, text: str) -> Draft:
    return said(text, native_id=f"m{number}", at_ms=at(number))


MAIN_DRAFTS = (
    told(at(0), to="branch", name="main"),
    asked(1, "We decided to use UTC everywhere."),
    asked(2, "And kumquat?"),
    told(at(2), to="title", name="Times", rank=4),
    told(at(3), to="file", path="clock.py"),
    asked(4, "No, use integers for prices instead of floats."),
)
HELPER_DRAFTS = (
    told(at(1), to="branch", name="other"),
    said("There are two kumquats.", role="assistant", native_id="h1", at_ms=at(3)),
    said("We decided to count them twice.", role="assistant", native_id="h2", at_ms=at(3)),
)
COPY_DRAFTS = (told(at(0), to="branch", name="fork"), MAIN_DRAFTS[1], MAIN_DRAFTS[2], asked(9, "Only the fork: prices"))
OTHER_DRAFTS = (MAIN_DRAFTS[1], MAIN_DRAFTS[5], asked(9, "Only the fork: prices"))
MAIN = sealed(MAIN_DRAFTS, project="p-main")
STRANDS = (
    MAIN,
    sealed(HELPER_DRAFTS, session=HELPER, project="p-helper"),
    sealed(COPY_DRAFTS, session=COPY),
    sealed(OTHER_DRAFTS, session=OTHER_COPY, project="p-other"),
)
UNDIVIDED = sealed((*MAIN_DRAFTS[:3], *HELPER_DRAFTS[1:], *MAIN_DRAFTS[3:]), dev=OTHER_DEVICE)
"""The same session as another machine read it when all files of a session went into one series."""
OF_TWO_VERSIONS = (UNDIVIDED, *STRANDS[1:])
SECOND_HELPER = sealed(HELPER_DRAFTS[1:2], session=series_of(SESSION, Strand("agent-a1")), project="p-second")


def mixed(strands: tuple[list[Entry], ...], seed: int) -> list[Entry]:
    """The entries of all series in turns, those of each in order."""
    chance = random.Random(seed)
    left = [list(strand) for strand in strands]
    turns = [number for number, strand in enumerate(left) for _ in strand]
    chance.shuffle(turns)
    return [left[number].pop(0) for number in turns]


def log_of(path: Path, entries: list[Entry]) -> SessionLog:
    log = SessionLog(path / "sessions.db")
    log.add(entries)
    return log


def known_of_no_device(path: Path) -> dict[str, list[str]]:
    """What the log knows, save of whose machine the session is: of several that is the first one to be heard of."""
    found = known(path, QUESTIONS)
    for name in ("session", "listed"):
        found[name] = [re.sub(f"{DEVICE}|{OTHER_DEVICE}", "", line) for line in found[name]]
    return found


@pytest.mark.parametrize(
    "strands",
    [STRANDS, STRANDS[1:], STRANDS[2:], OF_TWO_VERSIONS, (*OF_TWO_VERSIONS, SECOND_HELPER)],
    ids=["all", "no main", "copies", "of two versions", "of two versions, with a second helper"],
)
@pytest.mark.parametrize("seed", range(4))
def test_in_whatever_turns_they_came_the_log_knows_the_same(
    tmp_path: Path, strands: tuple[list[Entry], ...], seed: int
) -> None:
    for name, entries in (("one", mixed(strands, seed)), ("other", [entry for each in strands for entry in each])):
        log_of(tmp_path / name, entries).close()

    assert known_of_no_device(tmp_path / "one") == known_of_no_device(tmp_path / "other")
    assert problems_in(tmp_path / "one" / "sessions.db") == []


def test_it_is_one_session_in_the_order_of_its_times_with_no_message_twice(tmp_path: Path) -> None:
    log_of(tmp_path, mixed(STRANDS, 1)).close()
    with open_history(tmp_path / "sessions.db") as history:
        assert history is not None
        (session,) = history.sessions()
        shown = [entry.native_id for entry in history.entries(session.id) if entry.native_id]
        first, rest = history.entries(session.id, limit=3), history.entries(session.id, first=3)
        hits = {(hit.session, hit.entry) for hit in history.search("kumquat")}

        assert (session.id, session.title, session.project, session.branch) == (SESSION, "Times", "p-main", "main")
        assert shown == ["m1", "m2", "h1", "h2", "m4", "m9"]
        assert first + rest == history.entries(session.id)
        assert session.entries == len(first + rest)
        assert hits == {(SESSION, MAIN[2].id), (SESSION, STRANDS[1][1].id)}


def test_what_was_decided_is_remembered_once_under_its_session(tmp_path: Path) -> None:
    log_of(tmp_path, mixed(STRANDS, 2)).close()

    found = rows(tmp_path / "sessions.db", "SELECT session, dev, branch FROM memory_item WHERE text LIKE '%UTC%'")

    assert found == [(SESSION, DEVICE, "main")]


@pytest.mark.parametrize("seed", range(4))
def test_what_an_older_version_on_another_machine_wrote_of_a_helper_is_there_once(tmp_path: Path, seed: int) -> None:
    log_of(tmp_path, mixed(OF_TWO_VERSIONS, seed)).close()
    path = tmp_path / "sessions.db"
    with open_history(path) as history:
        assert history is not None
        (session,) = history.sessions()
        entries = history.entries(session.id)
        hits = [hit.entry for hit in history.search("kumquats")]

    assert [entry.native_id for entry in entries if entry.native_id] == ["m1", "m2", "h1", "h2", "m4", "m9"]
    assert (session.entries, session.title, session.project) == (len(entries), "Times", "p-other")
    assert STRANDS[1][1].id in hits
    assert UNDIVIDED[3].id not in hits
    assert rows(path, "SELECT dev, project FROM memory_item WHERE text LIKE '%twice%'") == [(DEVICE, "p-helper")]


@pytest.mark.parametrize(("strands", "made_again"), [(STRANDS, False), (OF_TWO_VERSIONS, True)], ids=["one", "two"])
def test_a_log_from_before_that_rule_is_made_again_where_two_versions_wrote_it(
    tmp_path: Path, strands: tuple[list[Entry], ...], *, made_again: bool
) -> None:
    log_of(tmp_path, mixed(strands, 0)).close()
    path = tmp_path / "sessions.db"
    tamper(path, "DELETE FROM migration WHERE name LIKE '% undivided sessions'")
    tamper(path, "UPDATE session SET entries = 99")
    with open_history(path) as history:
        assert history is not None
        (session,) = history.sessions()

    assert (session.entries != 99) == made_again


def test_where_the_strand_of_a_helper_is_forgotten_the_older_entry_speaks_again(tmp_path: Path) -> None:
    log = log_of(tmp_path / "both", [*UNDIVIDED, *STRANDS[1]])
    stone = Tombstone(HELPER, "session", HELPER, None, None, at(9), DEVICE, DEVICE)
    log.change(lambda connection: forget(connection, [stone]))
    log.close()
    log_of(tmp_path / "one", UNDIVIDED).close()
    both, one = known(tmp_path / "both", QUESTIONS), known(tmp_path / "one", QUESTIONS)

    assert {**both, "tombstone": []} == one


@pytest.mark.parametrize("seed", range(4))
def test_forgotten_all_of_it_goes_and_no_series_of_it_comes_back(tmp_path: Path, seed: int) -> None:
    entries = mixed(STRANDS, seed)
    log = log_of(tmp_path, entries[:9])
    Orders(log, DEVICE).forget_session(SESSION)

    assert log.add([STRANDS[1][0], *STRANDS[2], *MAIN]) == 0
    for table in ("session", "series", "entry", "native_message", "memory_item", "touched"):
        column = "session" if table != "session" else "title"
        assert rows(log.path, f"SELECT {column} FROM {table} WHERE session <> 'ctl'") == []  # noqa: S608 - a name
    assert problems_in(log.path) == []
    log.close()


@pytest.mark.parametrize("number", [1, 2, 4], ids=["decided", "asked", "corrected"])
def test_a_message_that_is_forgotten_goes_with_its_copies(tmp_path: Path, number: int) -> None:
    log = log_of(tmp_path, mixed(STRANDS, 3))
    (entry,) = (entry for entry in MAIN if entry.native_id == f"m{number}")
    Orders(log, DEVICE).forget_entries([entry])

    assert rows(log.path, f"SELECT id FROM entry WHERE instr(body, '\"m{number}\"') AND session <> 'ctl'") == []  # noqa: S608
    assert problems_in(log.path) == []
    before = known(tmp_path, QUESTIONS)
    log.change(rebuild)
    log.close()
    assert known(tmp_path, QUESTIONS) == before


def test_what_is_pinned_stays_in_all_its_series(tmp_path: Path) -> None:
    log = log_of(tmp_path, mixed(STRANDS, 4))
    orders = Orders(log, DEVICE)
    orders.pin(SESSION, holds=True)
    kept = orders.keep(1, None)
    orders.pin(SESSION, holds=False)

    assert (kept, orders.keep(1, None) > 0) == (0, True)
    assert problems_in(log.path) == []
    log.close()


def steps_to_add(path: Path, count: int, project: str | None) -> int:
    """Hundreds of SQLite's steps that it takes to add so many messages of a helper, and of a fork, to a session with some."""
    steps = 0

    def count_them() -> int:
        nonlocal steps
        steps += 1
        return 0

    def connect(place: Path) -> sqlite3.Connection:
        connection = open_for_writing(place)
        connection.set_progress_handler(count_them, 100)
        return connection

    drafts = [told(at(0), to="branch", name="other"), *(asked(number, "Nothing new.") for number in range(count))]
    log = SessionLog(path, connect)
    log.add(sealed(drafts, project="p-main" if project else None))
    steps = 0
    for series in (HELPER, COPY):
        log.add(sealed(drafts, session=series, project=project))
    log.close()
    return steps


@pytest.mark.parametrize("project", [None, "p-helper"], ids=["of no project", "of another project"])
def test_a_long_strand_costs_as_much_for_each_message_as_a_short_one(tmp_path: Path, project: str | None) -> None:
    few, many = (steps_to_add(tmp_path / f"{count}.db", count, project) for count in (200, 1600))

    assert many < 12 * few
