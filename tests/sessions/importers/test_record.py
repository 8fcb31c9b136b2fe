"""What importers give becomes entries: redacted, capped, once, whoever imports it and in whatever pieces."""

import base64
import random
import tracemalloc
from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.known_id import known_id
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.importers.drafts import session_id
from holdfast.sessions.importers.importer import (
    Message,
    Part,
    Reference,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
    Unreadable,
)
from holdfast.sessions.log.tombstones import Tombstone, keep_tombstone
from importing import DAY_MS, Machine, open_log, texts
from sessions_fixture import problems_in, rows

KEY = "AKIA" + "QYLPMN5HFIQR7XYA"  # In two parts, so that no scanner takes it for one that leaked.
_BODY = base64.b64encode(random.Random(5).randbytes(1200)).decode()
PEM = f"-----BEGIN PRIVATE KEY-----\n{_BODY}\n-----END PRIVATE KEY-----"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "home").mkdir()
    return Machine(tmp_path)


def said(number: int, text: str, **more: object) -> Message:
    return Message("s", f"m{number}", "user", (Text(text),), DAY_MS + number, **more)  # type: ignore[arg-type]


def only_part(machine: Machine, part: Part) -> dict[str, object]:
    machine.tell("one", Message("s", "m", "assistant", (part,), DAY_MS))
    return machine.parts("one")[-1]


def test_a_message_that_is_there_is_not_added_again(machine: Machine) -> None:
    machine.tell("one", said(1, "Hello"), said(2, "World"))
    ids = machine.ids("one")

    outcome = machine.tell("one", said(1, "Hello"), said(2, "Said otherwise now"))

    assert machine.ids("one") == ids
    assert (outcome.met, outcome.imported) == ({session_id("told", "s")}, set())


def test_a_message_from_another_device_is_not_added_again(machine: Machine) -> None:
    machine.tell("one", said(1, "Hello"))
    machine.tell("other", said(1, "Hello"))
    log = open_log(machine.data("one"))
    own = load_device(machine.data("one")).id
    draft = Draft(
        DAY_MS, "msg", ({"type": "text", "text": "theirs"},), role="user", src={"tool": "told", "native_id": "m2"}
    )
    log.append("f" * 32, session_id("told", "s"), None, [draft])
    log.close()

    machine.tell("one", said(2, "theirs"), said(3, "mine"))

    found = rows(machine.data("one") / "sessions.db", "SELECT dev FROM entry WHERE body LIKE '%theirs%'")
    assert found == [("f" * 32,)]
    mine = rows(machine.data("one") / "sessions.db", "SELECT dev FROM entry WHERE body LIKE '%mine%'")
    assert mine == [(own,)]
    assert problems_in(machine.data("one") / "sessions.db") == []


@pytest.mark.parametrize("kind", ["session", "entry"])
def test_what_was_forgotten_does_not_come_back(machine: Machine, kind: str) -> None:
    session = session_id("told", "s")
    log = open_log(machine.data("one"))
    target = session if kind == "session" else "b2:" + "0" * 32
    native = None if kind == "session" else "m1"
    stone = Tombstone(target, kind, session, "told", native, DAY_MS, "d" * 32)  # type: ignore[arg-type]
    log.change(lambda connection: keep_tombstone(connection, stone))
    log.close()

    machine.tell("one", SessionFacts("s", title="A title"), said(1, "forgotten"), said(2, "kept"))

    assert texts(machine.parts("one")) == ([] if kind == "session" else ["kept"])


def test_secrets_addresses_and_what_is_private_are_taken_out_of_every_string(machine: Machine) -> None:
    machine.tell(
        "one",
        SessionFacts("s", title=f"Key {KEY}", branch=f"fix/{KEY}"),
        Message(
            "s",
            "m1",
            "assistant",
            (
                Text(f"Use {KEY}, write to maria.lopez@posteo.de <private>She is ill.</private>"),
                ToolCall("c", "Bash", f'{{"command": "export K={KEY}"}}'),
                ToolResult("c", f"{KEY}\n{PEM}"),
                Reference("url", f"https://maria:hunter22xyz@host.de/{KEY}"),
            ),
            DAY_MS,
        ),
        UnknownRecord("s", "u", "odd", f'{{"key": "{KEY}"}}'),
    )

    stored = b"".join(path.read_bytes() for path in machine.data("one").glob("sessions.db*"))
    leaked = [
        secret for secret in (KEY, "maria.lopez", "She is ill", "hunter22xyz", _BODY[:12]) if secret.encode() in stored
    ]
    assert leaked == []
    assert "[REDACTED:aws-access-key:" in machine.parts("one")[1]["name"]  # type: ignore[operator]


@pytest.mark.parametrize("at", range(-60, 61, 20))
def test_a_secret_where_a_long_text_is_cut_is_not_halved(machine: Machine, at: int) -> None:
    half = 32 * 1024
    for number, place in enumerate((half + at, 200_000 - half + at)):
        text = "word " * 40_000
        machine.tell("one", said(number, f"{text[:place]}\npassword = '{KEY}Zq8'\n{text[place + 60 :]}"))

    for text in texts(machine.parts("one")):
        assert "characters left out" in text
        assert KEY[4:12] not in text


def test_a_private_block_that_begins_in_what_is_left_out_is_taken_out_to_its_end(machine: Machine) -> None:
    middle = "x " * 50_000
    machine.tell("one", said(1, f"head {middle}<private>{'secret words ' * 6000}</private> tail"))

    (text,) = texts(machine.parts("one"))
    assert "secret words" not in text
    assert text.endswith(" tail")


def test_blobs_are_left_out_with_a_word_on_their_size(machine: Machine) -> None:
    blob = "iVBORw0KGgoAAAANSUhEUg" * 700
    machine.tell("one", said(1, f"![](data:image/png;base64,{blob}) and {'-' * 3000}"))

    (text,) = texts(machine.parts("one"))
    assert text == f"![]([…: {len(blob) + 22:,} characters of base64 left out]) and {'-' * 3000}"


def test_what_tools_answered_is_cut_to_its_head_and_tail(machine: Machine) -> None:
    part = only_part(machine, ToolResult("c", "head" + "x y" * 100_000 + "tail"))

    text = str(part["text"])
    assert (text[:4], text[-4:], len(text) < 9_000) == ("head", "tail", True)
    assert "characters left out" in text


def test_what_no_database_can_hold_is_replaced(machine: Machine) -> None:
    machine.tell("one", said(1, "a\0b \ud800 c"))

    assert texts(machine.parts("one")) == ["ab ? c"]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("{home}/shop/a.py", "~/shop/a.py"),
        ("{home}", "~"),
        ("{home}land/a.py", "{home}land/a.py"),
        ("src/a.py", "src/a.py"),
    ],
    ids=["below", "itself", "a name that begins alike", "relative"],
)
def test_the_home_folder_is_not_named(machine: Machine, path: str, kept: str) -> None:
    home = str(machine.root / "home")

    assert only_part(machine, Reference("file", path.format(home=home)))["path"] == kept.format(home=home)


def test_a_title_gives_way_to_one_of_its_rank_or_higher(machine: Machine) -> None:
    titles = [("made up", 1), ("a person's", 4), ("made up later", 1), ("renamed", 4)]
    for number, (title, rank) in enumerate(titles):
        machine.tell("one", said(number, "x"), SessionFacts("s", title=title, title_rank=rank))

    names = [part["name"] for part in machine.parts("one") if part.get("to") == "title"]
    assert names == ["made up", "a person's", "renamed"]


def test_a_session_of_which_only_a_title_is_known_is_not_recorded(machine: Machine) -> None:
    outcome = machine.tell("one", SessionFacts("s", title="Nothing was said"))

    assert (machine.parts("one"), outcome.met) == ([], set())


def test_a_message_without_a_time_follows_the_one_before_it(machine: Machine) -> None:
    machine.tell(
        "one",
        SessionFacts("s", started_ms=DAY_MS),
        Message("s", "a", "user", (Text("first"),)),
        Message("s", "b", "user", (Text("second"),), DAY_MS + 5000),
        Message("s", "c", "user", (Text("third"),)),
        Message("s", "d", "user", (Text("a clock of 1970"),), 12),
        Message("s", "e", "user", (Text("a clock of 2990"),), 32_000_000_000_000),
        Message("s", "f", "user", (Text("back in time"),), DAY_MS + 1000),
    )

    stamps = rows(machine.data("one") / "sessions.db", "SELECT hlc FROM entry ORDER BY seq")
    begin, second = f"{DAY_MS:012x}", f"{DAY_MS + 5000:012x}"
    assert [str(stamp) for (stamp,) in stamps] == [
        *(f"{begin}-000{number}" for number in range(2)),
        *(f"{second}-000{number}" for number in range(5)),
    ]


def test_a_message_names_the_entry_that_it_answers_where_that_is_not_the_one_before(machine: Machine) -> None:
    machine.tell("one", said(1, "a"), said(2, "b", parent="m1"), said(3, "c", parent="m1"), said(4, "d", parent="gone"))

    found = rows(
        machine.data("one") / "sessions.db",
        "SELECT json_extract(body, '$.src.native_id'), json_extract(body, '$.parent') FROM entry ORDER BY seq",
    )
    ids = machine.ids("one")
    assert found == [(None, None), ("m1", None), ("m2", None), ("m3", ids[1]), ("m4", None)]


def test_what_a_helper_is_asked_and_what_a_model_summed_up_are_not_the_persons_words(machine: Machine) -> None:
    machine.tell("one", said(1, "asked", is_sidechain=True), said(2, "summed up", is_summary=True), said(3, "typed"))

    found = rows(
        machine.data("one") / "sessions.db",
        "SELECT kind, json_extract(body, '$.role') FROM entry WHERE seq > 0 ORDER BY seq",
    )
    assert found == [("msg", "assistant"), ("summary", "assistant"), ("msg", "user")]


def test_an_empty_message_is_none(machine: Machine) -> None:
    outcome = machine.tell(
        "one", said(1, "  \n"), Message("s", "m2", "user", ()), Message("s", "m3", "user", (Reference("file", ""),))
    )

    assert (machine.parts("one"), outcome.imported) == ([], set())


def test_an_id_of_a_strange_form_is_replaced_by_a_digest_of_it(machine: Machine) -> None:
    strange = Message("s", "an id; with spaces and an e-mail: a@b.de", "user", (Text("x"),), DAY_MS)
    machine.tell("one", strange)
    machine.tell("one", strange)

    ((found,),) = rows(machine.data("one") / "sessions.db", "SELECT native_id FROM native_message")
    assert str(found).startswith("b2.")


def test_what_answers_a_message_with_such_an_id_names_its_entry(machine: Machine) -> None:
    strange = Message("s", "an id; with spaces", "user", (Text("x"),), DAY_MS)
    machine.tell("one", strange, said(2, "b"), said(3, "c", parent=strange.id))

    found = rows(machine.data("one") / "sessions.db", "SELECT json_extract(body, '$.parent') FROM entry WHERE seq = 3")
    assert found == [(machine.ids("one")[1],)]


def test_of_long_ids_nothing_is_kept_in_memory() -> None:
    tracemalloc.start()
    known = {known_id(f"{number}" * 100_000) for number in range(100, 150)}
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(known), held < 1_000_000) == (50, True)


def test_what_cannot_be_read_is_counted_by_session(machine: Machine) -> None:
    outcome = machine.tell(
        "one", said(1, "x"), Unreadable("it is torn", "t"), Unreadable("it is torn", "t"), Unreadable("its end", "s")
    )

    assert (outcome.failed, outcome.problems) == (1, ["it is torn", "its end"])


def test_the_project_is_that_of_the_folder_where_the_session_was(machine: Machine) -> None:
    here = machine.root / "home" / "shop"
    here.mkdir()
    machine.tell("one", SessionFacts("s", folder=str(here)), said(1, "x"))
    machine.tell("one", SessionFacts("t", folder="/nowhere/at/all"), Message("t", "m", "user", (Text("y"),), DAY_MS))
    machine.tell("one", SessionFacts("u", folder="//server/share"), Message("u", "m", "user", (Text("y"),), DAY_MS))

    found = rows(machine.data("one") / "sessions.db", "SELECT DISTINCT session, length(project) FROM entry")
    assert set(found) == {
        (session_id("told", "s"), 64),
        (session_id("told", "t"), None),
        (session_id("told", "u"), None),
    }


def test_names_of_records_are_told_as_far_as_there_is_room(machine: Machine) -> None:
    long = [UnknownRecord("s", f"l{number}", "x" * 5_000, "{}") for number in range(2)]
    many = [UnknownRecord("s", f"m{number}", f"kind {number}", "{}") for number in range(150)]

    outcome = machine.tell("one", *long, *many)

    assert (outcome.unknown["x" * 100], len(outcome.unknown), outcome.unknown["others"]) == (2, 101, 51)
