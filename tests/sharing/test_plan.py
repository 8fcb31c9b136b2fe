"""What a sync has to do, told from what is there."""

from dataclasses import replace

import pytest

from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sharing.plan import (
    IDLE_MS,
    SEALED_AT_BYTES,
    OwnSegment,
    Range,
    Tail,
    batches,
    moves,
    names_to_fetch,
    ranges_to_seal,
    segments_to_seal_again,
    tried_with,
)

NOW_MS = 1_795_000_000_000
TAIL = Tail("s", "p", 5, (100, 100, 100), NOW_MS, is_ended=False)
SEGMENT = OwnSegment("n", Range("s", "p", 0, 9), frozenset({"a", "b"}), 1, 0, 0)


def name(tag: str, first: int, last: int) -> str:
    return f"v1/series/{tag * 32}/{first}-{last}.{'0' * 32}.seg"


@pytest.mark.parametrize(
    ("tail", "everything", "sealed"),
    [
        (TAIL, False, []),
        (TAIL, True, [(5, 7)]),
        (replace(TAIL, is_ended=True), False, [(5, 7)]),
        (replace(TAIL, last_ms=NOW_MS - IDLE_MS), False, [(5, 7)]),
        (replace(TAIL, last_ms=NOW_MS + IDLE_MS - 1), False, []),
        (replace(TAIL, last_ms=NOW_MS + 10**10), False, [(5, 7)]),
        (replace(TAIL, session=CONTROL), False, [(5, 7)]),
        (replace(TAIL, sizes=(SEALED_AT_BYTES - 1, 1, 1)), False, [(5, 6)]),
        (replace(TAIL, sizes=(SEALED_AT_BYTES - 1, 1, 1)), True, [(5, 6), (7, 7)]),
        (replace(TAIL, sizes=(10 * SEALED_AT_BYTES, 1)), False, [(5, 5)]),
        (replace(TAIL, sizes=()), True, []),
    ],
    ids=[
        "open",
        "asked for",
        "ended",
        "resting",
        "clock a little ahead",
        "clock a year ahead",
        "control",
        "large",
        "large, all",
        "one huge",
        "nothing",
    ],
)
def test_a_tail_is_sealed_when_it_is_due(tail: Tail, everything: bool, sealed: list[tuple[int, int]]) -> None:  # noqa: FBT001 - a parameter
    ranges = ranges_to_seal([tail], now_ms=NOW_MS, everything=everything)

    assert [(part.first, part.last) for part in ranges] == sealed


@pytest.mark.parametrize(
    ("segment", "wanted", "again"),
    [
        (SEGMENT, {"a", "b"}, False),
        (SEGMENT, {"a"}, False),
        (SEGMENT, {"a", "b", "c"}, True),
        (SEGMENT, set(), False),
        (replace(SEGMENT, gone_now=1), {"a", "b"}, True),
        (replace(SEGMENT, gone=1, gone_now=1), {"a", "b"}, False),
        (replace(SEGMENT, rules_v=0), {"a", "b"}, True),
        (replace(SEGMENT, gone_now=1), set(), False),
    ],
    ids=[
        "nothing new",
        "one less",
        "one more",
        "nobody",
        "forgotten",
        "known as forgotten",
        "older rules",
        "may not leave",
    ],
)
def test_a_segment_is_sealed_again_when_it_has_to_be(segment: OwnSegment, wanted: set[str], again: bool) -> None:  # noqa: FBT001 - a parameter
    found = segments_to_seal_again([segment], {"n": frozenset(wanted)}, 1)

    assert found == ([segment] if again else [])


def test_a_place_gets_what_it_lacks_or_has_cut_off_and_loses_what_is_unwanted() -> None:
    todo = moves({"a": 5, "b": 5, "c": 5, "d": 5}, {"a": 5, "d": 3, "x": 5, "y": 5}, {"c", "x", "z"})

    assert (todo.send, todo.remove) == (("b", "d"), ("x",))


def test_segments_of_one_series_are_fetched_in_the_order_of_their_entries() -> None:
    there = [name("b", 0, 0), name("a", 10, 12), name("a", 9, 9), name("a", 0, 8), "v1/devices/x.json"]

    assert names_to_fetch(dict.fromkeys(there, "s"), set(), {}, "c") == [
        name("a", 0, 8), name("a", 9, 9), name("a", 10, 12), name("b", 0, 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stamp", "context", "fetched"),
    [("s", "c", False), ("another", "c", True), ("s", "another", True)],
    ids=["as before", "other bytes", "other members"],
)
def test_what_is_parked_is_tried_again_when_something_changed(stamp: str, context: str, fetched: bool) -> None:  # noqa: FBT001 - a parameter
    one = name("a", 0, 0)
    found = names_to_fetch({one: stamp}, set(), {one: tried_with("s", "c")}, context)

    assert found == ([one] if fetched else [])


def test_what_is_known_is_not_fetched() -> None:
    assert names_to_fetch({name("a", 0, 0): "s"}, {name("a", 0, 0)}, {}, "c") == []


def test_files_travel_in_groups_of_bounded_size() -> None:
    sizes = {"a": 4, "b": 5, "c": 20, "d": 1, "e": 9}

    assert batches(list(sizes), sizes, 10) == [["a", "b"], ["c"], ["d", "e"]]
