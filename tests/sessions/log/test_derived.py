"""Whatever happens to a log, in whatever order: what is derived step by step is what is made again from the entries."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.strand import Strand, series_of
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.rebuild import rebuild
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import DEVICE, OTHER_DEVICE, START_MS, problems_in, rows, said, sealed, told

SESSIONS = ("01932f2e-9c00-7abc-8def-000000000001", "01932f2e-9c00-7abc-8def-000000000002")
STRANDS = (
    *SESSIONS,
    series_of(SESSIONS[0], Strand("agent-1")),
    series_of(SESSIONS[0], Strand("one fork", is_copy=True)),
    series_of(SESSIONS[0], Strand("other fork", is_copy=True)),
)
TABLES = {
    "session": "*",
    "touched": "*",
    "native_message": "*",
    "memory_item": "entry, session, dev, project, branch, kind, at_ms, key, text, paths, author, tool",
    "pin_word": "*",
    "keep": "*",
    "entry_words_docsize": "id",
}
WORDS = ("kumquat", "retryCount", "No, use integers instead of floats.", "We decided to use UTC.", "TODO: the tests")


def planned(number: int, version: int) -> Draft:
    """A tool's list of tasks: what is remembered of it has no words to be found by."""
    tasks = json.dumps({"todos": [{"content": "Port the parser to Zig", "status": "pending"}]})
    part: JsonObject = {"type": "tool_call", "id": "t", "name": "TodoWrite", "input": tasks}
    return replace(said("", native_id=f"m{number}", kind="tool", parser_version=version), parts=(part,))


numbers = st.integers(0, 6)
drafts = st.one_of(
    st.builds(
        lambda text, role, number, late, version: said(
            text, role=role, native_id=f"m{number}", at_ms=START_MS + late, parser_version=version
        ),
        st.sampled_from(WORDS),
        st.sampled_from(["user", "assistant"]),
        numbers,
        st.integers(0, 9),
        st.sampled_from([1, 2]),
    ),
    st.builds(planned, numbers, st.sampled_from([1, 2])),
    st.builds(lambda name: told(to="branch", name=name), st.sampled_from(["main", "fix"])),
    st.builds(lambda name: told(to="title", name=name), st.sampled_from(["One", "Two"])),
    st.builds(lambda path: told(to="file", path=path), st.sampled_from(["a.py", "b.py"])),
)
steps = st.one_of(
    st.tuples(st.just("append"), st.sampled_from([DEVICE, OTHER_DEVICE]), st.sampled_from(STRANDS), st.sampled_from([None, "p-1", "p-2"]), st.lists(drafts, max_size=4)),
    st.tuples(st.just("forget entry"), numbers, st.sampled_from(SESSIONS)),
    st.tuples(st.just("forget session"), st.sampled_from(SESSIONS)),
    st.tuples(st.just("pin"), st.sampled_from(SESSIONS), st.booleans()),
    st.tuples(st.just("keep"), st.sampled_from([1, None])),
)  # fmt: skip


def take(log: SessionLog, orders: Orders, step: tuple[object, ...]) -> None:
    match step:
        case ("append", str(dev), str(session), project, list(wanted)):
            log.append(
                dev,
                session,
                project if isinstance(project, str) else None,
                [draft for draft in wanted if isinstance(draft, Draft)],
            )
        case ("forget entry", int(number), str(session)):
            with open_history(log.path) as history:
                entries = history.entries(session, first=number, limit=1) if history else []
            orders.forget_entries(entries)
        case ("forget session", str(session)):
            orders.forget_session(session)
        case ("pin", str(session), bool(holds)):
            orders.pin(session, holds=holds)
        case ("keep", days):
            orders.keep(days if isinstance(days, int) else None, None)


def derived(path: Path) -> dict[str, Sequence[tuple[str | int | None, ...]]]:
    queries = {table: f"SELECT {columns} FROM {table} ORDER BY 1, 2" for table, columns in TABLES.items()}  # noqa: S608 - names
    queries["entry_words_docsize"] = "SELECT id FROM entry_words_docsize ORDER BY 1"
    return {table: sorted(rows(path, query), key=repr) for table, query in queries.items()}


def found(path: Path) -> list[str]:
    with open_history(path) as history:
        return sorted(hit.entry for hit in history.search("kumquat retryCount", limit=200)) if history else []


@settings(max_examples=30, deadline=None)
@given(taken=st.lists(steps, max_size=8))
def test_what_is_kept_up_is_what_would_be_made_again(taken: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sessions.db"
        log = SessionLog(path)
        log.add([])
        orders = Orders(log, DEVICE)
        for step in taken:
            take(log, orders, step)
        before, answers, problems = derived(path), found(path), problems_in(path)
        log.change(rebuild)
        log.close()

        assert (derived(path), found(path)) == (before, answers)
        assert problems == []


@pytest.mark.parametrize("session", [SESSIONS[0], *STRANDS[2:4]], ids=["own", "helper", "copy"])
def test_what_is_remembered_without_words_is_so_once_whatever_else_is_forgotten(tmp_path: Path, session: str) -> None:
    log = SessionLog(tmp_path / "sessions.db")
    entries = sealed([planned(1, 1), said("Hello.", native_id="m2"), said("And?", native_id="m3")], session=session)
    log.add(entries)
    Orders(log, DEVICE).forget_entries(entries[1:2])
    log.close()

    assert rows(log.path, "SELECT text FROM memory_item") == [("Port the parser to Zig",)]
