"""What is forgotten is gone: from tables, from search, from the bytes of the files; and nothing brings it back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import next_stamp
from holdfast.sessions.entries.entry import Draft, Entry, Place, seal_entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sessions.log.control import entries_tombstone, pin, session_tombstone
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SessionLog, add_forgotten
from sessions_fixture import (
    DEVICE,
    OTHER_DEVICE,
    SESSION,
    START_MS,
    entries_of,
    problems_in,
    rows,
    said,
    sealed,
    stored_ids,
    tamper,
    told,
)

OTHER = SESSION.replace("0123456789ab", "ba9876543210")
CODENAME = "Kumquat-Zeppelin-4711"
DIALOGUE = (
    told(to="native", tool="claude-code", id="n1"),
    said("What is the plan?", native_id="m1"),
    said(f"We decided to call it {CODENAME} from now on.", role="assistant", native_id="m2"),
    said("Fine, go on.", native_id="m3"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def log(path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(path)
    yield opened
    opened.close()


@pytest.fixture
def orders(log: SessionLog) -> Orders:
    return Orders(log, DEVICE)


@pytest.fixture
def entries(log: SessionLog) -> Sequence[Entry]:
    """A session with a secret in it, and others around it, so that pages of the file are shared."""
    added = sealed(DIALOGUE)
    for number in range(40):
        others = [said(f"Talk {number} of the {noun}.", native_id=f"o{noun}") for noun in ("row", "page", "column")]
        log.add(sealed(others, session=OTHER.replace("01932f2e", f"{number:08x}")))
        if number == 20:
            log.add(added)
    return added


def bytes_with(path: Path, text: str) -> list[str]:
    """The files of the database that hold `text`, in any case."""
    return [file.name for file in sorted(path.parent.iterdir()) if text.lower().encode() in file.read_bytes().lower()]


def make_teammate(path: Path) -> None:
    tamper(path, "INSERT INTO device (dev, name, standing) VALUES (?, 'theirs', 'teammate')", OTHER_DEVICE)


def count(path: Path, table: str, session: str = SESSION) -> int:
    return sum(row[0] == session for row in rows(path, f"SELECT session FROM {table}"))  # noqa: S608 - names of tables


def found(path: Path, question: str) -> list[str]:
    with open_history(path) as history:
        assert history is not None
        return [hit.entry for hit in history.search(question)]


def bodies(path: Path, session: str = SESSION) -> list[str]:
    with open_history(path) as history:
        assert history is not None
        return [str(part.get("text")) for entry in history.entries(session) for part in entry.parts if "text" in part]


def test_before_it_is_forgotten_it_is_there(entries: Sequence[Entry], path: Path) -> None:
    assert found(path, "kumquat") == [entries[2].id]
    assert bytes_with(path, "kumquat") != []


def test_a_forgotten_session_leaves_nothing(entries: Sequence[Entry], orders: Orders, path: Path) -> None:
    orders.forget_session(SESSION)

    assert found(path, "kumquat") == []
    assert {entry.id for entry in entries} & set(stored_ids(path)) == set()
    for table in ("session", "series", "native_message", "memory_item", "touched"):
        assert count(path, table) == 0
    assert bytes_with(path, "kumquat") == []
    assert problems_in(path) == []


def test_a_forgotten_entry_leaves_its_place_and_the_chain_holds(
    entries: Sequence[Entry], orders: Orders, path: Path
) -> None:
    orders.forget_entries([entries[2]])

    assert found(path, "kumquat") == []
    assert bodies(path) == ["What is the plan?", "Fine, go on."]
    assert rows(path, "SELECT session, seq, kind FROM entry WHERE body = ''") == [(SESSION, 2, "forgotten")]
    assert (SESSION, 3) in rows(path, "SELECT session, entries FROM session")
    assert bytes_with(path, "kumquat") == []
    assert problems_in(path) == []


def test_many_entries_are_forgotten_at_once(log: SessionLog, orders: Orders, path: Path) -> None:
    added = sealed([said(f"{CODENAME} {number}", native_id=f"m{number}") for number in range(1_200)])
    log.add(added)

    orders.forget_entries(added[100:])

    assert rows(path, "SELECT entries FROM session") == [(100,)]
    assert rows(path, "SELECT count(*) FROM tombstone") == [(1_100,)]
    assert rows(path, "SELECT count(*) FROM entry WHERE session = 'ctl'") == [(3,)]
    assert problems_in(path) == []


def test_a_title_made_from_a_forgotten_entry_goes_with_it(log: SessionLog, orders: Orders, path: Path) -> None:
    first, _ = added = sealed([said(f"Build {CODENAME}.", native_id="m1"), said("And test it.", native_id="m2")])
    log.add(added)

    orders.forget_entries([first])

    assert rows(path, "SELECT title FROM session") == [("And test it.",)]
    assert bytes_with(path, "kumquat") == []


def test_adding_or_importing_again_does_not_bring_it_back(
    entries: Sequence[Entry], log: SessionLog, orders: Orders, path: Path
) -> None:
    orders.forget_entries([entries[2]])
    before = stored_ids(path)

    assert log.add(entries) == 0
    assert log.append(DEVICE, SESSION, None, [DIALOGUE[2]]) == []
    assert (stored_ids(path), bodies(path)) == (before, ["What is the plan?", "Fine, go on."])


def test_another_device_s_copy_of_a_forgotten_message_comes_in_empty(
    entries: Sequence[Entry], log: SessionLog, orders: Orders, path: Path
) -> None:
    orders.forget_entries([entries[2]])

    assert log.add(sealed(DIALOGUE, dev=OTHER_DEVICE)) == 4
    assert found(path, "kumquat") == []
    assert bytes_with(path, "kumquat") == []
    assert problems_in(path) == []


def test_copies_that_are_there_go_together(
    entries: Sequence[Entry], log: SessionLog, orders: Orders, path: Path
) -> None:
    log.add(sealed(DIALOGUE, dev=OTHER_DEVICE))

    orders.forget_entries([entries[2]])

    assert rows(path, "SELECT count(*) FROM entry WHERE kind = 'forgotten'") == [(2,)]
    assert bytes_with(path, "kumquat") == []
    assert problems_in(path) == []


def test_nothing_is_recorded_in_a_forgotten_session_any_more(
    entries: Sequence[Entry], log: SessionLog, orders: Orders, path: Path
) -> None:
    orders.forget_session(SESSION)

    assert log.add(entries) == 0
    assert log.add(sealed(DIALOGUE, dev=OTHER_DEVICE)) == 0
    assert log.append(DEVICE, SESSION, None, [said("more", native_id="m9")]) == []
    assert count(path, "entry") == 0


def test_a_tombstone_of_another_own_device_counts_whenever_it_arrives(log: SessionLog, path: Path) -> None:
    entries = sealed(DIALOGUE)
    stone = sealed([entries_tombstone(START_MS, [entries[2]])], session=CONTROL, dev=OTHER_DEVICE)

    log.add(stone)
    log.add(entries)

    assert bodies(path) == ["What is the plan?", "Fine, go on."]
    assert problems_in(path) == []


def test_a_teammate_s_device_forgets_its_own_series_alone(log: SessionLog, path: Path) -> None:
    log.add(sealed(DIALOGUE))
    theirs = sealed([said("Ours?", native_id="t1"), said("Ours!", native_id="t2")], dev=OTHER_DEVICE)
    log.add(theirs)
    make_teammate(path)
    mine = sealed(DIALOGUE)[2]

    log.add(
        sealed(
            [entries_tombstone(START_MS, [mine, theirs[0]]), session_tombstone(START_MS, OTHER)],
            session=CONTROL,
            dev=OTHER_DEVICE,
        )
    )

    assert sorted(bodies(path)) == ["Fine, go on.", "Ours!", DIALOGUE[2].parts[0]["text"], "What is the plan?"]
    assert log.add(entries_of(1, session=OTHER)) == 1
    assert problems_in(path) == []


def test_a_teammate_s_session_goes_and_mine_of_the_same_name_stays(log: SessionLog, path: Path) -> None:
    log.add(sealed([said("Mine.", native_id="m1")]))
    log.add(sealed([said("Theirs.", native_id="t1")], dev=OTHER_DEVICE))
    make_teammate(path)

    log.add(sealed([session_tombstone(START_MS, SESSION)], session=CONTROL, dev=OTHER_DEVICE))

    assert bodies(path) == ["Mine."]
    assert rows(path, "SELECT entries FROM session") == [(1,)]


def test_a_teammate_pins_nothing(log: SessionLog, path: Path) -> None:
    log.add(sealed([said("Mine.")]))
    make_teammate(path)

    log.add(sealed([pin(START_MS, SESSION, holds=True)], session=CONTROL, dev=OTHER_DEVICE))

    assert rows(path, "SELECT * FROM pin") == []


def test_the_control_series_itself_is_not_forgotten(orders: Orders, path: Path) -> None:
    orders.pin(SESSION, holds=True)
    orders.forget_session(CONTROL)

    assert rows(path, "SELECT count(*) FROM entry WHERE session = 'ctl'") == [(2,)]


def test_the_place_of_an_entry_that_was_forgotten_before_it_travelled(log: SessionLog, path: Path) -> None:
    entries = sealed(DIALOGUE, dev=OTHER_DEVICE)
    log.add(entries[:2])

    added = log.change(lambda connection: add_forgotten(connection, entries[2].id, entries[2].place))
    log.add(entries[3:])

    assert (added, stored_ids(path)) == (1, [entry.id for entry in entries])
    assert bodies(path) == ["What is the plan?", "Fine, go on."]
    assert problems_in(path) == []


def test_an_entry_whose_device_forgot_it_later_is_forgotten_here(log: SessionLog, path: Path) -> None:
    entries = sealed(DIALOGUE, dev=OTHER_DEVICE)
    log.add(entries)

    assert log.change(lambda connection: add_forgotten(connection, entries[2].id, entries[2].place)) == 0
    assert bytes_with(path, "kumquat") == []
    assert problems_in(path) == []


def test_an_entry_that_can_no_longer_be_read_is_forgotten_too(
    entries: Sequence[Entry], log: SessionLog, orders: Orders, path: Path
) -> None:
    tamper(path, "UPDATE entry SET body = substr(body, 1, length(body) - 3) WHERE id = ?", entries[2].id)

    orders.forget_entries([entries[2]])
    log.close()
    log.add(entries_of(1, session=OTHER))

    assert found(path, "kumquat") == []
    assert rows(path, "SELECT count(*) FROM entry_words('kumquat')") == [(0,)]
    assert problems_in(path) == []


@pytest.mark.usefixtures("entries")
def test_while_another_process_reads_the_rest_is_wiped_at_the_next_change(
    log: SessionLog, orders: Orders, path: Path
) -> None:
    with open_history(path) as history:
        assert history is not None
        reader = history.each_entry(SESSION)
        next(reader)
        orders.forget_session(SESSION)
        assert found(path, "kumquat") == []
        del reader
    log.add(entries_of(1, session=OTHER))

    assert bytes_with(path, "kumquat") == []


@pytest.mark.parametrize(
    "part",
    [
        {"type": "ref", "to": "session"},
        {"type": "ref", "to": "session", "id": 7},
        {"type": "ref", "to": "entry", "id": "b2:00"},
        {"type": "ref", "to": "everything", "id": SESSION},
        {"type": "text", "text": SESSION},
        {"type": "ref", "to": "session", "id": "x" * 10_000},
    ],
)
def test_a_tombstone_that_says_nothing_forgets_nothing(log: SessionLog, path: Path, part: dict[str, str | int]) -> None:
    log.add(sealed(DIALOGUE))
    place = Place(OTHER_DEVICE, CONTROL, None, 0, None, next_stamp(None, START_MS))
    stone = session_tombstone(START_MS, "")

    log.add([seal_entry(type(stone)(START_MS, stone.kind, (part,)), place)])

    assert len(bodies(path)) == 3


@pytest.mark.parametrize("stone", ["session", "entry"])
def test_where_a_teammate_forgets_the_copy_that_spoke_the_other_one_does(
    log: SessionLog, path: Path, stone: str
) -> None:
    theirs = sealed(DIALOGUE, dev=OTHER_DEVICE)
    log.add(theirs)
    mine = sealed(DIALOGUE)
    log.add(mine)
    make_teammate(path)

    orders = [session_tombstone(START_MS, SESSION), entries_tombstone(START_MS, [theirs[2]])]
    log.add(sealed([orders[stone == "entry"]], session=CONTROL, dev=OTHER_DEVICE))

    assert found(path, "kumquat") == [mine[2].id]
    assert rows(path, "SELECT entries FROM session") == [(5 if stone == "entry" else 4,)]
    assert [text for (text,) in rows(path, "SELECT text FROM memory_item")] != []
    assert problems_in(path) == []


def test_a_forgotten_branch_is_not_remembered_with_what_was_decided_on_it(
    log: SessionLog, orders: Orders, path: Path
) -> None:
    branch, decision = added = sealed([told(to="branch", name=CODENAME), said("Use tabs.", kind="decision")])
    log.add(added)

    orders.forget_entries([branch])

    assert rows(path, "SELECT branch FROM memory_item") == [(None,)]
    assert bytes_with(path, "kumquat") == []
    assert bodies(path) == [decision.parts[0]["text"]]
    assert problems_in(path) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Let", 1),
        ("line\nnext", 1),
        ('a "quoted" \\ path', 1),
        ("deep down", 1),
        ("in a name", 1),
        ("nnext", 0),
        ("text", 0),
        ("type", 0),
        ("}", 0),
        ('","', 0),
        ("let", 0),
        ("\udcff", 0),
    ],
)
def test_what_holds_a_text_is_what_somebody_said_and_no_mark_of_the_log(
    log: SessionLog, path: Path, text: str, number: int
) -> None:
    part: JsonObject = {"type": "tool_call", "name": "run", "input": {"in a name": [{"x": "deep down"}, 7, None]}}
    log.add(sealed([said("Let a line\nnext"), said('a "quoted" \\ path'), Draft(START_MS, "tool", (part,))]))

    with open_history(path) as history:
        assert history is not None
        assert len(history.entries_with(text)) == number


def test_a_memory_does_not_get_the_number_of_one_that_was_forgotten(
    log: SessionLog, orders: Orders, path: Path
) -> None:
    added = log.append(DEVICE, SESSION, None, [said("Use tabs.", kind="decision"), said("Be quick.", kind="decision")])
    ((before,),) = rows(path, "SELECT max(id) FROM memory_item")

    orders.forget_entries(added[1:])
    log.append(DEVICE, SESSION, None, [said("Be slow.", kind="decision")])

    assert rows(path, f"SELECT id > {before} FROM memory_item WHERE text = 'Be slow.'") == [(1,)]  # noqa: S608 - a number
