"""What a ruling is for and against, and when a newer one contradicts it."""

import pytest

from holdfast.sessions.memory.subject import Ruling, Subject, overruled, subject_of


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        ("use httpx instead of requests", {"httpx"}, {"request"}),
        ("Don't use pandas here, use polars.", {"polar"}, {"panda"}),
        ("never use float for money", set(), {"float"}),
        ("go back to requests", {"request"}, set()),
        ("stop using Redux", set(), {"redux"}),
        ("prefer composition over inheritance in importers", {"composition"}, {"inheritance"}),
        ("timeouts are in milliseconds", set(), set()),
        ("Wir nehmen Postgres statt MySQL", {"postgre"}, {"mysql"}),
        ("utilise pathlib plutôt que os.path", {"pathlib"}, {"path"}),
        ("usemos SQLite en lugar de Postgres", {"sqlite"}, {"postgre"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_it_is_for_and_against(text: str, wanted: set[str], refused: set[str]) -> None:
    assert subject_of(text) == Subject(frozenset(wanted), frozenset(refused))


@pytest.mark.parametrize(
    ("newest_first", "expected"),
    [
        (("use httpx instead of requests", "let's use requests for the client"), {1}),
        (("go back to requests", "use httpx instead of requests"), {1}),
        (("don't use exceptions for control flow", "use exceptions for bad input"), {1}),
        (("use tabs", "never use spaces"), set()),
        (("use named exports", "don't use default exports"), set()),
        (("use httpx instead of requests", "use httpx"), set()),
        (("stop using Redux", "use Redux instead of context", "stop using Redux"), {1}),
        (("timeouts are in seconds", "timeouts are in milliseconds"), set()),
    ],
    ids=[
        "for what it was against",
        "back",
        "against what it was for",
        "others",
        "a part",
        "the same",
        "twice",
        "no phrase",
    ],
)
def test_a_newer_ruling_contradicts_an_older_one(newest_first: tuple[str, ...], expected: set[int]) -> None:
    assert overruled([Ruling(subject_of(text)) for text in newest_first]) == expected


def test_what_is_overruled_overrules_nothing() -> None:
    newest_first = ["use requests", "use httpx instead of requests", "let's use requests"]

    assert overruled([Ruling(subject_of(text)) for text in newest_first]) == {1}


def test_a_model_overrules_no_person() -> None:
    newer, older = subject_of("use requests instead of httpx"), subject_of("use httpx")

    assert [
        overruled([Ruling(newer, by_person=by_newer), Ruling(older, by_person=by_older)])
        for by_newer, by_older in [(False, True), (False, False), (True, False)]
    ] == [frozenset(), {1}, {1}]
