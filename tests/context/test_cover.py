"""The greedy choice of lines: what it must never do, and what it must prefer."""

from hypothesis import given
from hypothesis import strategies as st

from holdfast.context.cover import cover
from holdfast.index.retrieval.findings import FoundLine

HEADER = 10
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]


def line(path: str, number: int, *names: str, defines: str = "", length: int = 10) -> FoundLine:
    return FoundLine(path, 1, number, "x" * length, frozenset(names), defines)


def cost(found: FoundLine, is_first: bool) -> int:  # noqa: FBT001 - the signature of cover.CostOf
    return len(found.text) + (HEADER if is_first else 0)


def spent(chosen: list[FoundLine]) -> int:
    """What a choice costs when each file's header is paid once."""
    return sum(len(found.text) for found in chosen) + HEADER * len({found.path for found in chosen})


some_lines = st.lists(
    st.builds(
        lambda path, number, names, length: line(path, number, *names, defines=min(names, default=""), length=length),
        st.sampled_from(["a.py", "b.py", "c.py"]),
        st.integers(1, 9),
        st.sets(st.sampled_from(NAMES), max_size=3),
        st.integers(1, 60),
    ),
    max_size=25,
)
some_likelihoods = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1))


@given(some_lines, some_likelihoods, st.integers(-50, 300), st.sets(st.sampled_from(NAMES)))
def test_the_room_is_kept_and_every_line_tells_something_new(
    lines: list[FoundLine], likelihood: dict[str, float], room: int, shown: set[str]
) -> None:
    before = set(shown)
    chosen = cover(lines, likelihood, room, cost, shown)

    assert not chosen or spent(chosen) <= room
    assert shown == before.union(*(found.names for found in chosen))
    known = set(before)
    for found in chosen:
        assert any(likelihood.get(name, 0.0) > 0 for name in found.names - known)
        known |= found.names
    places = [(found.path, found.line) for found in chosen]
    assert len(places) == len(set(places))


@given(some_lines, some_likelihoods, st.integers(0, 300))
def test_nothing_that_is_worth_it_and_would_fit_is_left_out(
    lines: list[FoundLine], likelihood: dict[str, float], room: int
) -> None:
    shown: set[str] = set()
    chosen = cover(lines, likelihood, room, cost, shown)

    left = room - spent(chosen)
    files = {found.path for found in chosen}
    places = {(found.path, found.line) for found in chosen}
    missed = [
        found
        for found in lines
        if (found.path, found.line) not in places
        and cost(found, found.path not in files) <= left
        and sum(likelihood.get(name, 0.0) for name in found.names - shown) > 0
    ]
    assert missed == []


def test_of_two_lines_for_a_name_the_cheaper_is_taken() -> None:
    short, long = line("a.py", 1, "alpha", length=10), line("b.py", 1, "alpha", length=40)

    assert cover([long, short], {"alpha": 0.5}, 500, cost, set()) == [short]


def test_a_definition_is_worth_more_than_a_use() -> None:
    defining, using = line("b.py", 1, "alpha", defines="alpha"), line("a.py", 1, "alpha")

    assert cover([using, defining], {"alpha": 0.5}, 500, cost, set()) == [defining]


def test_a_name_that_is_shown_already_is_not_paid_for() -> None:
    both, one = line("a.py", 1, "alpha", "beta"), line("a.py", 2, "beta")

    assert cover([both, one], {"alpha": 0.9, "beta": 0.5}, 500, cost, {"alpha", "beta"}) == []
    assert cover([one, both], {"alpha": 0.9, "beta": 0.5}, 500, cost, set()) == [both]


def test_a_second_line_of_a_file_needs_no_second_header() -> None:
    lines = [line("a.py", 1, "alpha"), line("a.py", 2, "beta"), line("b.py", 1, "gamma")]
    likelihood = {"alpha": 0.9, "beta": 0.5, "gamma": 0.5}

    assert cover(lines, likelihood, HEADER + 20, cost, set()) == lines[:2]


def test_what_does_not_fit_makes_room_for_what_does() -> None:
    likely, fitting = line("a.py", 1, "alpha", length=90), line("b.py", 1, "beta", length=10)

    assert cover([likely, fitting], {"alpha": 1.0, "beta": 0.01}, 30, cost, set()) == [fitting]


def test_lines_of_no_likelihood_are_not_shown() -> None:
    assert cover([line("a.py", 1, "alpha"), line("a.py", 2)], {"beta": 1.0}, 500, cost, set()) == []
