"""Lines to show: verbatim, of code only, none too long."""

from collections.abc import Callable

import pytest

from holdfast.code_chunk import CodeChunk
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.retrieval.candidates import Candidate
from holdfast.index.retrieval.code_lines import definition_lines, found_line, names_in_code, usage_lines
from small_index import SmallIndex, Texts

LIKELY = frozenset({"pay", "refund"})


def definition(text: str, *, path: str = "a.py", line: int = 3) -> DefinitionLine:
    return DefinitionLine("pay", "", "function", 7, path, "python", line, text)


def chunk(text: str, *, path: str = "a.py", language: str = "python", first: int = 1, last: int = 0) -> CodeChunk:
    return CodeChunk(path, language, "module", "", "", "", first, last or first + text.count("\n"), text)


def used(text: str, *, language: str = "python") -> list[int]:
    """The numbers of the lines that are found to use a likely name."""
    return [line.line for line in usage_lines([chunk(text, language=language)], {"a.py": 7}, LIKELY, 50)]


def test_a_definition_is_a_line_with_the_names_in_its_code() -> None:
    line = found_line(definition('def pay(cents, note="refund the rest"):\r'))

    assert (line.path, line.file, line.line, line.defines) == ("a.py", 7, 3, "pay")
    assert line.text == 'def pay(cents, note="refund the rest"):'
    assert line.names == {"pay", "cents", "note"}


def test_of_many_definitions_the_nearest_that_are_short_enough_are_shown() -> None:
    long = definition(f"def pay({'argument, ' * 50}):", path="long.py")
    near = [definition("def pay(cents):", path=f"near{at}.py") for at in range(9)]
    shown = [line.path for line in definition_lines([Candidate("pay", (long, *near), {})])]

    assert shown
    assert shown == [line.path for line in near[: len(shown)]]
    assert len(shown) < len(near)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("x = pay(1)\ny = 2\nz = refund(2)", [1, 3]),
        ("# pay attention\nx = 1", []),
        ("x = \"pay\"\ny = 'pay' + refund", [2]),
        ('def f():\n    """Says pay.\n\n    And refund.\n    """\n    return pay', [6]),
        ("x = pay(" + "1, " * 80 + ")", []),
        ("\n\n", []),
    ],
    ids=["code", "a comment", "strings", "a docstring", "too long", "blank"],
)
def test_a_line_counts_for_its_code_only(text: str, numbers: list[int]) -> None:
    assert used(text) == numbers


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("typescript", "// pay\n/* pay */\n * pay\npay();", [4]),
        ("typescript", "#pay = 1;", [1]),
        ("sql", "-- pay\nSELECT pay;", [2]),
        ("html", "<!-- pay -->\n<pay>", [2]),
    ],
)
def test_comments_are_those_of_the_language(language: str, text: str, numbers: list[int]) -> None:
    assert used(text, language=language) == numbers


def test_an_outline_has_no_lines_to_use_because_they_are_not_numbered() -> None:
    outline = chunk("class A:\n    def pay(self):", last=90)

    assert list(usage_lines([outline], {"a.py": 7}, LIKELY, 50)) == []


def test_a_line_comes_once_up_to_the_limit_and_not_from_unknown_files() -> None:
    chunks = [chunk("pay(1)\npay(2)"), chunk("pay(2)\npay(3)", first=2), chunk("pay(4)", path="gone.py")]

    assert [line.line for line in usage_lines(chunks, {"a.py": 7}, LIKELY, 50)] == [1, 2, 3]
    assert [line.line for line in usage_lines(chunks, {"a.py": 7}, LIKELY, 2)] == [1, 2]


def test_lines_of_a_real_index_stand_where_they_say(make_index: Callable[[Texts], SmallIndex]) -> None:
    texts = {
        "crlf.py": "import os\r\n\r\n@cached\r\ndef pay(\r\n    cents,\r\n):\r\n    return refund(cents)\r\n\r\nx = pay(3)\r\n",
        "wide.py": "class Ünter:\n    limit = 3\n\n    def pay(self):\n        return refund(self.limit)\n",
    }
    index = make_index(texts)
    chunks = [stored.chunk for stored in index.reader.chunks_with_words(["pay", "refund", "limit"], 50)]
    numbers = index.reader.names.file_numbers(texts)
    candidates = [Candidate(name, tuple(index.reader.names.definitions_named([name])), {}) for name in ("pay", "limit")]
    lines = [*usage_lines(chunks, numbers, LIKELY, 50), *definition_lines(candidates)]

    assert {(line.path, line.line) for line in lines} >= {
        ("crlf.py", 4),
        ("crlf.py", 7),
        ("crlf.py", 9),
        ("wide.py", 2),
    }
    assert [line.text for line in lines] == [index.line(line.path, line.line) for line in lines]


@pytest.mark.parametrize("text", ['"' * 20_000, "\\" * 20_000, "`" * 19_999, "'\\" * 10_000, '"""' * 9_999])
def test_a_hostile_line_takes_no_time(text: str) -> None:
    assert used(text) == []


@pytest.mark.parametrize(
    "text", ['q = "' + '\\"' * 100_000, "q = " + "'\\" * 100_000, "q = 1\n" * 9_999 + "`" * 99_999]
)
def test_a_hostile_file_takes_no_time_and_shows_the_rest(text: str) -> None:
    assert "paid" in names_in_code(f"paid = 1\n{text}", "python")


def test_a_definition_that_is_called_through_its_module_is_not_shown_by_a_use() -> None:
    lines = list(usage_lines([chunk("till.pay(refund)")], {"a.py": 7}, frozenset({"refund"}), 50))

    assert [line.names for line in lines] == [{"refund"}]
