"""The names of the series in which a session lies that its tool keeps in several files."""

import pytest

from holdfast.sessions.entries.canonical_json import JsonValue
from holdfast.sessions.entries.entry import Draft, read_entry
from holdfast.sessions.entries.strand import Strand, is_copy, is_helper, is_undivided, series_of, session_of
from sessions_fixture import sealed

SESSION = "01932f2e-9c00-7abc-8def-0123456789ab"
HELPER = series_of(SESSION, Strand("agent-b7"))
COPY = series_of(SESSION, Strand("agent-b7", is_copy=True))


def test_each_file_has_its_own_and_the_sessions_own_file_has_its_name() -> None:
    other = series_of(SESSION, Strand("agent-b8"))

    assert series_of(SESSION, None) == SESSION
    assert len({SESSION, HELPER, COPY, other}) == 4
    assert series_of(SESSION, Strand("agent-b7")) == HELPER


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (SESSION, (SESSION, False, False)),
        (HELPER, (SESSION, False, True)),
        (COPY, (SESSION, True, False)),
        ("ctl", ("ctl", False, False)),
        ("ctl/c0", ("ctl/c0", False, False)),
        ("ctl/h0", ("ctl/h0", False, False)),
        ("/c0", ("/c0", False, False)),
        ("", ("", False, False)),
    ],
    ids=["session", "helper", "copy", "control", "no strand of control", "nor this", "no session", "nothing"],
)
def test_a_series_tells_whose_it_is(series: str, expected: tuple[str, bool, bool]) -> None:
    assert (session_of(series), is_copy(series), is_helper(series)) == expected


@pytest.mark.parametrize(
    ("series", "version", "expected"),
    [(SESSION, 1, True), (SESSION, 2, False), (SESSION, "1", True), (SESSION, None, True), (HELPER, 1, False)],
    ids=["old", "new", "of another form", "not said", "of a helper"],
)
def test_what_was_written_before_there_were_strands_shows(series: str, version: JsonValue, *, expected: bool) -> None:
    (entry,) = sealed([Draft(0, "msg", (), src={"tool": "t", "native_id": "m", "parser_v": version})], session=series)

    assert (is_undivided(entry), is_undivided(read_entry(entry.body))) == (expected, expected)
    assert read_entry(entry.body) == entry


def test_a_name_of_any_characters_gives_a_short_name() -> None:
    assert len(series_of(SESSION, Strand("\ud800" + "x" * 100_000))) == len(HELPER)
