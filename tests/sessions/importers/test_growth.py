"""A file read in pieces while it grows, files in any order, and a process that is killed: the same entries in the end."""

import json
import os
import shutil
import signal
import sqlite3
from itertools import count, permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_writing
from importing import Machine, later
from sessions_fixture import problems_in
from sessions_golden import Case, cases, importer_of, inputs_of

GROWING = [
    (case, path)
    for case in cases()
    for path in inputs_of(case, case.folder)
    if importer_of(case.tool, case.folder).is_appended and path.suffix == ".jsonl"
]

NUMBERS = count()
WRITES = (
    "BEGIN",
    "INSERT INTO entry ",
    "INSERT OR REPLACE INTO series",
    "INSERT OR REPLACE INTO native_seen",
    "COMMIT",
)
"""The steps of a batch; what is derived is written between them."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def place_of(case: Case, path: Path, machine: Machine) -> Path:
    """The file at its place in a copy of the case, without its content."""
    folder = machine.root / "case"
    if not folder.exists():
        shutil.copytree(case.folder, folder)
    return folder / path.relative_to(case.folder)


@pytest.mark.parametrize(
    ("case", "path"), GROWING, ids=lambda value: str(value) if isinstance(value, Case) else value.name[:16]
)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_read_in_pieces_a_file_gives_what_it_gives_when_read_whole(
    case: Case, path: Path, machine: Machine, data: st.DataObject
) -> None:
    whole = path.read_bytes()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    target = place_of(case, path, machine)
    importer = importer_of(case.tool, machine.root / "home")
    name = f"pieces-{next(NUMBERS)}"
    for log, pieces in ((name, [*cuts, len(whole)]), (f"{name}-whole", [len(whole)])):
        into = machine.log(log)
        for number, end in enumerate(pieces):
            target.write_bytes(whole[:end])
            later(target, number)
            into.import_file(importer, target)
        into.close()

    assert machine.ids(name) == machine.ids(f"{name}-whole")


@pytest.mark.parametrize("case", [case for case in cases() if len(inputs_of(case, case.folder)) > 1], ids=str)
def test_files_in_any_order_give_the_same(case: Case, machine: Machine) -> None:
    orders = list(permutations(inputs_of(case, case.folder)[:4]))
    found = []
    for number, order in enumerate(orders[:: 5 if len(orders) > 6 else 1]):
        into = machine.log(str(number))
        for path in order:
            into.import_file(importer_of(case.tool, machine.root / "home"), path)
        into.close()
        found.append(machine.said(str(number)))
        assert problems_in(machine.data(str(number)) / "sessions.db") == []

    assert [said == found[0] for said in found] == [True] * len(found)
    assert found[0]


def test_sessions_in_any_order_give_the_same_entries_to_the_last_bit(machine: Machine) -> None:
    files = [(case, path) for case in cases() if case.tool == "codex" for path in inputs_of(case, case.folder)]
    for name, order in (("one", files), ("other", files[::-1])):
        into = machine.log(name)
        for case, path in order:
            into.import_file(importer_of(case.tool, machine.root / "home"), path)
        into.close()

    assert machine.ids("one") == machine.ids("other")
    assert machine.ids("one")


def test_killed_at_any_write_it_loses_nothing_acknowledged_and_goes_on_where_it_was(machine: Machine) -> None:
    case = Case("claude-code", "compaction")
    path = inputs_of(case, case.folder)[0]
    whole = machine.log("whole")
    whole.import_file(importer_of(case.tool, machine.root), path)
    whole.close()
    expected = machine.ids("whole")
    machine.log("empty").import_file(importer_of(case.tool, machine.root), machine.root)  # Makes the tables.
    SessionLog(machine.data("empty") / "sessions.db").change(lambda _: None)
    steps = 0
    for wanted in count(1):
        name = f"killed-{wanted}"
        shutil.copytree(machine.data("empty"), machine.data(name))
        acknowledged, ended = _import_until_killed(machine, name, case, path, wanted)
        before = machine.ids(name)
        assert len(before) >= acknowledged
        assert before == expected[: len(before)]
        assert problems_in(machine.data(name) / "sessions.db") == []
        into = machine.log(name)
        into.import_file(importer_of(case.tool, machine.root), path)
        into.close()
        assert machine.ids(name) == expected
        shutil.rmtree(machine.data(name))
        steps += 1
        if ended:
            break

    assert steps > 30


def _import_until_killed(machine: Machine, name: str, case: Case, path: Path, wanted: int) -> tuple[int, bool]:
    """How many entries were acknowledged, and whether the process came to its end."""
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        seen = 0

        def die(statement: str) -> None:
            nonlocal seen
            seen += statement.lstrip().startswith(WRITES)
            if seen == wanted:
                os.kill(os.getpid(), signal.SIGKILL)
            if statement == "COMMIT":
                # The one before was acknowledged: this one began after it returned.
                os.write(tells, b"c")

        def connect(database: Path) -> sqlite3.Connection:
            connection = open_for_writing(database)
            connection.set_trace_callback(die)
            return connection

        log = SessionLog(machine.data(name) / "sessions.db", connect)
        FileImporter(log, machine.root, batch_items=4).import_file(importer_of(case.tool, machine.root), path)
        os._exit(0)
    os.close(tells)
    _, status = os.waitpid(child, 0)
    with os.fdopen(told, "rb") as pipe:
        commits = len(pipe.read())
    # Each batch looks first, and adds then: of every two commits the first adds nothing.
    return max(0, commits - 2) // 2, os.WIFEXITED(status)


def test_two_processes_that_import_the_same_at_once_add_it_once(machine: Machine) -> None:
    paths = [(case, path) for case in cases() if case.tool == "claude-code" for path in inputs_of(case, case.folder)]
    for name, processes in (("alone", 1), ("together", 3)):
        machine.log(name).close()
        SessionLog(machine.data(name) / "sessions.db").change(lambda _: None)
        children = []
        for _ in range(processes):
            children.append(os.fork())
            if children[-1] == 0:
                into = machine.log(name)
                for case, path in paths:
                    into.import_file(importer_of(case.tool, machine.root), path)
                os._exit(0)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * processes

    assert machine.said("together") == machine.said("alone")
    assert problems_in(machine.data("together") / "sessions.db") == []


def test_what_follows_after_a_mebibyte_is_told_by_what_stands_just_before_it(machine: Machine) -> None:
    session = "4b3c2d1e-0f9a-4b8c-9d7e-6f5a4b3c2d07"
    target = machine.root / f"{session}.jsonl"
    lines = [_line(session, "q-0", None, "Asked"), _line(session, "q-1", "q-0", "Answered twice")]
    for number in range(300):
        parent = f"p-{number - 1}" if number else "q-0"
        lines.append(json.dumps({"type": "progress", "uuid": f"p-{number}", "parentUuid": parent, "pad": "x" * 8_000}))
        if number % 60 == 59:
            lines.append(_line(session, f"r-{number}", f"p-{number}", f"said {number}"))
    whole = "\n".join([*lines, ""]).encode()
    importer = importer_of("claude-code", machine.root)
    for name, ends in (("whole", [len(whole)]), ("pieces", range(200_000, len(whole) + 200_000, 200_000))):
        into = machine.log(name)
        for number, end in enumerate(ends):
            target.write_bytes(whole[:end])
            later(target, number)
            into.import_file(importer, target)
        into.close()

    assert machine.ids("pieces") == machine.ids("whole")
    assert len(machine.ids("whole")) == 8


def _line(session: str, uuid: str, parent: str | None, text: str) -> str:
    message = {"role": "user", "content": text}
    return json.dumps({"type": "user", "uuid": uuid, "parentUuid": parent, "sessionId": session, "message": message})
