"""Code that resembles the lines above the cursor, by rare words."""

from collections.abc import Callable

import pytest

from holdfast.code_chunk import CodeChunk
from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.resembling_code import alike_chunk, resembling_code
from small_index import SmallIndex, Texts, look

FILES = {
    "other/tax.py": "def apply_tax_to(invoice, surcharge):\n    return invoice.total * surcharge\n",
    "web/tax.ts": "export const invoice = (surcharge: number) => surcharge * taxOnline;\n",
    **{f"noise/n{at}.py": f"def noise_{at}(value):\n    return value + {at}\n\n" for at in range(60)},
}
Resembling = Callable[[str, str], Answer]


@pytest.fixture
def resembling(make_index: Callable[[Texts], SmallIndex]) -> Resembling:
    reader = make_index(FILES).reader
    return lambda path, marked: resembling_code(reader, look(path, marked))


def test_code_that_shares_rare_words_is_found(resembling: Resembling) -> None:
    answer = resembling("new.py", "def bill(invoice):\n    surcharge = 2\n    return ║")

    assert [chunk.name for chunk in answer.code] == ["apply_tax_to"]
    assert {"apply_tax_to", "total"} <= answer.signs["resembling_code"].keys()
    assert {"apply_tax_to", "total"} <= answer.signs["resembling_lines"].keys()
    assert all(0 < told <= 1 for sign in answer.signs.values() for told in sign.values())


def test_rare_words_outweigh_common_ones(resembling: Resembling) -> None:
    answer = resembling("new.py", "value = invoice\nvalue(║")

    assert answer.code[0].name == "apply_tax_to"


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("new.py", "║"),
        ("new.py", "nobody.knows(this_name)\n║"),
        ("new.py", "invoice\nsurcharge\n" + "\n" * 60 + "║"),
        ("other/tax.py", "def apply_tax_to(invoice, surcharge):\n    return invoice║"),
    ],
    ids=["nothing above", "words that are nowhere", "far above", "the file itself"],
)
def test_nothing_resembles(resembling: Resembling, path: str, marked: str) -> None:
    answer = resembling(path, marked)

    assert answer.code == ()
    assert not any(answer.signs.values())


@pytest.mark.parametrize(
    "marked",
    ["\0\ufffd(((║", "\"' OR NEAR( * ^ {║", "x" * 200_000 + "║", "a1 " * 50_000 + "║"],
    ids=["odd", "syntax", "long", "many"],
)
def test_any_text_can_be_compared(resembling: Resembling, marked: str) -> None:
    assert isinstance(resembling("new.py", marked), Answer)


def chunk(path: str, text: str) -> CodeChunk:
    return CodeChunk(path, "python", "function", "f", "f", "", 1, 1 + text.count("\n"), text)


ABOVE = "basket = open_basket(customer)\ntotal = basket.sum_up(discount)\nreceipt = total.print_out()\n║"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["x = 1", ABOVE.replace("║", "done()")], 1),
        ([ABOVE.replace("discount", "rebate")], 0),
        (["basket = open_basket(1)"], None),
        ([], None),
    ],
    ids=["the first that is", "nearly the same", "only a little", "none"],
)
def test_a_chunk_is_alike_when_it_holds_most_of_the_names_above(texts: list[str], expected: int | None) -> None:
    chunks = [chunk(f"m{at}.py", text) for at, text in enumerate(texts)]

    assert alike_chunk(chunks, look("new.py", ABOVE)) == (None if expected is None else chunks[expected])


def test_a_few_names_above_are_like_anything() -> None:
    assert alike_chunk([chunk("m.py", "basket = total")], look("new.py", "basket = total\n║")) is None
