"""From text to sections, imports, data blocks: under any content, in one pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.manifest.import_marks import find_imports
from holdfast.manifest.parse import DataBlock, parse_manifest, sections_of
from holdfast.manifest.visible_lines import visible_lines

Section = tuple[str, int, int, str]


def sections(text: str) -> list[Section]:
    parsed = parse_manifest(text)
    return [
        (part.heading, part.first_line, part.last_line, part.text)
        for part in sections_of(parsed, "CLAUDE.md", "project")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("\n  \n", [], id="blank"),
        pytest.param("Be brief.\n", [("", 1, 1, "Be brief.")], id="no-heading"),
        pytest.param(
            "Intro\n\n# One #\na\n\n## Two\nb\n",
            [("", 1, 1, "Intro"), ("One", 3, 4, "# One #\na"), ("Two", 6, 7, "## Two\nb")],
            id="headings",
        ),
        pytest.param("#Not\n####### Not\n", [("", 1, 2, "#Not\n####### Not")], id="not-headings"),
        pytest.param("# A\r\nx\r\n# B\r\n", [("A", 1, 2, "# A\nx"), ("B", 3, 3, "# B")], id="crlf"),
        pytest.param("# A\rx\r# B", [("A", 1, 2, "# A\nx"), ("B", 3, 3, "# B")], id="cr"),
        pytest.param("# A\nx\x0cy\n# B\n", [("A", 1, 2, "# A\nx\x0cy"), ("B", 3, 3, "# B")], id="form-feed-is-no-line"),
        pytest.param(
            "# A\n```sh\n# no\n```\n# B\n", [("A", 1, 4, "# A\n```sh\n# no\n```"), ("B", 5, 5, "# B")], id="fence"
        ),
        pytest.param(
            "~~~\n```\n# no\n~~~\n# B", [("", 1, 4, "~~~\n```\n# no\n~~~"), ("B", 5, 5, "# B")], id="other-fence"
        ),
        pytest.param(
            "````\n```\n# no\n````\n# B", [("", 1, 4, "````\n```\n# no\n````"), ("B", 5, 5, "# B")], id="longer"
        ),
        pytest.param("```a``` is code\n# B", [("", 1, 1, "```a``` is code"), ("B", 2, 2, "# B")], id="inline-code"),
        pytest.param("# A\n```\n# no\n", [("A", 1, 3, "# A\n```\n# no")], id="unclosed-fence"),
        pytest.param("a\n<!-- b\n# c -->\n# D\n", [("", 1, 1, "a"), ("D", 4, 4, "# D")], id="comment-keeps-numbers"),
        pytest.param("a <!-- b --> c", [("", 1, 1, "a <!-- b --> c")], id="comment-in-a-sentence-stays"),
        pytest.param("<!-- b --> c", [("", 1, 1, "c")], id="what-follows-a-comment-stays"),
        pytest.param("<!-- b\n--> c <!-- d -->\ne", [("", 2, 3, "c \ne")], id="and-where-it-ends"),
        pytest.param("<!-- a --> <!-- b", [("", 1, 1, "<!-- b")], id="second-that-is-not-closed"),
        pytest.param("a\n<!-- b\n# C\n", [("", 1, 2, "a\n<!-- b"), ("C", 3, 3, "# C")], id="unclosed-comment-stays"),
        pytest.param("    <!-- a -->", [("", 1, 1, "    <!-- a -->")], id="comment-in-indented-code-stays"),
        pytest.param(
            "<!--\n```\n-->\n# A\n```\n<!-- b -->\n```\n",
            [("A", 4, 7, "# A\n```\n<!-- b -->\n```")],
            id="a-fence-in-a-comment-is-none-and-the-other-way",
        ),
        pytest.param("---\npaths: a\n---\n# A\nx", [("A", 4, 5, "# A\nx")], id="frontmatter-keeps-numbers"),
    ],
)
def test_sections(text: str, expected: list[Section]) -> None:
    assert sections(text) == expected


def targets(text: str) -> list[str]:
    return [mark.target for mark in find_imports(visible_lines(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@a.md", ["a.md"]),
        ("See @./a.md, @../b.md; (@c.md) and @~/d.md.", ["./a.md", "../b.md", "~/d.md"]),
        ("**@a.md** @a.md** @/etc/x", ["a.md", "/etc/x"]),
        ("@a\\ b.md @a.md#part @#x", ["a b.md", "a.md"]),
        ("me@x.md @@a.md @(a) @ a.md", []),
        ("@/ @~/ @. @.. @./", []),
        ("`@a.md`", []),
        ("``@a.md` @b.md``", []),
        ("``@a.md` @b.md", ["b.md"]),
        ("` @a.md\n@b.md `", []),
        ("` @a.md\n\n@b.md `", ["a.md", "b.md"]),
        ("\\` @a.md `", ["a.md"]),
        ("\\\\` @a.md `", []),
        ("    @a.md", []),
        ("x\n    @a.md", ["a.md"]),
        ("- x\n\n    @a.md", ["a.md"]),
        ("x\n\n\t@a.md", []),
        ("~~~\n@a.md\n~~~\n@b.md", ["b.md"]),
        ("> @a.md", ["a.md"]),
        ("@ä.md", ["ä.md"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_imports(text: str, expected: list[str]) -> None:
    assert targets(text) == expected


@given(st.text(alphabet="`@a.\\ \n~#<!->", max_size=200))
def test_code_never_imports_and_prose_keeps_its_lines(text: str) -> None:
    lines = visible_lines(text)
    numbers = [line.number for line in lines]
    plain = text.split("\n")

    assert numbers == sorted(set(numbers))
    assert all(line.text == plain[line.number - 1] or "<!--" in text for line in lines)
    for mark in find_imports(lines):
        line = next(line for line in lines if line.number == mark.number)
        assert line.kind == "text"
        assert f"@{mark.target}".replace(" ", "\\ ") in line.text[: mark.end].replace("\\ ", "\\ ") or "#" in line.text


words = st.text(alphabet="ab @.`", min_size=1, max_size=12).filter(lambda text: text.strip() and "`" not in text)


@given(words, words, st.integers(1, 4))
def test_an_import_between_as_many_backticks_is_code_and_behind_them_is_not(
    before: str, after: str, ticks: int
) -> None:
    quote = "`" * ticks
    text = f"x {before.replace('@', '')} {quote} @in.md {quote} @out.md {after.replace('@', '')}"

    assert targets(text) == ["out.md"]


pieces = st.lists(st.sampled_from(["```", "````", "~~~", "@a.md", "x", "", "<!-- @c.md -->", "# H"]), max_size=30)


@given(pieces)
def test_what_lies_in_a_fence_stays_as_it_is_and_is_opened_and_closed(parts: list[str]) -> None:
    lines = visible_lines("\n".join(parts))
    is_open = False
    for line in lines:
        assert (line.kind in {"code", "closes"}) is is_open
        assert line.kind == "text" or line.text == parts[line.number - 1]
        is_open = line.kind in {"opens", "code"}


@given(st.text(max_size=300))
def test_any_text_is_parsed_and_its_sections_stand_in_order(text: str) -> None:
    parsed = parse_manifest(text)
    found = sections_of(parsed, "CLAUDE.md", "project")
    total = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))

    places = [number for part in found for number in (part.first_line, part.last_line)]
    assert places == sorted(places)
    assert all(1 <= number <= total for number in places)
    assert all(part.text.strip() for part in found)


def test_blocks_for_programs_are_found_with_their_lines() -> None:
    text = "# A\n\n```json holdfast\n{\n}\n```\n\n~~~ json  holdfast\n{}\n~~~\n```json\n{}\n```\n```json holdfast\n{"

    assert parse_manifest(text).data == (DataBlock(4, "{\n}"), DataBlock(9, "{}"), DataBlock(15, "{"))
    assert [part[3] for part in sections(text)] == ["# A\n\n\n```json\n{}\n```"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200bb\u202e\u2066c", "3 invisible"),
        ("a\U000e0041\U000e0042", "2 invisible"),
        ("a\x1b[2J", "1 invisible"),
        ("fine ⚠️ 👩‍💻 text", ""),
    ],
    ids=["zero-width", "tags", "escape", "emoji"],
)
def test_hidden_characters_are_told(text: str, expected: str) -> None:
    problems = parse_manifest(text).problems

    assert "".join(problems)[: len(expected)] == expected
    assert bool(problems) is bool(expected)


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 60_000,
        "<!-- a\n" * 20_000,
        "# a" + " #" * 100_000 + "x",
        "\n" * 20_000,
        "`" * 250_000,
        "".join("`" * (number % 500) + " " for number in range(1_000)),
        "@" * 250_000,
        "@a " * 80_000,
        "@a\\ " * 60_000,
        "@" + "\\" * 250_000,
        "---\n" + "paths: [\n" * 20_000,
        "---\npaths: " + "{a," * 80_000 + "\n---\n",
        "```\n~~~\n" * 10_000,
        "- \n    x\n" * 10_000,
        "\u200b" * 250_000,
        "\\`" * 120_000,
        "---\npaths: a" + "'" * 3_000_000 + "\n---\n",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_a_hostile_manifest_is_parsed_in_one_pass(text: str) -> None:
    """Quadratic work would take minutes here, and hold the interpreter's lock all the while."""
    parsed = parse_manifest(text)

    assert len(sections_of(parsed, "CLAUDE.md", "project")) <= 1


def test_headings_by_the_thousand_are_few_sections_and_nothing_is_lost() -> None:
    found = sections_of(parse_manifest("".join(f"# {number}\n" for number in range(2_000))), "CLAUDE.md", "project")

    assert len(found) == 499
    assert [section.first_line for section in found] == list(range(1, 500))
    assert found[-1].text.split("\n")[0::1500] == ["# 498", "# 1998"]
