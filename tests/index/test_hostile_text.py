"""Text that no person wrote, for every grammar: cut without an exception, within bounds, names included."""

import pytest

from holdfast.index.chunker import chunk_source
from holdfast.index.code_names import called_names, code_names
from holdfast.index.languages import LANGUAGES
from holdfast.index.source_text import SourceText

GRAMMARS = list({row.grammar.query: row.id for row in LANGUAGES if row.grammar}.values())
TEXTS = {
    "empty": "",
    "blank": "\n \n\t\n",
    "nul": "\0" * 5_000,
    "binary": "\ufffd\x01\x02\xff" * 5_000,
    "opening": "(" * 100_000,
    "brackets": "[" * 50_000 + "]" * 50_000,
    "braces": "{" * 100_000,
    "one line": "x" * 1_000_000,
    "chain": ".".join(["a"] * 100_000),
    "open string": '"' + "a\n" * 20_000,
    "open comment": "/*" * 20_000,
    "heredoc": "<<A\n" * 2_000,
    "tags": "<a>" * 10_000,
    "nested keys": "".join(" " * depth + "a:\n" for depth in range(500)),
    "quotes": "> " * 5_000,
    "dashes": "- " * 5_000,
    "short and deep": "(" * 9_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("language", GRAMMARS)
def test_any_text_can_be_cut_in_any_language(language: str, text: str) -> None:
    lines = text.split("\n")
    for chunk in chunk_source(SourceText("a", language, text)).chunks:
        assert 1 <= chunk.first_line <= chunk.last_line <= len(lines)
    for name in code_names(language, text.encode()):
        assert name.row < len(lines)
    for call in called_names(language, text.encode()):
        assert call.row < len(lines)
