"""Which proposed names stay, with which definitions and signs."""

from collections.abc import Callable, Mapping

import pytest

from holdfast.index.retrieval.candidates import Candidate, describe_candidates
from holdfast.index.retrieval.evidence import Answer
from small_index import SmallIndex, Texts, look

FILES = {
    "shop/cart.py": "def opening_hours():\n    return 8\n",
    "shop/model.py": "class Basket:\n    limit = 3\n\n    def add_item(self, item):\n        return item\n",
    "far/away.py": "def add_item(thing):\n    return thing\n\ndef net_price(amount):\n    return amount\n",
    "web/money.ts": "export function netPrice(amount: number) { return amount; }\n",
    "web/prices.ts": "export function net_price(amount: number) { return amount; }\n",
}


@pytest.fixture
def describe(make_index: Callable[[Texts], SmallIndex]) -> Callable[..., dict[str, Candidate]]:
    """Candidates by name for strengths of one sign, at a cursor in shop/cart.py."""
    reader = make_index(FILES).reader

    def by_name(*names: str, marked: str = "x = ║", signs: Mapping[str, float] | None = None) -> dict[str, Candidate]:
        answer = Answer(
            {
                "near_paths": dict.fromkeys(names, 0.5),
                **{sign: {names[0]: told} for sign, told in (signs or {}).items()},
            }
        )
        found = describe_candidates(reader, look("shop/cart.py", marked), [answer])
        return {candidate.name: candidate for candidate in found}

    return by_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("add_item", ["add_item"]),
        ("limit", ["limit"]),
        ("Basket", ["Basket"]),
        ("nowhere", []),
        ("opening_hours", []),
        ("netPrice", []),
        ("return", []),
    ],
    ids=[
        "method",
        "field",
        "class",
        "defined nowhere",
        "defined here",
        "of another language",
        "a word of the language",
    ],
)
def test_a_candidate_is_a_name_that_another_file_defines(
    describe: Callable[..., dict[str, Candidate]], name: str, kept: list[str]
) -> None:
    assert list(describe(name)) == kept


def test_what_the_file_shows_is_not_needed_anew(describe: Callable[..., dict[str, Candidate]]) -> None:
    assert list(describe("net_price", "Basket", marked="Basket(║)")) == ["net_price"]
    assert list(describe("net_price", "Basket", marked="║\n\nBasket()")) == ["net_price"]


def test_the_nearest_definition_comes_first_and_none_of_another_language(
    describe: Callable[..., dict[str, Candidate]],
) -> None:
    found = describe("add_item", "net_price")

    assert [line.path for line in found["add_item"].definitions] == ["shop/model.py", "far/away.py"]
    assert [line.path for line in found["net_price"].definitions] == ["far/away.py"]


def test_signs_say_what_the_name_is_and_who_proposed_it(describe: Callable[..., dict[str, Candidate]]) -> None:
    marked = "add_something()" + "\n" * 10 + "the_item = ║"
    signs = describe("add_item", marked=marked, signs={"sibling": 0.25})["add_item"].signs
    field = describe("limit", marked=marked)["limit"].signs

    assert (signs["near_paths"], signs["sibling"]) == (0.5, 0.25)
    assert (signs["callable"], signs["same_folder"], field["callable"]) == (1.0, 1.0, 0.0)
    assert signs["words_near"] > signs["words_last"] > field["words_near"] == 0.0
    assert field.get("sibling", 0.0) == 0.0


def test_every_sign_is_between_none_and_full(describe: Callable[..., dict[str, Candidate]]) -> None:
    for candidate in describe("add_item", "limit", "Basket", "net_price", marked="add_item_price = ║").values():
        assert all(0.0 <= strength <= 1.0 for strength in candidate.signs.values())
