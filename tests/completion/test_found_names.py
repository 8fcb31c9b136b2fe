from collections.abc import Sequence

import pytest

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.found_names import found_by


def block(text: str, *retrievers: str) -> ContextBlock:
    return ContextBlock("other.py", (1, 1), "outline", retrievers, 1, text)


IMPORTED = block("def pay(till):", "imported_definitions", "near_paths")
SIMILAR = block("refund(receipt)", "similar_files")
RULES = block("Always refund.", "manifest")


@pytest.mark.parametrize(
    ("text", "file", "blocks", "expected"),
    [
        ("pay(amount)", "║", [IMPORTED, SIMILAR], ("imported_definitions", "near_paths")),
        ("pay(refund(x))", "║", [IMPORTED, SIMILAR], ("imported_definitions", "near_paths", "similar_files")),
        ("pay(amount)", "pay(1)\n║", [IMPORTED], ()),
        ("pay(amount)", "║\npay(1)", [IMPORTED], ()),
        ("pay(amount)", "payment\n║", [IMPORTED], ("imported_definitions", "near_paths")),
        ("repay(amount)", "║", [IMPORTED], ()),
        ("y(amount)", "pa║", [IMPORTED], ("imported_definitions", "near_paths")),
        ("pay(amount)", "x.pa║", [IMPORTED], ("imported_definitions", "near_paths")),
        ("refund(x)", "║", [SIMILAR, RULES], ("similar_files",)),
        ("refund(x)", "║", [RULES], ()),
        ("return None", "║", [block("return None", "similar_files")], ()),
        ("ab(x)", "║", [block("ab(x)", "similar_files")], ()),
        ("", "║", [IMPORTED], ()),
        ("pay(amount)", "║", [], ()),
    ],
    ids=[
        "whoever found its block", "each name's", "shown above", "shown below", "part of a longer name above", "a longer name",
        "begun before the cursor", "begun, and selected in the suggest list", "a rule is no retriever", "rules alone", "the language's own words", "too short", "no text", "no blocks",
    ],
)  # fmt: skip
def test_who_had_found_the_names_of_a_suggestion(
    text: str, file: str, blocks: Sequence[ContextBlock], expected: tuple[str, ...]
) -> None:
    assert found_by(text, at(file), blocks) == expected
