"""Lines that stand once in a block, whatever the program: a declaration, an entry of a mapping, a jump.

Most lines may be said twice. A name that the block declares further down is not declared before that too; nor does a
block leave before its own code and once more after it, for that code would never run.
"""

import re
from collections.abc import Sequence
from typing import Final

from holdfast.completion.near_code import indentation

_MODIFIERS: Final = (
    r"(?:(?:export|default|pub(?:\(\w+\))?|public|private|protected|internal|static|final|abstract|async|override"
    r"|sealed|open|data|readonly|declare|unsafe|inline|constexpr|virtual)\s+)*"
)
_DECLARES: Final = re.compile(
    rf"{_MODIFIERS}(?:import|from|using|use|require|package|namespace|module|mod|def|class|struct|enum|interface|trait"
    rf"|protocol|record|union|impl|function|func|fun|fn|sub|type|typedef|const|let|var|val|typealias|extension)\b[ \t]+\S"
    r"|#[ \t]*include\b"
)
_PART: Final = re.compile(
    r"[(\[,<=*]\s*$|\b(?:import|type|struct|union|enum|class|interface)\s*\{$|\b_\(|^typedef\b.*[^;]$|^const\b[^=]*$"
)
"""The first line of a declaration whose name, or signature, is still to come; or of `_`, which is no name."""
_JUMPS: Final = re.compile(r"(?:return|raise|throw|break|continue|exit)\b")
_CONDITIONAL: Final = re.compile(r"\b(?:if|unless)\b")
_ENTRIES: Final = {
    "json": re.compile(r'"(?:\\.|[^"\\])*"[ \t]*:'),
    "yaml": re.compile(r"[\w./$-]+[ \t]*:(?:\s|$)"),
    "toml": re.compile(r"[\w.\"'-]+[ \t]*="),
    "css": re.compile(r"[\w-]+[ \t]*:.*;\s*$"),
}
_FAMILY: Final = {"jsonc": "json", "scss": "css", "less": "css", "dockercompose": "yaml"}
_NEXT_BLOCK: Final = re.compile(
    r"\[|---|#[ \t]*(?:if|el|endif)"
    r"|\s*(?:case|default|when|else|elif|elsif|elseif|fi|done|esac|except|rescue|ensure|catch|finally)\b"
)
"""How a line begins that may end a block at the same column: a table, a document, another branch."""
_SHADOWS: Final = frozenset({"rust", "ocaml", "fsharp", "haskell", "elixir", "julia", "r"})
"""Languages in which a name is declared anew, or a function in several clauses."""
_NO_STATEMENTS: Final = frozenset(
    {"markdown", "plaintext", "restructuredtext", "latex", "html", "xml", "vue", "svelte"}
)
_PERLISH: Final = frozenset({"ruby", "perl", "coffeescript"})
_LONGEST: Final = 300


def is_said_again(line: str, below: Sequence[str], language: str) -> bool:
    """Whether `line` stands among the lines `below`, which are not blank, in the same block, and can only stand there once."""
    said, column = line.rstrip(), indentation(line)
    if not said.strip() or len(said) > _LONGEST or not _stands_once(said.lstrip(), language):
        return False
    for other in below:
        if indentation(other) < column or _NEXT_BLOCK.match(other) is not None:
            return False
        if _bare(other, language) == _bare(said, language):
            return True
    return False


def _stands_once(words: str, language: str) -> bool:
    family = _FAMILY.get(language, language)
    if family in _ENTRIES:
        return _ENTRIES[family].match(words) is not None
    if language in _NO_STATEMENTS:
        return False
    if _JUMPS.match(words) is not None:
        return language not in _PERLISH or _CONDITIONAL.search(words) is None
    return language not in _SHADOWS and _DECLARES.match(words) is not None and _PART.search(words) is None


def _bare(line: str, language: str) -> str:
    """A line as it is compared: the comma after an entry depends on whether another follows."""
    return line.rstrip().rstrip(",") if _FAMILY.get(language, language) == "json" else line.rstrip()
