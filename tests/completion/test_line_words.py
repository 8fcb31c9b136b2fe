import pytest

from holdfast.completion.line_words import continues_line, is_prelude, opens_block


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("def f():", "python", True),
        ("if (a) {", "javascript", True),
        ("run(", "python", True),
        ("items.each do |item|", "ruby", True),
        ("def total", "ruby", True),
        ("def total", "python", False),
        ("while true; do  # forever", "shellscript", True),
        ("x = 1", "python", False),
        ("", "python", False),
    ],
)
def test_what_opens_a_block(line: str, language: str, *, expected: bool) -> None:
    assert opens_block(line, language) is expected


@pytest.mark.parametrize(
    ("line", "above", "language", "is_long", "expected"),
    [
        ("else", "  a", "some-language", True, True),
        ("end", "  a", "some-language", True, True),
        ("end", "a", "some-language", False, False),
        (".then(b)", "a", "some-language", False, True),
        ("{", "void f()", "some-language", False, True),
        ("elsewhere()", "a", "some-language", False, False),
        ("b", "a \\", "some-language", False, True),
        ("b", "a &&", "some-language", False, True),
        ("b", "a == 1", "some-language", False, False),
        ("where b = 1", "select a", "sql", False, True),
        ("where b = 1", "select a;", "sql", False, False),
        ("else", "text,", "plaintext", False, False),
    ],
)
def test_what_goes_on(line: str, above: str, language: str, *, is_long: bool, expected: bool) -> None:
    assert continues_line(line, above, language, is_long=is_long) is expected


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("# adds", "python", True),
        ("@cache", "python", True),
        ("@cache(1)", "python", True),
        ("# heading", "markdown", False),
        ("#include <a>", "c", False),
        ("#[derive(Debug)]", "rust", True),
        ("[Fact]", "csharp", True),
        ("template <typename T>", "cpp", True),
        (" * a comment", "java", True),
        ("-- adds", "sql", True),
        ("```python", "python", True),
        ("```python", "markdown", False),
        ("", "python", False),
        ("x = 1  # adds", "python", False),
    ],
)
def test_what_introduces_the_next_line(line: str, language: str, *, expected: bool) -> None:
    assert is_prelude(line, language) is expected
