"""Code that is cut out of a long file is judged as the file would be: a suggestion that breaks it is refused there too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cursor_notation import at
from holdfast.completion.filters.made_whole import made_whole
from holdfast.completion.filters.refuse_broken_syntax import refuse_broken_syntax
from holdfast.completion.near_code import NearCode, near_code
from holdfast.cursor import Cursor
from holdfast.index.code_shape import is_clean

METHODS = 12
LONG = {
    "java": (
        "public class Cart {\n",
        """    /**
     * Pays.
     */
    public int pay{n}(int a) {
        for (int i = 0; i < a; i++) {
            if (i > 2) {
                log(
                    i,
                    a
                );
            } else {
                log(a, i);
            }
        }
        return a;
    }
""",
        "}\n",
    ),
    "go": (
        "package shop\n",
        """
// pay{n} pays.
func pay{n}(items []Item) error {
	for _, item := range items {
		if item.Price == 0 {
			continue
		}
		log(
			item,
			items,
		)
	}
	rows := []Row{
		{1, 2},
		{3, 4},
	}
	return save(rows)
}
""",
        "",
    ),
    "typescript": (
        "export class Cart {\n",
        """  /** Pays. */
  async pay{n}(items: Item[]): Promise<number> {
    const total = items.map((item) => {
      return item.price
    })
    if (total.length > 2) {
      await log({
        total,
        items,
      })
    }
    return total.length
  }

""",
        "}\n",
    ),
    "c": (
        "#include <shop.h>\n",
        """
/* Pays. */
static int pay{n}(struct item *items, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++) {
        if (items[i].price > 2) {
            total += items[i].price;
        } else {
            log_item(
                &items[i]);
        }
    }
    return total;
}
""",
        "",
    ),
    "rust": (
        "impl Cart {\n",
        """    /// Pays.
    pub fn pay{n}(&self, items: &[Item]) -> u32 {
        let mut total = 0;
        for item in items {
            match item.price {
                0 => {
                    log(item);
                }
                price => total += price,
            }
        }
        total
    }

""",
        "}\n",
    ),
}


def long_file(language: str) -> list[str]:
    head, method, end = LONG[language]
    return (head + "".join(method.replace("{n}", str(number)) for number in range(METHODS)) + end).split("\n")


def cursor_at(lines: list[str], number: int, language: str, *, rest: str = "") -> Cursor:
    """At the beginning of a line's words, with `rest` of it left."""
    line = lines[number]
    indent = line[: len(line) - len(line.lstrip())]
    before, after = "\n".join([*lines[:number], indent]), "\n".join([rest, *lines[number + 1 :]])
    return at(f"{before}║{after}", language=language)


def is_statement(line: str) -> bool:
    """Whether the code is as whole without this line."""
    return line.rstrip().endswith(";") or line.strip().startswith(("return", "continue"))


@pytest.mark.parametrize("language", LONG)
def test_what_is_cut_out_of_a_file_that_parses_parses(language: str) -> None:
    lines = long_file(language)
    broken = []
    for number in range(1, len(lines) - 1):
        cursor = cursor_at(lines, number, language, rest=lines[number].lstrip())
        near = made_whole(near_code(cursor), language)
        if not is_clean(language, near.before + near.after + "\n"):
            broken.append((number, lines[number]))

    # A line that only opens or closes is not the one that a suggestion is judged on.
    assert [(number, line) for number, line in broken if is_statement(line)] == []


@pytest.mark.parametrize("language", LONG)
def test_a_suggestion_that_breaks_a_long_file_is_refused_and_the_file_s_own_line_is_not(language: str) -> None:
    lines = long_file(language)
    outcomes = set()
    for number, line in enumerate(lines):
        if number and is_statement(line) and line.count("(") == line.count(")"):
            cursor = cursor_at(lines, number, language)
            own, broken = line.strip(), "price = * = 2;"
            outcomes.add((refuse_broken_syntax(own, cursor) == own, refuse_broken_syntax(broken, cursor) == ""))

    assert outcomes == {(True, True)}


def near(before: str, after: str) -> NearCode:
    return NearCode(before, after, is_whole=False)


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        pytest.param(near("of a comment */\na();\n  ", "\nb();"), near("\na();\n  ", "\nb();\n"), id="comment-above"),
        pytest.param(near("a();\n", "\nb();\n/* of"), near("a();\n", "\nb();\n"), id="comment-below"),
        pytest.param(near("  x();\n}\na();\n", "\nb();"), near("a();\n", "\nb();\n"), id="end-of-a-block-above"),
        pytest.param(
            near("class A {\n    x();\n  }\n  a();\n", "\n  b();\n}"),
            near("class A {\n  a();\n", "\n  b();\n}\n"),
            id="end-of-a-block-in-an-outer-one",
        ),
        pytest.param(
            near("a();\n", "\nb();\nif (c) {\n  d();"),
            near("a();\n", "\nb();\nif (c) {\n  d();\n}\n"),
            id="block-below",
        ),
        pytest.param(near("a();\n", "\nb();\nc(\n  d,"), near("a();\n", "\nb();\n"), id="call-below"),
        pytest.param(near("a();\n", "\nb();\n@Test"), near("a();\n", "\nb();\n"), id="annotation-below"),
        pytest.param(near("a(']');\n", "\nb('{');"), near("a(']');\n", "\nb('{');\n"), id="brackets-in-strings"),
        pytest.param(near("if (a) {\n  ", "x\n}"), near("if (a) {\n  ", "x\n}\n"), id="nothing-missing"),
    ],
)
def test_what_lost_its_other_half_goes(cut: NearCode, whole: NearCode) -> None:
    assert made_whole(cut, "java") == whole


def test_a_whole_document_stays_as_it_is() -> None:
    document = NearCode("}\na();\n", "\nb(", is_whole=True)

    assert made_whole(document, "java") is document


PIECES = ("{", "}", "(", ")", "]", "/*", "*/", "'", '"', "\n", "\n  ", "\n    ", "a();", "x = {", "@A", "//", "`", "漢")
texts = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@given(texts, texts, st.sampled_from(["java", "python", "go", "typescript", "c", "markdown", "yaml"]))
@settings(max_examples=200, deadline=None)
def test_the_cursors_line_stays_and_lines_are_only_taken_away(before: str, after: str, language: str) -> None:
    cut = near(before, after)
    whole = made_whole(cut, language)

    assert (whole.line_before, whole.after.partition("\n")[0]) == (cut.line_before, cut.after.partition("\n")[0])
    assert {line.strip() for line in whole.above.split("\n")[1:]} <= {line.strip() for line in cut.above.split("\n")}
