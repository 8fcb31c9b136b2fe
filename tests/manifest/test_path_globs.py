import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.manifest.frontmatter import Frontmatter, read_frontmatter
from holdfast.manifest.path_globs import BadPattern, compile_globs, expand_braces, matches_any


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("**/*.ts", "a.ts", True),
        ("**/*.ts", "x/y/a.ts", True),
        ("**/*.ts", "x/y/a.tsx", False),
        ("src/**/*", "src/a/b.py", True),
        ("src/**/*", "lib/a.py", False),
        ("src/**", "src/a/b.py", True),
        ("src/", "src/a/b.py", True),
        ("src", "src/a.py", False),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("/docs/*.md", "docs/a.md", True),
        ("./docs/*.md", "docs/a.md", True),
        ("docs\\*.md", "docs/a.md", True),
        ("src/components/*.tsx", "src/components/A.tsx", True),
        ("src/components/*.tsx", "src/components/x/A.tsx", False),
        ("a/**/b/**/c", "a/x/b/y/z/c", True),
        ("a/**/b/**/c", "a/x/y/z/c", False),
        ("a/**/b", "a/b", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("[^ab].py", "b.py", False),
        ("[^ab].py", "c.py", True),
        ("[]a].py", "].py", True),
        (r"app/\[id\]/page.tsx", "app/[id]/page.tsx", True),
        (r"app/\[id\]/page.tsx", "app/i/page.tsx", False),
        (r"app\[[a-z]*\]\*.tsx", "app[id]/page.tsx", True),
        ("**", "any/thing.at/all", True),
        ("src/**/*.{ts,tsx}", "src/a/b.tsx", True),
        ("{src,lib}/**", "lib/a", True),
        ("{a,b{c,d}}.x", "bd.x", True),
        ("a{,.b}.x", "a.x", True),
        ("*", ".hidden", True),
    ],
)
def test_matching(pattern: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    globs, problems = compile_globs([pattern])

    assert problems == ()
    assert matches_any(globs, path) is expected


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("{a", "its braces do not match"),
        ("a}", "its braces do not match"),
        ("{a,b}" * 9, "its braces give more than 64 choices"),
        ("{" * 400 + "a" + "}" * 400 + "b" * 300, "it is longer than 1000 characters"),
        ("[a", "a `[` is not closed"),
        ("../a", "it leads out of the folder it belongs to"),
        ("/", "it is empty"),
        ("a/" * 50, "it has too many parts"),
        ("*a" * 9, "it has too many parts"),
    ],
)
def test_a_bad_pattern_is_told_and_the_others_count(pattern: str, why: str) -> None:
    globs, problems = compile_globs(["good/**", pattern, "*.py"])

    assert (len(globs), len(problems)) == (2, 1)
    assert problems[0].startswith(f"the pattern “{pattern[:60]}” is passed over: ")
    assert why in problems[0]
    assert matches_any(globs, "good/x")


@given(st.text(alphabet="ab/*?[]{},.!-", max_size=60), st.text(alphabet="ab/.", min_size=1, max_size=60))
def test_any_pattern_is_decided_or_told(pattern: str, path: str) -> None:
    globs, problems = compile_globs([pattern])

    assert bool(globs) or bool(problems)
    assert matches_any(globs, path) in {True, False}


@given(
    st.lists(st.sampled_from(["a", "b", "*", "**", "?"]), min_size=1, max_size=6), st.text(alphabet="ab", max_size=3)
)
def test_a_pattern_without_wildcards_matches_itself_alone(parts: list[str], more: str) -> None:
    plain = [part for part in parts if part in {"a", "b"}] or ["a"]
    path = "/".join(plain)
    globs, _ = compile_globs([path])

    assert matches_any(globs, path)
    assert not matches_any(globs, f"{path}{more}x")


def test_a_long_path_and_a_hostile_pattern_are_decided_at_once() -> None:
    globs, _ = compile_globs(["/".join(["**", "*a*a*a*c"] * 19)])

    assert not matches_any(globs, "/".join(["a" * 200 + "b"] * 200))


def test_patterns_by_the_thousand_are_cut_and_told() -> None:
    globs, problems = compile_globs([f"{number}{{a,b}}{{a,b}}{{a,b}}{{a,b}}{{a,b}}" for number in range(300)])

    assert len(globs) == 6 * 2**5
    assert problems == (
        "there are too many patterns: “6{a,b}{a,b}{a,b}{a,b}{a,b}” and what follows it are passed over",
    )
    assert matches_any(globs, "5babab")
    assert not matches_any(globs, "6babab")


def test_braces_expand_in_the_order_in_which_they_are_written() -> None:
    assert expand_braces("{a,b}/{c,d}") == ["a/c", "a/d", "b/c", "b/d"]
    with pytest.raises(BadPattern):
        expand_braces("{a,b}" * 30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text.", Frontmatter()),
        ("---\npaths: a\n---\nText.", Frontmatter(("a",), 3)),
        ("---\npaths:\n  - a\n- 'b c'\n---\n", Frontmatter(("a", "b c"), 5)),
        ('---\npaths: [a, "b,c", {d,e}/**]\n---\n', Frontmatter(("a", "b,c", "{d,e}/**"), 3)),
        ("---\npaths: [\n  a,\n  b\n]\n---\n", Frontmatter(("a", "b"), 6)),
        ("---\npaths: **/*.ts, *.js # mine\n---\n", Frontmatter(("**/*.ts", "*.js"), 3)),
        ('---\n"paths": a/**\n---\n', Frontmatter(("a/**",), 3)),
        ("---\n'paths':\n  - a\n---\n", Frontmatter(("a",), 4)),
        ("---\npaths:\n  [a, b]\n---\n", Frontmatter(("a", "b"), 4)),
        ("---\npaths:\n  [\n    a,\n    b\n  ]\n---\n", Frontmatter(("a", "b"), 7)),
        ("---\npaths: a'b', 'c'\n---\n", Frontmatter(("a'b'", "c"), 3)),
        ("---\ndescription: x\n---\n", Frontmatter(None, 3)),
        ("---\ndescription: >\n  long: text\n  goes on\npaths: a\n---\n", Frontmatter(("a",), 6)),
        ("---\n---\nText.", Frontmatter(None, 2)),
        ("---\n# only a comment\n---\n", Frontmatter(None, 3)),
        ("---\nName\n---\nText.", Frontmatter()),
        ("--- \nalwaysApply: true\nglobs:\n...\n", Frontmatter(None, 4)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_frontmatter(text: str, expected: Frontmatter) -> None:
    assert read_frontmatter(text) == expected


@pytest.mark.parametrize(
    ("text", "paths", "problem"),
    [
        ("---\npaths: a\nText.", None, "line 1: the frontmatter is not closed by `---`, so it is read as text"),
        ("---\npaths:\n---\n", None, "`paths` names no files, so the rule is about every file"),
        ('---\npaths: "a\n---\n', None, 'line 2: "a lacks its second quote'),
        ("---\npaths: [a\nother: x\n---\n", ("a",), "line 2: the list is not closed by `]`"),
        ("---\npaths:\n  a/**\n---\n", None, "line 3: “a/**” is neither `name: value` nor `- item`"),
    ],
)
def test_malformed_frontmatter_is_told(text: str, paths: tuple[str, ...] | None, problem: str) -> None:
    head = read_frontmatter(text)

    assert head.paths == paths
    assert problem in head.problems
