"""Files of all tools, in any order, in pieces and in turns while they grow, from several places: one and the same log."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cli_process import holdfast
from holdfast.sessions.importers.importer import Importer
from importing import Machine, later
from log_digest import digest, known
from sessions_fixture import problems_in
from sessions_golden import EXPECTED, Case, cases, importer_of, inputs_of
from strewn_sessions import repository, strewn

QUESTIONS = ("kumquat", "parser", "prices", "retry", "tests")
NUMBERS = count()
DRAWN: Any = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # To find a shorter one would take minutes.
}
Piece = tuple[int, int]
"""A file, by its number, and how many of its bytes are there."""


class Desk:
    """Files of many tools, each of which can be given to its importer as far as it is written."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.files: list[tuple[Importer, Path, bytes]] = []

    def lay(self, importer: Importer, path: Path, content: bytes | None = None) -> None:
        """Put a file on the desk; what cannot grow is there as a whole."""
        self.files.append((importer, path, content if content is not None else b""))

    def size(self, number: int) -> int:
        """The bytes of a file that grows line by line; 0 of any other."""
        importer, path, content = self.files[number]
        return len(content) if importer.is_appended and path.suffix == ".jsonl" else 0

    def read(self, pieces: list[Piece]) -> Path:
        """A new log of the pieces, in that order, and then of all files as they are in the end."""
        name = f"log-{next(NUMBERS)}"
        into = self._machine.log(name)
        last = {number: at for at, (number, _) in enumerate(pieces)}
        for at, (number, end) in enumerate(pieces):
            importer, path, content = self.files[number]
            if self.size(number):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if last[number] == at else content[:end])
                later(path, at)
            into.import_file(importer, path)
        into.close()
        return self._machine.data(name)

    def drawn(self, data: st.DataObject, cuts: int) -> list[Piece]:
        """Every file in some order, those that grow in pieces, cut anywhere, between the others."""
        numbers = list(range(len(self.files)))
        growing = [number for number in numbers if self.size(number)]
        more = data.draw(st.lists(st.sampled_from(growing), max_size=cuts)) if growing else []
        order = data.draw(st.permutations(numbers + more))
        ends = {
            number: sorted(data.draw(st.integers(0, self.size(number))) for _ in range(order.count(number)))
            for number in numbers
        }
        return [(number, ends[number].pop(0)) for number in order]


def lay_strewn(desk: Desk, root: Path) -> None:
    claude = importer_of("claude-code", root / "home")
    for name, content in strewn(root).items():
        desk.lay(claude, root / "projects" / name, content)


def lay_case(desk: Desk, case: Case, root: Path) -> None:
    repository(root / case.tool / case.name)  # Without one, each log would name its project by chance.
    folder = root / case.tool / case.name
    shutil.copytree(case.folder, folder, dirs_exist_ok=True)
    for path in inputs_of(case, folder):
        content = path.read_bytes() if path.is_file() else None
        desk.lay(importer_of(case.tool, folder / "home"), path, content)


def apart() -> list[Case]:
    """Cases of every tool none of which tells of a session that another one tells of otherwise."""
    taken: set[tuple[str, str]] = set()
    chosen = []
    for case in cases():
        told = {(case.tool, session) for session in json.loads((case.folder / EXPECTED).read_text())["sessions"]}
        if not told & taken:
            taken |= told
            chosen.append(case)
    return chosen


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Machine(tmp_path))


@settings(max_examples=8, **DRAWN)
@given(data=st.data())
def test_a_session_that_lies_in_several_files(desk: Desk, tmp_path: Path, data: st.DataObject) -> None:
    if not desk.files:
        lay_strewn(desk, tmp_path)
    expected = known(desk.read([(number, 0) for number in range(len(desk.files))]), QUESTIONS)

    log = desk.read(desk.drawn(data, cuts=15))

    assert known(log, QUESTIONS) == expected
    assert problems_in(log / "sessions.db") == []


@settings(max_examples=2, **DRAWN)
@given(data=st.data())
def test_the_sessions_of_all_tools_together(desk: Desk, tmp_path: Path, data: st.DataObject) -> None:
    if not desk.files:
        lay_strewn(desk, tmp_path)
        for case in apart():
            lay_case(desk, case, tmp_path)
    assert {importer.tool for importer, _, _ in desk.files} == {case.tool for case in cases()}

    found = {digest(desk.read(desk.drawn(data, cuts=20)), QUESTIONS) for _ in range(2)}

    assert len(found) == 1


@pytest.mark.parametrize("case", [case for case in cases() if len(inputs_of(case, case.folder)) > 1], ids=str)
def test_the_files_of_one_case_forwards_and_backwards(case: Case, desk: Desk, tmp_path: Path) -> None:
    lay_case(desk, case, tmp_path)
    numbers = list(range(len(desk.files)))

    found = [known(desk.read([(number, 0) for number in order])) for order in (numbers, numbers[::-1])]

    assert found[0] == found[1]


def test_each_file_by_name_from_the_command_line(desk: Desk, tmp_path: Path) -> None:
    lay_strewn(desk, tmp_path)
    machine = Machine(tmp_path)
    files = [desk.files[number] for number in (0, 1, 4)]  # A session, its helper, a fork: each costs a process.
    for _, path, content in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def read(name: str, step: int) -> list[int]:
        environment = {"HOLDFAST_DATA_DIR": str(machine.data(name)), "HOME": str(tmp_path / "home")}
        paths = [str(path) for _, path, _ in files[::step]]
        return [holdfast("sessions", "import", path, cwd=tmp_path, environment=environment).code for path in paths]

    for name in ("forwards", "backwards"):
        machine.log(name).close()
    with ThreadPoolExecutor(2) as both:
        codes = [both.submit(read, *how) for how in (("forwards", 1), ("backwards", -1))]

    assert [code.result() for code in codes] == [[0, 0, 0], [0, 0, 0]]
    assert known(machine.data("backwards"), QUESTIONS) == known(machine.data("forwards"), QUESTIONS)
