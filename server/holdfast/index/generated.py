"""Files that a tool wrote for tools to read, known by name, by what their first lines say, or by their lines' length."""

import re
from dataclasses import dataclass
from typing import Final, Literal

_MINIFIED_NAME: Final = re.compile(r"(?i)(?:[.-]min\.(?:js|mjs|cjs|css)|\.(?:bundle|chunk)\.js|\.map)$")
_GENERATED_NAME: Final = re.compile(
    r"""(?ix)
    (?: -lock\.(?:json|ya?ml) | \.lock | \.lockb | \.lockfile                     # package managers
      | npm-shrinkwrap\.json | (?:^|/)(?:go\.(?:work\.)?sum|packages\.lock\.json|package\.resolved)
      | _pb2(?:_grpc)?\.pyi? | (?:_grpc)?_pb\.(?:js|d\.ts) | \.pb(?:\.gw)?\.go | \.pb\.(?:h|cc)   # protocol buffers
      | \.(?:g|freezed)\.dart | \.(?:g|designer|generated)\.cs | (?:^|/)zz_generated[^/]*\.go
    )$"""
)
_HEADER_CHARACTERS: Final = 4_000
_HEADER_LINES: Final = 30
_COMMENT: Final = re.compile(r"\s*(?://|/\*|\*|\#|--|;|<!--|%|\(\*|\"\"\"|''')")
_SAYS_SO: Final = re.compile(
    r"""(?ix)
    \bcode\ generated\ .*\bdo\ not\ edit\b          # https://go.dev/s/generatedcode
    | (?<![\w`"'])@generated\b(?![`"'])
    | <auto-?generated\b
    | \b(?:auto-?|automatically\ )generated\b.*\bdo\ not\ (?:edit|modify)\b
    | \bdo\ not\ (?:edit|modify)\b.*\b(?:auto-?|automatically\ )?generated\b
    | \bgenerated\ by\ the\ protocol\ buffer\ compiler\b
    | ^\W*(?:this\ (?:file|code)\ (?:is|was|has\ been)\ )?(?:auto-?|automatically\ )generated\ (?:by|from|using|with)\b
    """
)
_MINIFIED_LINE: Final = 5_000
_MINIFIED_AVERAGE: Final = 250


@dataclass(frozen=True, slots=True)
class Unwritten:
    """No person wrote it: the skip reason, and what says so (its name, a line of its header, the length of its lines)."""

    reason: Literal["generated", "minified"]
    cause: str


def unwritten_name(relative_path: str) -> Unwritten | None:
    """What the name alone says; None when nothing."""
    if _MINIFIED_NAME.search(relative_path):
        return _MINIFIED_BY_NAME
    return _GENERATED_BY_NAME if _GENERATED_NAME.search(relative_path) else None


def unwritten(relative_path: str, text: str) -> Unwritten | None:
    """What says that no person wrote `text`; None when nothing does."""
    named = unwritten_name(relative_path)
    if named is not None:
        return named
    header = _header_line(text)
    if header is not None:
        return Unwritten("generated", header)
    return Unwritten("minified", "its lines are too long") if _is_minified(text) else None


def _header_line(text: str) -> str | None:
    """The comment among the first lines that says so; strings in code that say it belong to generators."""
    head = text[:_HEADER_CHARACTERS]
    if "enerated" not in head and "GENERATED" not in head:
        return None
    for line in head.split("\n", _HEADER_LINES)[:_HEADER_LINES]:
        if _COMMENT.match(line) and _SAYS_SO.search(line[:500]):
            return line.strip()[:200]
    return None


def _is_minified(text: str) -> bool:
    if len(text) < _MINIFIED_LINE or len(text) < _MINIFIED_AVERAGE * (text.count("\n") + 1):
        return False
    return max(map(len, text.split("\n"))) > _MINIFIED_LINE


_MINIFIED_BY_NAME: Final = Unwritten("minified", "its name")
_GENERATED_BY_NAME: Final = Unwritten("generated", "its name")
