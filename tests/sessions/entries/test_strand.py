"""The names of the series in which a session lies that its tool keeps in several files."""

import pytest

from holdfast.sessions.entries.strand import Strand, is_copy, series_of, session_of

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
        (SESSION, (SESSION, False)),
        (HELPER, (SESSION, False)),
        (COPY, (SESSION, True)),
        ("ctl", ("ctl", False)),
        ("ctl/c0", ("ctl/c0", False)),
        ("/c0", ("/c0", False)),
        ("", ("", False)),
    ],
    ids=["session", "helper", "copy", "control", "no strand of control", "no session", "nothing"],
)
def test_a_series_tells_whose_it_is(series: str, expected: tuple[str, bool]) -> None:
    assert (session_of(series), is_copy(series)) == expected


def test_a_name_of_any_characters_gives_a_short_name() -> None:
    assert len(series_of(SESSION, Strand("\ud800" + "x" * 100_000))) == len(HELPER)
