import sys

import pytest

from cursor_notation import at
from holdfast.completion.near_code import NearCode, near_code

DEEP = "class Cart:\n    def pay(\n        self,\n    ):\n" + "        step()\n" * 90


def test_a_small_document_is_kept_whole() -> None:
    assert near_code(at("a\nb ║c\nd\n")) == NearCode("a\nb ", "c\nd\n", is_whole=True)


def test_of_lines_far_above_those_that_open_the_blocks_are_kept() -> None:
    near = near_code(at(f"import os\n{DEEP}        ║\n"))

    assert near.before == "class Cart:\n    def pay(\n    ):\n" + "        step()\n" * 39 + "        "
    assert not near.is_whole


@pytest.mark.parametrize("opener", ["class Cart:", "class Basket:"])
@pytest.mark.parametrize("typed", ["", "x", "xy"])
def test_the_openers_follow_the_text_above_key_by_key(opener: str, typed: str) -> None:
    near = near_code(at(f"{DEEP.replace('class Cart:', opener)}        {typed}║\n"))

    assert near.before.split("\n")[:3] == [opener, "    def pay(", "    ):"]


@pytest.mark.parametrize(("indent", "openers"), [("    ", ["class Cart:"]), ("", [])])
def test_a_line_that_begins_further_left_is_in_fewer_blocks(indent: str, openers: list[str]) -> None:
    near_code(at(f"{DEEP}        ║\n"))
    below = "        step()\n" * 39

    assert near_code(at(f"{DEEP}{indent}x║\n")).before == "\n".join([*openers, f"{below}{indent}x"])


def test_of_lines_far_below_those_that_close_the_blocks_are_kept() -> None:
    below = "    b();\n" * 50 + "  }\n  c();\n}\nd();\n"
    near = near_code(at(f"class A {{\n  f() {{\n    ║\n{below}", language="javascript"))

    assert near.after == "\n" + "    b();\n" * 19 + "  }\n}"


def test_line_ends_are_plain() -> None:
    assert near_code(at("a\r\nb║\r\nc\r\n")) == NearCode("a\nb", "\nc\n", is_whole=True)


def test_a_line_that_nobody_wrote_is_cut_and_stands_alone() -> None:
    assert near_code(at("a\n" + "x" * 9_000 + "║" + "y" * 9_000 + "\nb\n")) == NearCode(
        "x" * 4_000, "y" * 4_000, is_whole=False
    )


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        ("a\nb ║c\nd", ("a\n", "b ", "d")),
        ("║", ("", "", "")),
        ("b║c", ("", "b", "")),
    ],
)
def test_its_parts(marked: str, parts: tuple[str, str, str]) -> None:
    near = near_code(at(marked))

    assert (near.above, near.line_before, near.below) == parts


@pytest.mark.parametrize(("lines", "is_kept"), [(10, True), (200_000, False)], ids=["usual", "huge"])
def test_a_document_is_kept_for_the_questions_to_come_unless_it_is_huge(lines: int, *, is_kept: bool) -> None:
    cursor = at("x = 1\n" * lines + "x = ║\n")
    holders = sys.getrefcount(cursor)

    near_code(cursor)

    assert sys.getrefcount(cursor) - holders == int(is_kept)
