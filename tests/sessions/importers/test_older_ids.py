"""A log from when ids were kept that could be secrets: what is in it, and what was forgotten, is known by those, too."""

import uuid
from pathlib import Path

import pytest

from holdfast.redaction.identifiers import is_identifier
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.kinds import MESSAGE, SESSION_META, SESSION_START, UNKNOWN
from holdfast.sessions.entries.known_id import known_id
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.importers.drafts import session_id
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import Item, Message, SessionFacts, Text, UnknownRecord
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.tombstones import Tombstone, keep_tombstone
from importing import DAY_MS, Machine, Told, open_log
from sessions_fixture import OTHER_DEVICE, problems_in, rows, sealed

IDS = tuple(f"{letter}7Zk2mXw9Rt4Vb8N" + "y3Lc6Hs1Gd5Jf0Pa" for letter in "qrst")  # In two parts: these are no keys.
SESSIONS = uuid.UUID("6f1c3d52-90a7-5b0e-8f5e-2f6a1d0c7b44")
TITLES = ("First", "Second", "Third")
SESSION = session_id("told", "s")
STRANGE = f"w{IDS[0]}"
"""A session's id in its tool."""
OLDER = str(uuid.uuid5(SESSIONS, f"told:{STRANGE}"))
"""What an older version made of it."""


def items(count: int, session: str = "s") -> list[Item]:
    """A record that no rule reads, and so many times a title and a message."""
    told: list[Item] = [UnknownRecord(session, IDS[3], "odd", "{}")]
    for number in range(count):
        said = Message(session, IDS[number], "user", (Text(f"Message {number}"),), DAY_MS + number)
        told += [SessionFacts(session, TITLES[number]), said]
    return told


def draft(kind: str, part: JsonObject, native_id: str | None = None) -> Draft:
    src: JsonObject = {"tool": "told", "native_id": native_id, "parser_v": 1}
    return Draft(DAY_MS, kind, (part,), role="user" if kind == MESSAGE else None, src=src)


DRAFTS = (
    draft(SESSION_START, {"type": "ref", "to": "native", "tool": "told", "id": "s"}),
    draft(UNKNOWN, {"type": "text", "text": "{}"}, IDS[3]),
    draft(SESSION_META, {"type": "ref", "to": "title", "name": "First", "rank": 0}),
    draft(MESSAGE, {"type": "text", "text": "Message 0"}, IDS[0]),
    draft(SESSION_META, {"type": "ref", "to": "title", "name": "Second", "rank": 0}),
    draft(MESSAGE, {"type": "text", "text": "Message 1"}, IDS[1]),
)
"""What was written of `items(2)`."""


class Desk:
    """A log as an older version wrote it, and the file that it read."""

    def __init__(self, root: Path) -> None:
        (root / "home").mkdir()
        self.machine = Machine(root)
        self.machine.log("one").close()
        self.path = self.machine.data("one") / "sessions.db"
        self.device = load_device(self.path.parent).id

    def write(self, session: str = SESSION) -> list[str]:
        """Add what was written then; the ids of all entries."""
        log = open_log(self.path.parent)
        log.append(self.device, session, None, DRAFTS)
        log.close()
        return self.machine.ids("one")

    def read(self, told: list[Item], into: FileImporter | None = None) -> list[str]:
        """Read the file, which has grown and holds `told` now; the ids of all entries then."""
        file = self.machine.root / "file.jsonl"
        with file.open("a") as grown:
            grown.write("more\n")
        into = into or self.machine.log("one")
        into.import_file(Told(told, is_appended=True), file)
        into.close()
        return self.machine.ids("one")

    def messages(self) -> int:
        """How many messages the log has."""
        return len(rows(self.path, "SELECT 1 FROM entry WHERE kind = 'msg'"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_these_ids_could_be_secrets_and_what_is_written_for_them_could_not() -> None:
    assert [is_identifier(one) for one in (*IDS, STRANGE)] == [False] * 5
    assert [known_id(known_id(one)) for one in IDS] == [known_id(one) for one in IDS]


def test_read_anew_it_stays_as_it_is_and_what_is_new_comes_once(desk: Desk) -> None:
    before = desk.write()

    assert desk.read(items(2)) == before
    after = desk.read(items(3))
    assert (after[: len(before)], desk.messages()) == (before, 3)
    assert desk.read(items(3)) == after
    assert problems_in(desk.path) == []


def test_a_session_with_such_an_id_goes_on_under_its_older_one(desk: Desk) -> None:
    before = desk.write(OLDER)

    assert desk.read(items(2, STRANGE)) == before
    desk.read(items(3, STRANGE))
    assert rows(desk.path, "SELECT session FROM session") == [(OLDER,)]
    log = open_log(desk.path.parent)
    Orders(log, desk.device).forget_session(OLDER)
    log.close()
    desk.read(items(3, STRANGE))
    assert rows(desk.path, "SELECT session FROM session") == []


def test_forgotten_under_todays_id_it_does_not_come_back_under_its_older_one(desk: Desk) -> None:
    before = desk.write(OLDER)
    log = open_log(desk.path.parent)
    Orders(log, desk.device).forget_session(session_id("told", STRANGE))
    log.close()
    desk.read(items(3, STRANGE))

    assert [one for one in desk.machine.ids("one") if one in before] == before
    assert desk.messages() == 2


def test_what_was_forgotten_of_all_that_a_session_held_stays_forgotten(desk: Desk) -> None:
    desk.write(OLDER)
    with open_history(desk.path) as history:
        assert history is not None
        entries = history.entries(OLDER)
    log = open_log(desk.path.parent)
    Orders(log, desk.device).forget_entries(entries)
    log.close()
    desk.read(items(2, STRANGE))

    assert (desk.messages(), rows(desk.path, "SELECT session FROM session")) == (0, [])


def test_a_session_with_such_an_id_that_is_new_has_todays(desk: Desk) -> None:
    desk.read(items(1, STRANGE))

    assert rows(desk.path, "SELECT session FROM session") == [(session_id("told", STRANGE),)]
    assert rows(desk.path, f"SELECT 1 FROM entry WHERE instr(body, '{STRANGE}')") == []  # noqa: S608 - letters and digits


def test_what_was_forgotten_stays_forgotten(desk: Desk) -> None:
    desk.write()
    with open_history(desk.path) as history:
        assert history is not None
        said = [entry for entry in history.entries(SESSION) if entry.native_id]
    log = open_log(desk.path.parent)
    Orders(log, desk.device).forget_entries(said)
    log.close()
    before = desk.machine.ids("one")

    assert desk.read(items(2)) == before
    assert desk.messages() == 0


def test_what_was_forgotten_here_does_not_come_from_another_machine_under_its_older_id(desk: Desk) -> None:
    desk.read(items(2))
    with open_history(desk.path) as history:
        assert history is not None
        said = [entry for entry in history.entries(SESSION) if entry.native_id == known_id(IDS[1])]
    log = open_log(desk.path.parent)
    Orders(log, desk.device).forget_entries(said)
    log.add(sealed(DRAFTS, session=SESSION, dev=OTHER_DEVICE))
    log.close()

    assert rows(desk.path, "SELECT body FROM entry WHERE session <> 'ctl' AND instr(body, 'Message 1')") == []
    assert problems_in(desk.path) == []


def test_what_another_machine_forgot_under_the_older_id_does_not_come(desk: Desk) -> None:
    log = open_log(desk.path.parent)
    stone = Tombstone("b2:there", "entry", SESSION, "told", IDS[1], DAY_MS, OTHER_DEVICE)
    log.change(lambda connection: keep_tombstone(connection, stone))
    log.close()
    desk.read(items(2))

    assert rows(desk.path, "SELECT body FROM entry WHERE instr(body, 'Message 1')") == []
    assert desk.messages() == 1


@pytest.mark.parametrize("is_forgotten", [False, True], ids=["added", "forgotten"])
def test_what_comes_while_a_batch_is_redacted_comes_once(desk: Desk, *, is_forgotten: bool) -> None:
    log, steps = open_log(desk.path.parent), ["write", "forget"] if is_forgotten else ["write"]
    stone = Tombstone("b2:there", "entry", SESSION, "told", IDS[2], DAY_MS, OTHER_DEVICE)

    def meanwhile() -> None:
        match steps.pop(0) if steps else "":
            case "write":
                desk.write()
            case "forget":
                log.change(lambda connection: keep_tombstone(connection, stone))

    desk.read(items(3), FileImporter(open_log(desk.path.parent), desk.machine.root / "home", meanwhile))
    log.close()

    assert desk.messages() == (2 if is_forgotten else 3)
    assert problems_in(desk.path) == []
