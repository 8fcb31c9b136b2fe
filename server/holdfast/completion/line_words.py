"""What the words of a line say about the lines beside it, for languages without a grammar and code that does not parse."""

import re
from typing import Final

_LINE_END: Final = 200
_OPENER: Final = re.compile(r"(:|\{|\(|\[|=>|->|\bthen|\bdo|\belse|\bbegin|\btry)\s*(#.*|//.*|--.*)?$")
_RUBY_OPENER: Final = re.compile(
    r"^\s*(def|class|module|if|unless|while|until|case|when|begin|rescue|ensure|function|local function)\b|\|\s*$"
)
_WORD_BLOCKS: Final = frozenset({"ruby", "lua", "elixir", "julia"})
_CLOSING: Final = re.compile(r"^(end|fi|done|esac|END)\b|^</")
_CONTINUING: Final = re.compile(
    r"^(else|elif|elsif|elseif|elsif|except|catch|finally|rescue|ensure|then|do|until|while\s*\(.*\)\s*;)\b"
    r"|^\{\s*$|^[)\]}]+[;,]?\s*$|^(\.|\?\.|&&|\|\||\|>|\||=>|->|\+ |\* |/ |\? |: )"
)
_CLAUSE: Final = re.compile(
    r"^(from|where|and|or|group|order|having|limit|join|left|right|inner|on|union|values|set|returning)\b",
    re.IGNORECASE,
)
_UNFINISHED: Final = re.compile(r"(\\|,|&&|\|\||\||[^=<>!]=|=>|\+|\band|\bor)\s*$")
_COMMENTS: Final = {
    "//": re.compile(r"^\s*(//|/\*|\*)"),
    "#": re.compile(r"^\s*#(?!\[)"),
    "--": re.compile(r"^\s*--"),
}
_ATTRIBUTE: Final = re.compile(r"^\s*(@[A-Za-z][\w.]*(\(.*\))?|#!?\[.*\]|\[[A-Z]\w*(\(.*\))?\]|template\s*<.*>)\s*$")
_DASHED: Final = frozenset({"sql", "lua", "haskell"})
_HASHED: Final = frozenset(
    {
        *("python", "ruby", "shellscript", "yaml", "toml", "dockerfile", "makefile", "r", "perl", "elixir", "julia"),
        *("nix", "terraform", "powershell", "graphql"),
    }
)
_FENCE: Final = re.compile(r"^\s*```[\w+-]*\s*$")


def opens_block(line: str, language: str) -> bool:
    """Whether what is indented below `line` is its block."""
    end = line[-_LINE_END:]
    if _OPENER.search(end) is not None:
        return True
    return language in _WORD_BLOCKS and _RUBY_OPENER.search(line[:_LINE_END]) is not None


def continues_line(line: str, above: str, language: str, *, is_long: bool) -> bool:
    """Whether `line`, at the column of the statement above it, belongs to that; `is_long` when that has several lines."""
    words = line.strip()[:_LINE_END]
    if _CLOSING.search(words) is not None:
        return is_long
    if language == "sql" and _CLAUSE.search(words) is not None and not above.rstrip().endswith(";"):
        return True
    if language in {"plaintext", "markdown"}:
        return False
    return _CONTINUING.search(words) is not None or _UNFINISHED.search(above[-_LINE_END:]) is not None


def is_prelude(line: str, language: str) -> bool:
    """Whether `line` alone says something about the next one: a comment, an attribute, a fence that is taken away."""
    start = line[:_LINE_END]
    if not line.strip():
        return False
    if _FENCE.search(start) is not None:
        return language != "markdown"
    if language in _DASHED:
        return _COMMENTS["--"].search(start) is not None
    if language in _HASHED:
        return _COMMENTS["#"].search(start) is not None or _ATTRIBUTE.search(start) is not None
    if language in {"markdown", "plaintext"}:
        return False
    return _COMMENTS["//"].search(start) is not None or _ATTRIBUTE.search(start) is not None
