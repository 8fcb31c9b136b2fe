from dataclasses import replace

import pytest

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.acceptance import Acceptance, Fate, Judged, Shown

Change = tuple[int, int, str]
"""(offset, removed characters, inserted text)."""


def shown(text: str, offset: int = 10, uri: str = "file:///a.py", identity: str = "1") -> Shown:
    return Shown(identity, uri, "a.py", "python", offset, text, "model", "m")


def keys(text: str, offset: int = 10) -> list[Change]:
    return [(offset + number, 0, char) for number, char in enumerate(text)]


@pytest.mark.parametrize(
    ("text", "changes", "fate", "taken"),
    [
        pytest.param("foo(bar)", [(10, 0, "foo(bar)")], "accepted", 8, id="at-once"),
        pytest.param("foo(\n    bar)", [(10, 0, "foo(\n    bar)")], "accepted", 13, id="several-lines"),
        pytest.param("foo(bar)", [(7, 3, "x =foo(bar)")], "accepted", 8, id="with-the-word-before-it"),
        pytest.param("foo(bar)", [(10, 0, "foo"), (13, 0, "(bar"), (17, 0, ")")], "accepted", 8, id="word-by-word"),
        pytest.param("foo(bar)", [(10, 0, "foo"), (13, 0, "X")], "partly_accepted", 3, id="a-word-then-another-way"),
        pytest.param("foo(bar)", keys("foo(bar)"), "typed_through", 8, id="key-by-key"),
        pytest.param("foo(bar)", [*keys("foo"), (13, 0, "X")], "typed_through", 3, id="keys-then-another-way"),
        pytest.param("foo(bar)", [*keys("fo"), (12, 0, "o(bar)")], "accepted", 8, id="keys-then-the-rest"),
        pytest.param(
            "f(x)", [(10, 0, "f"), (11, 0, "()"), (12, 0, "x"), (13, 1, ")")], "typed_through", 4, id="closer"
        ),
        pytest.param(
            "a:\n    b", [*keys("a:"), (12, 0, "\n    "), (17, 0, "b")], "typed_through", 8, id="enter-indents"
        ),
        pytest.param("foo", [(10, 0, "X")], "ignored", 0, id="another-key"),
        pytest.param("foo", [(9, 1, "")], "ignored", 0, id="deleted-before"),
        pytest.param("foo", [(10, 5, "")], "ignored", 0, id="deleted-behind"),
        pytest.param("foo", [(3, 0, "foo")], "ignored", 0, id="elsewhere"),
        pytest.param("foo", [(0, 40, "foo")], "ignored", 0, id="all-replaced"),
        pytest.param("foo(bar)", [*keys("foo"), (12, 1, "")], "typed_through", 3, id="backspace-after-keys"),
    ],
)
def test_what_became_of_a_suggestion(text: str, changes: list[Change], fate: Fate, taken: int) -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown(text))
    for change in changes:
        acceptance.changed("file:///a.py", *change)

    assert [(end.fate, end.taken) for end in judged] == [(fate, taken)]


def test_nothing_is_judged_while_it_may_still_be_taken() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("foo"))
    acceptance.changed("file:///b.py", 10, 0, "X")
    acceptance.changed("file:///a.py", 10, 0, "f")

    assert judged == []


def test_a_suggestion_that_continues_one_is_the_same_one() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("foo(bar)"))
    acceptance.changed("file:///a.py", 10, 0, "f")
    acceptance.shown(shown("oo(baz)", offset=11, identity="2"))
    acceptance.changed("file:///a.py", 11, 0, "oo(baz)")

    assert [(end.fate, end.taken, end.shown.text, end.shown.identity) for end in judged] == [
        ("accepted", 8, "foo(baz)", "2")
    ]


def test_a_suggestion_elsewhere_ends_the_one_before() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("foo"))
    acceptance.shown(shown("bar", offset=99))

    assert [(end.fate, end.shown.text) for end in judged] == [("ignored", "foo")]


def test_documents_are_followed_apart_and_a_closed_one_ends() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("foo", uri="a"))
    acceptance.shown(shown("bar", uri="b"))
    acceptance.changed("b", 10, 0, "bar")
    acceptance.closed("a")
    acceptance.closed("a")

    assert [(end.shown.uri, end.fate) for end in judged] == [("b", "accepted"), ("a", "ignored")]


def test_the_editor_s_word_counts() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("foo", identity="7"))
    acceptance.accepted("8")
    acceptance.accepted("7")
    acceptance.accepted("7")

    assert [(end.fate, end.taken) for end in judged] == [("accepted", 3)]


def test_how_long_it_was_shown() -> None:
    judged: list[Judged] = []
    now = iter([5.0, 5.25])
    acceptance = Acceptance(judged.append, clock=lambda: next(now))
    acceptance.shown(shown("foo"))
    acceptance.closed("file:///a.py")

    assert judged[0].shown_ms == 250.0


@pytest.mark.parametrize(
    ("change", "fate", "taken"),
    [
        pytest.param((4, 2, "print(x)"), "accepted", 6, id="the-item-replaced-by-itself-and-the-rest"),
        pytest.param((6, 0, "int(x)"), "accepted", 6, id="the-rest-alone"),
        pytest.param((6, 0, "q"), "ignored", 0, id="another-key"),
    ],
)
def test_a_suggestion_that_extends_a_selected_item_counts_from_what_stood_there(
    change: Change, fate: Fate, taken: int
) -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(Shown("1", "file:///a.py", "a.py", "python", 4, "print(x)", "model", "m", already=2))
    acceptance.changed("file:///a.py", *change)

    assert [(end.fate, end.taken) for end in judged] == [(fate, taken)]


def test_an_editor_that_says_a_word_was_accepted_is_believed() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("a = b"))
    acceptance.changed("file:///a.py", 10, 0, "a")
    acceptance.partly_accepted("1")
    acceptance.closed("file:///a.py")

    assert [(end.fate, end.taken) for end in judged] == [("partly_accepted", 1)]


@pytest.mark.parametrize(
    ("changes", "fate", "taken", "text"),
    [
        pytest.param([(10, 0, "fob(1)")], "accepted", 6, "fob(1)", id="the-other-at-once"),
        pytest.param(keys("fob(1)"), "typed_through", 6, "fob(1)", id="the-other-key-by-key"),
        pytest.param([(10, 0, "foo(bar)")], "accepted", 8, "foo(bar)", id="the-first"),
        pytest.param([(10, 0, "fob"), (13, 0, "X")], "partly_accepted", 3, "fob(1)", id="a-word-of-the-other"),
        pytest.param([*keys("fo"), (12, 0, "X")], "typed_through", 2, "foo(bar)", id="neither"),
    ],
)
def test_of_several_suggestions_the_one_that_was_taken_is_judged(
    changes: list[Change], fate: Fate, taken: int, text: str
) -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(replace(shown("foo(bar)"), alternatives=(("2", "fob(1)"),)))
    for change in changes:
        acceptance.changed("file:///a.py", *change)

    assert [(end.fate, end.taken, end.shown.text) for end in judged] == [(fate, taken, text)]


def test_an_alternative_that_the_editor_says_was_accepted() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(replace(shown("foo(bar)"), alternatives=(("2", "fob(1)"),)))
    acceptance.accepted("2")

    assert [(end.fate, end.taken, end.shown.identity) for end in judged] == [("accepted", 6, "2")]


def test_a_text_chosen_by_hand_after_an_automatic_one_at_the_same_place_counts() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    acceptance.shown(shown("foo(bar)"))
    acceptance.shown(replace(shown("foo(bar)", identity="2"), alternatives=(("3", "fob(1)"),)))
    acceptance.changed("file:///a.py", 10, 0, "fob(1)")

    assert [(end.fate, end.taken) for end in judged] == [("accepted", 6)]


def test_a_suggestion_that_goes_on_keeps_the_place_it_was_first_asked_for() -> None:
    judged: list[Judged] = []
    acceptance = Acceptance(judged.append)
    first, later = at("x = ║"), at("x = fo║")
    block = ContextBlock("b.py", (1, 1), "outline", ("similar_files",), 1, "foo(bar)")
    acceptance.shown(replace(shown("foo(bar)"), cursor=first, blocks=(block,)))
    acceptance.changed("file:///a.py", 10, 0, "f")
    acceptance.changed("file:///a.py", 11, 0, "o")
    acceptance.shown(replace(shown("o(bar)", offset=12), cursor=later))
    acceptance.closed("file:///a.py")

    assert [(end.shown.cursor, end.shown.blocks, end.shown.text) for end in judged] == [(first, (block,), "foo(bar)")]
