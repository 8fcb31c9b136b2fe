"""What leaves a machine, as the preview says it beforehand: redacted by the newest rules, and nothing of excluded projects."""

from contextlib import closing
from pathlib import Path

import pytest

from holdfast.redaction.redactor import RULES_VERSION, Redactor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft, read_entry
from holdfast.sessions.log.orders import Orders
from holdfast.sharing.preview import Lack, Preview, preview
from holdfast.sqlite.connection import open_for_reading
from memory_place import MemoryPlace
from sharing_homes import NOW_MS, Home, pair

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
PROJECT, OTHER_PROJECT = "a" * 64, "b" * 64


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace("all")


@pytest.fixture
def desk(tmp_path: Path, place: MemoryPlace) -> Home:
    return Home(tmp_path, "desk", [place])


@pytest.fixture
def laptop(tmp_path: Path, place: MemoryPlace, desk: Home) -> Home:
    laptop = Home(tmp_path, "laptop", [place])
    pair(desk, laptop)
    return laptop


def record_by_older_rules(home: Home, session: str, text: str) -> str:
    """An entry from before the rule that would have found what is in it; its id."""
    draft = Draft(
        NOW_MS,
        "msg",
        ({"type": "text", "text": text},),
        role="user",
        redact={"rules_v": RULES_VERSION - 1, "counts": {}},
    )
    with closing(home.log()) as log:
        return log.append(home.dev, session, PROJECT, [draft])[0].id


def previewed(home: Home) -> Preview:
    with closing(open_for_reading(home.data / "sessions.db")) as connection:
        return preview(connection, home.dev, Redactor(b"k" * 32), home.never)


def test_what_only_newer_rules_find_does_not_leave_and_is_gone_here_too(desk: Home, laptop: Home) -> None:
    old = record_by_older_rules(desk, "s1", f"the token is {TOKEN}")
    desk.record("s1", "and more was said")
    desk.sync()
    laptop.sync()
    desk.sync()

    assert not any(TOKEN in body for body in desk.texts() | laptop.texts())
    assert any("the token is [REDACTED:" in body and f'"parent":"{old}"' in body for body in laptop.texts())
    assert desk.entries() == laptop.entries()
    assert len(laptop.entries()) == 3
    assert desk.problems() == laptop.problems() == []
    assert TOKEN.encode() not in (desk.data / "sessions.db").read_bytes()


def test_what_older_rules_left_harmless_leaves_as_it_is(desk: Home, laptop: Home) -> None:
    entry = record_by_older_rules(desk, "s1", "nothing secret")
    desk.sync()
    laptop.sync()

    assert [entry_id for *_, entry_id, _ in laptop.entries()] == [entry]


def test_the_preview_says_what_would_leave_and_writes_nothing(desk: Home, laptop: Home, place: MemoryPlace) -> None:
    assert laptop.data.exists()
    desk.never = frozenset({"b" * 64})
    desk.record("s1", "first", "second", project=PROJECT)
    record_by_older_rules(desk, "s2", f"the token is {TOKEN}")
    desk.record("s3", "secret client", project="b" * 64)
    before = (dict(place.files), (desk.data / "sessions.db").read_bytes())
    found = previewed(desk)
    after = (dict(place.files), (desk.data / "sessions.db").read_bytes())
    desk.sync()

    assert sorted((one.session, one.entries, list(one.withheld), one.is_kept_back) for one in found.sessions) == [
        ("s1", 2, [], False),
        ("s2", 1, ["github-token"], False),
        ("s3", 1, [], True),
    ]
    assert before == after
    assert [one.session for one in previewed(desk).sessions] == ["s3"]


def test_a_forgotten_entry_goes_from_what_was_sealed_before(desk: Home, laptop: Home, place: MemoryPlace) -> None:
    desk.record("s1", "kept", "to be forgotten", "kept too")
    desk.sync()
    laptop.sync()
    before = set(place.names("v1/series/"))
    [wanted] = [body for body in desk.texts() if "to be forgotten" in body]
    with closing(laptop.log()) as log:
        Orders(log, laptop.dev).forget_entries([read_entry(wanted)])
    for home in (laptop, desk, laptop):
        home.sync()

    assert desk.entries() == laptop.entries()
    assert sum(bool(body) for *_, body in desk.entries()) == 2
    assert len(before & set(place.names("v1/series/"))) == 0
    assert desk.problems() == laptop.problems() == []


def test_a_series_is_sealed_in_pieces_of_bounded_size(desk: Home, laptop: Home, place: MemoryPlace) -> None:
    desk.record("s1", *(f"{number} " * 4000 for number in range(40)))
    desk.sync()
    laptop.sync()

    assert len(place.names("v1/series/")) == 2
    assert laptop.entries() == desk.entries()


def test_an_open_session_waits_in_the_background_and_not_for_a_person(desk: Home, laptop: Home) -> None:
    assert laptop.data.exists()
    desk.record("open", "just said", at_ms=wall_clock_ms())
    desk.record("ended", "done", at_ms=wall_clock_ms(), end=True)
    desk.record("resting", "said long ago", at_ms=NOW_MS - 10**9)
    quietly = desk.sync(everything=False)
    asked = desk.sync()

    assert (quietly.sent, asked.sent) == (3, 1)


@pytest.mark.parametrize("first", [None, OTHER_PROJECT], ids=["began in no project", "began in another project"])
def test_a_session_with_anything_of_an_excluded_project_stays_whole(
    desk: Home, laptop: Home, place: MemoryPlace, first: str | None
) -> None:
    desk.record("s1", "harmless", project=first)
    desk.record("s1", "of the secret client", project=PROJECT)
    desk.record("s1", "harmless again", project=first)
    desk.never = frozenset({PROJECT})
    desk.sync()
    before = place.names("v1/series/")
    desk.never = frozenset()
    desk.sync()
    shared = place.names("v1/series/")
    desk.never = frozenset({PROJECT})
    staying = previewed(desk)
    desk.sync()

    assert (before, len(shared), place.names("v1/series/")) == ([], 1, [])
    assert staying.sessions == ()
    assert [(one.session, one.is_kept_back) for one in previewed(desk).sessions] == [("s1", True)]
    assert laptop.sync().received == {}


def test_what_a_new_place_gets_of_what_was_sealed_before_is_shown(desk: Home, laptop: Home, place: MemoryPlace) -> None:
    assert laptop.data.exists()
    desk.record("s1", "first", "second")
    desk.sync()
    new = MemoryPlace("new")
    with closing(open_for_reading(desk.data / "sessions.db")) as connection:
        found = preview(connection, desk.dev, Redactor(b"k" * 32), desk.never, places=[place, new])
    size = sum(len(place.files[name]) for name in place.names("v1/series/"))
    desk.places = [place, new]

    assert found.lacks == (Lack(new.label, 2, size),)
    assert desk.sync().sent == 2


def test_a_word_about_forgetting_travels_even_where_rules_find_a_secret_in_it(desk: Home, laptop: Home) -> None:
    draft = Draft(
        NOW_MS,
        "msg",
        ({"type": "text", "text": "gone"},),
        src={"tool": "notes", "native_id": "password=hunter2hunter2"},
        redact={"rules_v": RULES_VERSION, "counts": {}},
    )
    with closing(desk.log()) as log:
        [entry] = log.append(desk.dev, "s1", PROJECT, [draft])
    desk.record("s1", "stays")
    desk.sync()
    laptop.sync()
    with closing(laptop.log()) as log:
        Orders(log, laptop.dev).forget_entries([entry])
    for home in (laptop, desk, laptop, desk):
        home.sync()

    assert [bool(body) for *_, body in sorted(desk.entries())] == [False, True]
    assert desk.problems() == laptop.problems() == []
    assert (desk.sync().sent, laptop.sync().sent) == (0, 0)
