"""A log from when all files of a session went into one series: read again it stays as it is, and what is new comes once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.sessions.importers.claude_code import ClaudeCode
from holdfast.sessions.importers.importer import Importer, Item, Told
from holdfast.sessions.importers.surroundings import Surroundings
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from importing import Machine, later, open_log
from sessions_fixture import DEVICE, problems_in
from strewn_sessions import FORK, MAIN, strewn


class OldClaudeCode(ClaudeCode):
    """As it was: the files of a session are told apart nowhere."""

    parser_version = 1

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The items without their strands."""
        return (replace(item, strand=None) if isinstance(item, Told) else item for item in super().read(path, offset))


class Desk:
    """The strewn sessions, and one log that reads them."""

    def __init__(self, root: Path) -> None:
        self.machine = Machine(root)
        self.paths: dict[str, Path] = {}
        for name, content in strewn(root).items():
            self.paths[name] = root / "projects" / name
            self.paths[name].parent.mkdir(parents=True, exist_ok=True)
            self.paths[name].write_bytes(content)

    def read(self, importer: Importer, *, backwards: bool = False) -> list[str]:
        """Import all files; the ids of all entries then."""
        into = self.machine.log("one")
        for path in sorted(self.paths.values(), reverse=backwards):
            into.import_file(importer, path)
        into.close()
        return self.machine.ids("one")

    def grow(self, name: str, uuid: str, session: str, *, is_helper: bool) -> None:
        """Add a message to a file."""
        line = {"type": "assistant", "uuid": uuid, "sessionId": session, "isSidechain": is_helper}
        message = {"role": "assistant", "content": f"It goes on: {uuid}"}
        with self.paths[name].open("a") as file:
            file.write(json.dumps({**line, "timestamp": "2026-05-04T12:00:00.000Z", "message": message}) + "\n")
        later(self.paths[name], 60)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeCode:
    return ClaudeCode(Surroundings(tmp_path / "home"))


@pytest.fixture
def old(tmp_path: Path) -> OldClaudeCode:
    return OldClaudeCode(Surroundings(tmp_path / "home"))


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_read_again_it_stays_as_it_is(desk: Desk, claude: ClaudeCode, old: OldClaudeCode, *, backwards: bool) -> None:
    before = desk.read(old, backwards=backwards)

    assert desk.read(claude) == before
    assert desk.read(claude, backwards=True) == before
    assert problems_in(desk.machine.data("one") / "sessions.db") == []


def test_what_was_forgotten_stays_forgotten(desk: Desk, claude: ClaudeCode, old: OldClaudeCode) -> None:
    desk.read(old)
    path = desk.machine.data("one") / "sessions.db"
    with open_history(path) as history:
        assert history is not None
        entries = [entry for each in history.sessions() for entry in history.each_entry(each.id)]
    log = open_log(path.parent)
    Orders(log, DEVICE).forget_entries([entry for entry in entries if entry.native_id in {"a-1", "h-2", "g-1", "e-1"}])
    log.close()
    before = desk.machine.ids("one")

    assert desk.read(claude) == before


def test_what_is_new_comes_once_into_a_series_of_its_file(desk: Desk, claude: ClaudeCode, old: OldClaudeCode) -> None:
    before = set(desk.read(old))
    desk.grow(f"-shop/{MAIN}/subagents/agent-1.jsonl", "h-9", MAIN, is_helper=True)
    desk.grow(f"-shop/{FORK}.jsonl", "b-9", FORK, is_helper=False)
    desk.grow(f"-shop/{MAIN}.jsonl", "a-9", MAIN, is_helper=False)
    after = desk.read(claude)
    with open_history(desk.machine.data("one") / "sessions.db") as history:
        assert history is not None
        sessions = [*map(history.find, {each.id for each in history.sessions()})]
        shown = [entry for each in sessions for entry in history.each_entry(each.id)]
    new = {entry.native_id for entry in shown if entry.id not in before and entry.native_id}

    assert before <= set(after)
    assert new == {"h-9", "b-9", "a-9"}
    assert len({entry.place.session for entry in shown if entry.native_id in {"h-1", "h-9"}}) == 2
    assert desk.read(claude, backwards=True) == after
