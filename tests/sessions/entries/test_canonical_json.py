import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.sessions.entries.canonical_json import (
    DEEPEST_NESTING,
    LARGEST_INTEGER,
    JsonValue,
    canonical_json,
    has_canonical_form,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


def shuffled(value: JsonValue) -> JsonValue:
    """`value` with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(VALUES)
def test_it_is_the_value_and_reads_back_as_it(value: JsonValue) -> None:
    assert json.loads(canonical_json(value)) == value


@given(VALUES)
def test_the_order_in_which_keys_were_put_in_changes_nothing(value: JsonValue) -> None:
    assert canonical_json(shuffled(value)) == canonical_json(value)


@given(VALUES)
def test_its_own_text_is_canonical(value: JsonValue) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(VALUES, st.floats())
def test_a_float_is_refused_wherever_it_stands(value: JsonValue, number: float) -> None:
    hidden = cast("JsonValue", {"a": [value, {"b": number}]})
    with pytest.raises(ValueError, match="float has no canonical form"):
        canonical_json(hidden)


# The first three are from RFC 8785, sections 3.2.2.2 and 3.2.3.
@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param('€$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"', id="escapes"),
        pytest.param(
            {"€": 0, "\r": 1, "\ufb33": 2, "1": 3, "\U0001f600": 4, "\u0080": 5, "ö": 6},
            '{"\\r":1,"1":3,"\u0080":5,"ö":6,"€":0,"\U0001f600":4,"\ufb33":2}',
            id="keys by utf-16 code units",
        ),
        pytest.param([56, {"d": True, "10": None, "1": []}], '[56,{"1":[],"10":null,"d":true}]', id="nested"),
        pytest.param("e\u0301\u00e9\u2028\x7f", '"e\u0301\u00e9\u2028\x7f"', id="no unicode normalisation"),
        pytest.param((1, -0), "[1,0]", id="tuple"),
    ],
)
def test_the_text_of(value: JsonValue, text: str) -> None:
    assert canonical_json(value) == text


def nested(depth: int) -> JsonValue:
    value: JsonValue = 1
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_as_deep_as_allowed_has_a_text() -> None:
    assert canonical_json(nested(DEEPEST_NESTING)) == "[" * DEEPEST_NESTING + "1" + "]" * DEEPEST_NESTING


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(LARGEST_INTEGER + 1, id="integer too large"),
        pytest.param(-LARGEST_INTEGER - 1, id="integer too small"),
        pytest.param("\ud800", id="lone surrogate"),
        pytest.param({"\udfff": 1}, id="lone surrogate in a key"),
        pytest.param({1: 1}, id="key that is no string"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param({"a"}, id="set"),
        pytest.param(nested(DEEPEST_NESTING + 1), id="too deep"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the message differs, the kind of error is the contract
        canonical_json(cast("JsonValue", value))


@given(VALUES)
def test_a_canonical_text_is_known_for_one_and_no_other_of_the_same_value(value: JsonValue) -> None:
    text = canonical_json(value)
    spaced, escaped = json.dumps(json.loads(text), indent=1), json.dumps(json.loads(text), separators=(",", ":"))

    assert has_canonical_form(text)
    assert has_canonical_form(spaced) == (spaced == text)
    assert has_canonical_form(escaped) == (escaped == text)


@pytest.mark.parametrize(
    ("text", "is_canonical"),
    [
        pytest.param('{"\ue000":1,"\U0001f600":2}', False, id="keys by code point"),
        pytest.param('{"\U0001f600":2,"\ue000":1}', True, id="keys by utf-16 code units"),
        pytest.param('{"b":1,"a":2}', False, id="keys as they came"),
        pytest.param('{"a":1,"a":1}', False, id="a key twice"),
        pytest.param("[-0]", False, id="minus nothing"),
        pytest.param('["\\u00e9"]', False, id="escaped without need"),
        pytest.param(f"[{'[],' * DEEPEST_NESTING}1]", True, id="many brackets"),
        pytest.param(f"[{2**53 - 1}]", True, id="the largest number"),
    ],
)
def test_of_a_text_it_is_known_whether_it_is_canonical(*, text: str, is_canonical: bool) -> None:
    assert has_canonical_form(text) == is_canonical


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[1.5]", id="a fraction"),
        pytest.param("[1e3]", id="an exponent"),
        pytest.param("[NaN]", id="no number"),
        pytest.param(f"[{2**53}]", id="a number too large"),
        pytest.param("[" * 66 + "]" * 66, id="nested too deep"),
        pytest.param("[1", id="torn"),
    ],
)
def test_a_text_of_what_has_no_canonical_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  its words are of several libraries
        has_canonical_form(text)
