from collections.abc import Mapping

import pytest

from holdfast.evaluation.needed_names import ShownNames, lines_with, needed_names
from project_texts import project

DESK = "class Desk:\n    limit = 3\n\n    def reserve(self, stay):\n        return stay\n\n\ndef price_of(stay):\n    return 1\n"


@pytest.mark.parametrize(
    ("client", "needed"),
    [
        pytest.param("def go(d):\n    return d.reserve(1)\n", {1: ("reserve",)}, id="a-method-that-is-called"),
        pytest.param("def go(d):\n    return d.limit\n", {1: ("limit",)}, id="a-field"),
        pytest.param("from desk import price_of\n", {0: ("price_of",)}, id="an-import-that-is-not-used"),
        pytest.param("x = price_of(Desk())\n", {0: ("price_of", "Desk")}, id="two-on-one-line-in-their-order"),
        pytest.param("x = 1  # reserve\n", {}, id="in-a-comment"),
        pytest.param('x = "reserve"\n', {}, id="in-a-string"),
        pytest.param("# reserve\ny = d.reserve(1)\n", {}, id="stands-above-in-a-comment"),
        pytest.param("y = d.reserve(1)\n\n\nz = 'to reserve'\n", {}, id="stands-below-in-a-string"),
        pytest.param("def reserve(a):\n    return a\n", {}, id="defined-on-the-line"),
        pytest.param("y = d.unheard_of(1)\n", {}, id="defined-nowhere"),
    ],
)
def test_a_name_is_needed_where_only_another_file_tells_it(client: str, needed: Mapping[int, tuple[str, ...]]) -> None:
    names = project({"desk.py": DESK, "client.py": client})

    assert needed_names(names, "client.py") == needed


def test_names_of_one_or_two_characters_are_not_counted() -> None:
    names = project({"a.py": "def go():\n    return 1\n", "b.py": "go()\n"})

    assert needed_names(names, "b.py") == {}


def test_another_language_defines_nothing_here() -> None:
    names = project({"desk.ts": "export function reserve() {}\n", "b.py": "reserve()\n", "c.js": "reserve();\n"})

    assert needed_names(names, "b.py") == {}
    assert needed_names(names, "c.js") == {0: ("reserve",)}


def test_what_only_this_file_defines_is_not_needed() -> None:
    names = project({"a.py": "class A:\n    def reserve(self):\n        return 1\n", "b.py": "x = 1\n"})

    assert needed_names(names, "a.py") == {}


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        pytest.param("desk.py\n    def reserve(self, stay):\n", ("reserve",), id="the-line-that-defines-it"),
        pytest.param("def reserve(self, stay):", ("reserve",), id="without-its-indentation"),
        pytest.param("    def reserve(self, stay):\r\n", ("reserve",), id="with-another-line-end"),
        pytest.param("        desk.reserve(None)", ("reserve",), id="a-line-that-uses-it-in-code"),
        pytest.param("def reserve(self): ...", (), id="a-line-that-stands-nowhere"),
        pytest.param("# reserve a berth first", (), id="a-line-that-has-it-in-a-comment"),
        pytest.param("    def reserved(self):", (), id="a-part-of-a-longer-name"),
        pytest.param("    return d.reserve(1)", (), id="a-line-of-the-very-file"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_a_name_is_shown_by_a_line_of_code_as_it_stands_elsewhere(block: str, shown: tuple[str, ...]) -> None:
    other = "# reserve a berth first\ndef use(desk):\n    if desk:\n        desk.reserve(None)\n    def reserved(self):\n        pass\n"
    names = project({"desk.py": DESK, "other.py": other, "client.py": "def go(d):\n    return d.reserve(1)\n"})

    assert ShownNames(names).shown(block, ("reserve",), "client.py") == shown


def test_only_whole_words_are_found_and_names_are_no_patterns() -> None:
    assert lines_with("a.b\naxb\n a.b+\n", "a.b") == {"a.b", "a.b+"}
    assert lines_with("$el = $elements\n", "$el") == {"$el = $elements"}


def test_a_file_that_does_not_parse_or_has_no_grammar_needs_nothing_it_cannot_tell() -> None:
    names = project({"desk.py": DESK, "broken.py": "((((reserve(", "notes.txt": "reserve\n"})

    assert needed_names(names, "notes.txt") == {}
    assert set(needed_names(names, "broken.py").get(0, ())) <= {"reserve"}
