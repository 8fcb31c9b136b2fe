"""From observations to factors: where they begin, where they may go, and what a simulated person teaches them."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.index.retrieval.sign_weights import LEAST_FACTOR, MOST_FACTOR
from holdfast.learning.factors import PRIOR, factors_of
from holdfast.learning.observation import Observation
from holdfast.learning.tally import ALL, HALF_LIFE_MS, Count, Tally

NOW = 1_795_219_200_000
DAY_MS = 24 * 3600 * 1000
RETRIEVERS = ("imported_definitions", "similar_files", "near_paths")

observations = st.builds(
    Observation,
    at_ms=st.integers(0, NOW),
    retrievers=st.lists(st.sampled_from(RETRIEVERS), min_size=1, unique=True).map(tuple),
    language=st.sampled_from(["python", "go"]),
    place=st.sampled_from(["line", "within"]),
    is_taken=st.booleans(),
)


def seen(retriever: str, count: int, taken: int, *, place: str = "line", at_ms: int = NOW) -> list[Observation]:
    return [Observation(at_ms, (retriever,), "python", place, at < taken) for at in range(count)]


def tally_of(*groups: list[Observation]) -> Tally:
    tally = Tally(NOW)
    for group in groups:
        tally.add(group)
    return tally


def test_with_nothing_seen_there_is_no_factor() -> None:
    assert factors_of(Tally(NOW)) == {}


def test_one_retriever_alone_is_neither_better_nor_worse_than_all() -> None:
    factors = factors_of(tally_of(seen("similar_files", 200, 60)))

    assert factors == {("python", "line"): {"similar_files": pytest.approx(1.0, abs=0.02)}}


def test_what_is_taken_more_often_counts_more_and_the_other_way_round() -> None:
    factors = factors_of(tally_of(seen("similar_files", 300, 150), seen("near_paths", 300, 60)))[("python", "line")]

    assert factors["similar_files"] > 1.1
    assert factors["near_paths"] < 0.9


@pytest.mark.parametrize(("count", "most"), [(1, 0.03), (4, 0.1)])
def test_a_few_observations_hardly_move_anything(count: int, most: float) -> None:
    factors = factors_of(tally_of(seen("similar_files", count, count), seen("near_paths", 500, 250)))

    assert abs(factors["python", "line"]["similar_files"] - 1) <= most


def test_the_prior_is_what_the_docstring_says() -> None:
    """Sixteen of forty beside many at a half: (16 + 40 · base) / 80 over base."""
    tally = tally_of(seen("similar_files", 40, 16), seen("near_paths", 4000, 2004))
    base = (2020 + PRIOR * 0.3) / (4040 + PRIOR)

    assert factors_of(tally)["python", "line"]["similar_files"] == pytest.approx(
        (16 + PRIOR * base) / (40 + PRIOR) / base
    )


@given(st.lists(observations, max_size=60))
def test_no_factor_is_ever_out_of_bounds(found: list[Observation]) -> None:
    factors = factors_of(tally_of(found))

    assert all(LEAST_FACTOR <= factor <= MOST_FACTOR for by_name in factors.values() for factor in by_name.values())


@given(st.lists(observations, max_size=40), st.randoms())
def test_observations_may_come_in_any_order_and_in_portions(found: list[Observation], chance: random.Random) -> None:
    shuffled = found.copy()
    chance.shuffle(shuffled)
    half = len(shuffled) // 2
    one, other = Tally(), Tally()
    one.add(found)
    other.add(shuffled[:half])
    other.add(shuffled[half:])
    one.decay(NOW)
    other.decay(NOW)

    assert [cell for cell, _ in one.cells()] == [cell for cell, _ in other.cells()]
    for (_, left), (_, right) in zip(one.cells(), other.cells(), strict=True):
        assert [left.shown, left.taken] == pytest.approx([right.shown, right.taken])


def test_what_is_thirty_days_old_counts_half() -> None:
    tally = tally_of(seen("similar_files", 4, 2))
    tally.decay(NOW + HALF_LIFE_MS)

    assert tally.of("similar_files", "python", "line") == Count(2.0, 1.0)
    assert tally.of(ALL, "python", "line") == Count(2.0, 1.0)


def test_what_is_years_old_is_nothing() -> None:
    tally = tally_of(seen("similar_files", 1000, 1000, at_ms=NOW - 100 * HALF_LIFE_MS))

    assert factors_of(tally) == {}


def test_a_place_without_observations_of_its_own_has_no_factor() -> None:
    assert set(factors_of(tally_of(seen("similar_files", 10, 5, place="within")))) == {("python", "within")}


def test_a_simulated_person_teaches_what_is_true_of_them() -> None:
    """Someone takes 45 of 100 suggestions with names from similar files, 30 from imports, 15 from near paths.

    A year of forty such suggestions a day, then they change their mind.
    """
    chance = random.Random(7)
    rates = dict(zip(RETRIEVERS, (0.30, 0.45, 0.15), strict=True))
    tally, found = Tally(), []
    for day in range(365):
        for retriever in chance.choices(RETRIEVERS, k=40):
            at_ms = NOW + day * DAY_MS
            tally.add([Observation(at_ms, (retriever,), "python", "line", chance.random() < rates[retriever])])
        found.append(factors_of(tally)["python", "line"])
    before = found[-1]
    for day in range(365, 365 + 180):
        for retriever in chance.choices(RETRIEVERS, k=40):
            tally.add([Observation(NOW + day * DAY_MS, (retriever,), "python", "line", chance.random() < 0.3)])
    after = factors_of(tally)["python", "line"]

    assert before["similar_files"] == MOST_FACTOR  # 0.45 over 0.30 is 1.5
    assert before["near_paths"] == LEAST_FACTOR  # 0.15 over 0.30 is 0.5
    assert before["imported_definitions"] == pytest.approx(1.0, abs=0.1)
    assert after == {name: pytest.approx(1.0, abs=0.15) for name in RETRIEVERS}
    assert max(abs(math.log(factor)) for factor in found[0].values()) < 0.2


def test_chance_alone_stays_near_one() -> None:
    """Three retrievers that are equally good: in two hundred made-up years the factor is within a tenth of 1 nearly always."""
    chance = random.Random(11)
    worst = []
    for _ in range(200):
        tally = Tally(NOW)
        for _ in range(600):
            tally.add([Observation(NOW, (chance.choice(RETRIEVERS),), "go", "line", chance.random() < 0.3)])
        worst.append(max(abs(factor - 1) for factor in factors_of(tally)["go", "line"].values()))

    assert sorted(worst)[100] < 0.12
    assert max(worst) <= MOST_FACTOR - 1


def test_what_no_longer_counts_makes_room_for_what_does() -> None:
    tally = tally_of(
        [Observation(NOW - 900 * DAY_MS, ("similar_files",), f"language{n}", "line", is_taken=True) for n in range(600)]
    )
    tally.add(seen("similar_files", 10, 5))
    known = Tally(NOW - 900 * DAY_MS)
    known.add(
        [Observation(NOW - 900 * DAY_MS, ("similar_files",), f"language{n}", "line", is_taken=True) for n in range(600)]
    )
    known.add(seen("similar_files", 10, 5))

    assert [one.of("similar_files", "python", "line") for one in (tally, known)] == [Count(10, 5)] * 2
    assert [len(list(one.cells())) for one in (tally, known)] == [2, 2]


def test_a_portion_is_made_older_once_however_many_it_holds() -> None:
    class Counted(Tally):
        times: list[int]

        def decay(self, as_of_ms: int) -> None:
            self.times.append(as_of_ms)
            super().decay(as_of_ms)

    tally = Counted()
    tally.times = []
    tally.add(Observation(NOW + number, ("similar_files",), "python", "line", is_taken=True) for number in range(50))

    assert tally.times == [NOW + 49]
