"""Whatever happens to files on their way, machines that share end with the same entries."""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory_place import MemoryPlace, carry, carry_all
from sharing_homes import NOW_MS, Home, pair

NAMES = ("desk", "laptop", "server")
YEAR_MS = 365 * 24 * 3600 * 1000
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("record"),
            st.sampled_from(NAMES),
            st.sampled_from("stu"),
            st.integers(1, 3),
            st.sampled_from([-YEAR_MS, 0, YEAR_MS]),
        ),
        st.tuples(st.just("sync"), st.sampled_from(NAMES)),
        st.tuples(st.just("carry"), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 2**32)),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """Three machines that belong together, and the documents that say so."""
    base = tmp_path_factory.mktemp("paired")
    place = MemoryPlace("all")
    pair(*(Home(base, name, [place]) for name in NAMES))
    return base, dict(place.files)


Machines = tuple[dict[str, Home], dict[str, MemoryPlace]]


@pytest.fixture
def machines(paired: tuple[Path, dict[str, bytes]], tmp_path: Path) -> Callable[[], Machines]:
    """The same three machines anew, each with its own copy of the place."""
    base, documents = paired
    made = 0

    def fresh() -> Machines:
        nonlocal made
        made += 1
        folder = tmp_path / str(made)
        shutil.copytree(base, folder)
        places = {name: MemoryPlace(name) for name in NAMES}
        for place in places.values():
            place.files = dict(documents)
        return {name: Home(folder, name, [places[name]]) for name in NAMES}, places

    return fresh


def settle(homes: dict[str, Home], places: dict[str, MemoryPlace]) -> None:
    """Let everything arrive everywhere."""
    for _ in range(3):
        for home in homes.values():
            home.sync()
        carry_all(list(places.values()))


def do(step: tuple[Any, ...], homes: dict[str, Home], places: dict[str, MemoryPlace]) -> None:
    match step:
        case "record", name, session, count, skew:
            homes[name].record(f"session {session}", *(f"{name} said {n}" for n in range(count)), at_ms=NOW_MS + skew)
        case "sync", name:
            homes[name].sync()
        case "carry", source, target, seed:
            carry(places[source], places[target], Random(seed))


@given(steps=STEPS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_order_loss_repetition_and_tearing_ends_with_the_same_entries(
    machines: Callable[[], Machines], steps: list[tuple[Any, ...]]
) -> None:
    homes, places = machines()
    for step in steps:
        do(step, homes, places)
    settle(homes, places)

    told = sum(step[3] for step in steps if step[0] == "record")
    assert [len(home.entries()) for home in homes.values()] == [told] * 3
    assert homes["desk"].entries() == homes["laptop"].entries() == homes["server"].entries()
    assert [home.problems() for home in homes.values()] == [[], [], []]
    assert [home.sync().parked for home in homes.values()] == [(), (), ()]


@given(steps=STEPS, at=st.integers(0, 14), by=st.sampled_from(NAMES))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_was_forgotten_comes_back_on_no_machine(
    machines: Callable[[], Machines], steps: list[tuple[Any, ...]], at: int, by: str
) -> None:
    homes, places = machines()
    homes["desk"].record("session s", "to be forgotten")
    for step in steps[:at]:
        do(step, homes, places)
    homes[by].forget("session s")
    for step in steps[at:]:
        do(step, homes, places)
    settle(homes, places)

    assert not any(session == "session s" for home in homes.values() for session, *_ in home.entries())
    assert homes["desk"].entries() == homes["laptop"].entries() == homes["server"].entries()
    assert [home.problems() for home in homes.values()] == [[], [], []]


def test_a_machine_that_was_away_for_long_brings_nothing_back(machines: Callable[[], Machines]) -> None:
    homes, places = machines()
    desk, laptop, server = homes.values()
    desk.record("session s", "to be forgotten")
    settle(homes, places)
    old = dict(places["server"].files)
    desk.forget("session s")
    for _ in range(2):
        desk.sync()
        laptop.sync()
        carry_all([places["desk"], places["laptop"]])
    # The machine returns, and the sync tool has forgotten that files were deleted.
    server.record("session s", "and this was said there")
    places["server"].files = {**places["server"].files, **old}
    for place in (places["desk"], places["laptop"]):
        place.files = {**old, **place.files}
    settle(homes, places)

    assert [home.entries() for home in (desk, laptop, server)] == [set(), set(), set()]
    assert server.record("session s", "imported again") == []
