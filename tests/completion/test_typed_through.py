import pytest

from cursor_notation import at
from holdfast.completion.request import Engine
from holdfast.completion.typed_through import KnownText, KnownTexts, Offers, TypedThrough


def known(marked: str, text: str, engine: Engine = "model", path: str = "shop/cart.py") -> KnownText:
    return KnownText(at(marked, path=path), text, engine, "m", "prompt", ())


@pytest.mark.parametrize(
    ("now", "rest"),
    [
        pytest.param("x = ║\n", "foo(bar)", id="where-it-was-said"),
        pytest.param("x = foo║\n", "(bar)", id="typed"),
        pytest.param("x = foo(║)\n", "bar)", id="with-an-auto-closed-bracket-behind"),
        pytest.param("x = foo(bar║)\n", ")", id="typed-inside-it"),
        pytest.param("x = foo(bar)║\n", None, id="all-typed"),
        pytest.param("x = fx║\n", None, id="diverged"),
        pytest.param("x =║\n", None, id="deleted-before-it"),
        pytest.param("y = ║\n", None, id="another-line"),
        pytest.param("x = foo║ + 1\n", None, id="something-else-behind"),
        pytest.param("x = foo║ \n", None, id="white-space-behind"),
        pytest.param("x = foo║\nmore\n", None, id="changed-text-below"),
        pytest.param("# new\nx = foo║\n", None, id="changed-text-above"),
    ],
)
def test_the_rest_of_a_known_text(now: str, rest: str | None) -> None:
    texts = KnownTexts()
    texts.remember(known("x = ║\n", "foo(bar)"))

    found = texts.rest_at(at(now))

    assert (found.rest if found is not None else None) == rest


def test_backspace_and_retype() -> None:
    texts = KnownTexts()
    texts.remember(known("x = ║\n", "foo(bar)"))

    cursors = ["x = fo║\n", "x = fox║\n", "x = fo║\n", "x = foo║\n"]
    found = [texts.rest_at(at(cursor)) for cursor in cursors]
    assert [part.rest if part is not None else None for part in found] == ["o(bar)", None, "o(bar)", "(bar)"]


def test_enter_between_braces_keeps_the_text() -> None:
    texts = KnownTexts()
    texts.remember(known("if (x) ║\n", "{\n    pay();\n}"))

    found = texts.rest_at(at("if (x) {\n    ║\n}\n"))

    assert found is not None
    assert found.rest == "pay();\n}"


def test_another_document_knows_nothing_of_it() -> None:
    texts = KnownTexts()
    texts.remember(known("x = ║\n", "foo()", path="a.py"))

    assert texts.rest_at(at("x = ║\n", path="b.py")) is None


def test_the_newest_comes_first_and_an_older_one_that_fits_is_found() -> None:
    texts = KnownTexts()
    texts.remember(known("x = ║\n", "foo()"))
    texts.remember(known("x = ║\n", "bar()"))

    rests = [texts.rest_at(at(cursor)) for cursor in ("x = ║\n", "x = f║\n")]
    assert [found.rest for found in rests if found is not None] == ["bar()", "oo()"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"], ids=repr)
def test_an_empty_text_is_no_answer(text: str) -> None:
    texts = KnownTexts()
    texts.remember(known("x = ║\n", text))

    assert texts.rest_at(at("x = ║\n")) is None


def test_only_the_latest_are_kept() -> None:
    texts = KnownTexts()
    for number in range(40):
        texts.remember(known(f"x{number} = ║\n", "foo()"))

    assert [texts.rest_at(at(f"x{number} = ║\n")) is not None for number in (0, 23, 24, 39)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_model_s_text_comes_before_a_newer_one_of_the_embedded_engine() -> None:
    texts = KnownTexts()
    texts.remember(known("x = ║\n", "foo(bar)"))
    texts.remember(known("x = f║\n", "oo()", engine="embedded"))

    rests = [
        found.rest if found is not None else None
        for found in (texts.rest_at(at("x = fo║\n")), texts.rest_at(at("x = foo()║\n")))
    ]

    assert rests == ["o(bar)", None]


def test_the_text_that_is_preferred_counts_as_the_newest() -> None:
    texts, cursor = KnownTexts(), at("x = ║\n")
    for text in ("foo(bar)\nbaz()", "fob(1)", "foo(2)"):
        texts.remember(KnownText(cursor, text, "model", "m", "prompt", ()))
    texts.prefer(cursor, "foo(bar)")

    found = texts.rest_at(at("x = fo║\n"))
    assert found is not None
    assert found.rest == "o(bar)\nbaz()"


def test_an_offer_is_of_one_known_text_at_one_place() -> None:
    first, second, offers = known("x = ║\n", "foo()"), known("x = ║\n", "foo()"), Offers()
    offers.keep(first, at("x = f║\n"), ("oo()", None))

    asked = [(first, "x = f║\n"), (first, "x = ║\n"), (first, "x = f║)\n"), (second, "x = f║\n")]
    assert [offers.at(text, at(now)) for text, now in asked] == [("oo()", None), None, None, None]


@pytest.mark.parametrize(
    ("text", "there", "rest"),
    [
        pytest.param("foo():\n    a()\nb()", "x = foo():\n    ║\n", "a()\nb()", id="with-its-indentation"),
        pytest.param("foo()\nb()", "x = foo()\n║\n", "b()", id="without"),
    ],
)
def test_where_the_next_line_of_a_known_text_begins(text: str, there: str, rest: str) -> None:
    said = known("x = ║\n", text)

    assert TypedThrough(said, text).at_next_line(said.cursor) == (TypedThrough(said, rest), at(there))


@pytest.mark.parametrize(
    ("text", "there", "rest"),
    [
        pytest.param("foo()\nb", "x = f║\n", "oo()\nb", id="a-character"),
        pytest.param(")\nb", "x = )║\n", "\nb", id="the-line's-last"),
    ],
)
def test_where_the_next_key_of_a_known_text_leads(text: str, there: str, rest: str) -> None:
    said = known("x = ║\n", text)

    assert TypedThrough(said, text).at_next_key(said.cursor) == (TypedThrough(said, rest), at(there))


@pytest.mark.parametrize("text", ["\nfoo()", ")", ")\n"], ids=["Enter", "the-last", "white-space-behind"])
def test_where_no_next_character_leads_anywhere(text: str) -> None:
    said = known("x = ║\n", text)

    assert TypedThrough(said, text).at_next_key(said.cursor) is None


@pytest.mark.parametrize("text", ["foo()", "foo()\n", "foo()\n   \n"])
def test_a_known_text_that_ends_with_its_line_has_no_next_one(text: str) -> None:
    said = known("x = ║\n", text)

    assert TypedThrough(said, text).at_next_line(said.cursor) is None
