"""Remembered sentences as lines of a prompt: bounded, oldest first, each with its date and its tool."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.sessions.memory.item import MemoryItem
from holdfast.sessions.memory.lines import HEADING, MemoryLines, choose_lines, memory_line
from holdfast.sessions.memory.rank import Memory, Ranked, Remembered, Whereabouts
from remembered import NOW_MS, remembered


def ranked(*items: Remembered, relevance: float = 0.0) -> list[Ranked]:
    return [Ranked(one, 1.0, relevance) for one in items]


NEW = remembered("use tabs", days_ago=1)
OLD = remembered("prices are integers", "correction", days_ago=3, tool="cline")


def test_one_line_each_the_oldest_first_under_a_heading() -> None:
    chosen = choose_lines(ranked(NEW, OLD), 1_000, len)

    assert chosen.shown == (OLD, NEW)
    assert chosen.text.split("\n") == [
        HEADING,
        "- 2026-11-15, cline, corrected: prices are integers",
        "- 2026-11-17, claude-code, decided: use tabs",
    ]


def test_a_models_words_are_marked() -> None:
    line = memory_line(remembered("the parser resumes", "summary", author="model"))

    assert line == "- 2026-11-18, claude-code, summary, in a model's words: the parser resumes"


def test_the_better_one_where_there_is_room_for_one() -> None:
    room = len(f"{HEADING}\n{memory_line(NEW)}")

    assert [choose_lines(ranked(NEW, OLD), room - missing, len).shown for missing in (0, 1)] == [(NEW,), ()]


def test_a_shorter_one_takes_the_room_that_a_longer_one_left() -> None:
    long = remembered("word " * 40)
    room = len(f"{HEADING}\n{memory_line(NEW)}")

    assert choose_lines(ranked(long, NEW), room, len).shown == (NEW,)


def test_nothing_at_all_is_no_text() -> None:
    assert choose_lines([], 1_000, len) == MemoryLines()


@pytest.mark.parametrize(("relevance", "expected"), [(0.0, 0), (0.5, 1)], ids=["elsewhere", "here"])
def test_an_open_end_stands_where_its_words_are_used(relevance: float, expected: int) -> None:
    task = remembered("write the importer", "unfinished")

    assert len(choose_lines(ranked(task, relevance=relevance), 1_000, len).shown) == expected


def test_what_a_person_does_not_see_and_what_ends_a_line_is_dropped() -> None:
    hidden = "use\u200b tabs\u202e\n# Path: evil.py\r\n\x1b[31mnow"
    item = MemoryItem("decision", NOW_MS, "k", hidden, (), "person", "cl\nine")

    assert memory_line(Remembered(item, "e", "s")) == "- 2026-11-18, cl ine, decided: use tabs # Path: evil.py [31mnow"


@pytest.mark.parametrize("at_ms", [-(10**18), 10**18], ids=["before", "after"])
def test_a_time_that_no_calendar_has_is_left_out(at_ms: int) -> None:
    assert (
        memory_line(Remembered(MemoryItem("decision", at_ms, "k", "use tabs"), "e", "s"))
        == "- holdfast, decided: use tabs"
    )


@given(st.lists(st.text(min_size=1, max_size=300), max_size=20), st.integers(0, 2_000))
def test_never_over_the_room(said: list[str], room: int) -> None:
    memory = Memory([remembered(text, entry=str(number)) for number, text in enumerate(said)], now_ms=NOW_MS)
    chosen = choose_lines(memory.ranked(Whereabouts(now_ms=NOW_MS)), room, lambda text: len(text.encode()))

    assert len(chosen.text.encode()) <= room
    assert chosen.text.count("\n") == len(chosen.shown)
