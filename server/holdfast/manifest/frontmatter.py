"""The head of a rules file: `paths`, the files that the rule is about.

Read line by line, not as YAML: what people write there (`paths: **/*.ts`, `paths: {src,lib}/**`) is not valid YAML, and is
documented all the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MARK: Final = "---"
_KEY: Final = re.compile(
    r"""(?P<quote>["']?)(?P<name>[A-Za-z_][\w-]*)(?P=quote)[ \t]*:(?:[ \t]+(?P<value>.*)|[ \t]*)$"""
)
_ITEM: Final = re.compile(r"[ \t]*-(?:[ \t]+(.*)|[ \t]*)$")
_COMMENT: Final = re.compile(r"[ \t]#")
_MOST_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """`paths` is None where the head names none: the rule is about every file. The text begins after `lines` lines."""

    paths: tuple[str, ...] | None = None
    lines: int = 0
    problems: tuple[str, ...] = ()


def read_frontmatter(text: str) -> Frontmatter:
    """The head of `text` (LF line ends); what is malformed is told and the rest counts."""
    lines = text.split("\n", _MOST_LINES)
    if lines[0].rstrip() != _MARK or not _looks_like_head(lines[1:]):
        return Frontmatter()
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in {_MARK, "..."}), None)
    if end is None:
        return Frontmatter(problems=("line 1: the frontmatter is not closed by `---`, so it is read as text",))
    paths, problems = _read_paths(lines[1:end])
    return Frontmatter(paths, end + 1, tuple(problems))


def _looks_like_head(lines: list[str]) -> bool:
    """Whether what follows the first `---` is a head: a ruler in prose is none."""
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    return first.rstrip() == _MARK or _KEY.match(first) is not None


def _read_paths(lines: list[str]) -> tuple[tuple[str, ...] | None, list[str]]:
    paths: list[str] | None = None
    problems: list[str] = []
    key = ""
    for number, bare in _whole_lines(lines):
        entry, item = _KEY.match(bare), _ITEM.match(bare)
        if entry is not None:
            key = entry["name"]
            if key == "paths":
                paths = [*(paths or ()), *_listed(entry["value"] or "", number, problems)]
        elif item is not None and key:
            if key == "paths" and paths is not None:
                paths += _listed(item.group(1) or "", number, problems)
        elif key == "paths" and paths == [] and bare.lstrip().startswith("["):
            paths += _listed(bare, number, problems)
        elif not (bare.startswith((" ", "\t")) and key and key != "paths"):
            problems.append(f"line {number}: “{bare.strip()[:60]}” is neither `name: value` nor `- item`")
    if paths == []:
        problems.append("`paths` names no files, so the rule is about every file")
    return tuple(paths) if paths else None, problems


def _whole_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(number, text) of the lines that say something; a `[` list that goes on over several is one."""
    open_at, opened = 0, ""
    for number, line in enumerate(lines, 2):
        bare = line.rstrip()
        if open_at:
            opened += f" {bare.strip()}"
        elif bare.endswith(("[", ",")) and "[" in bare and "]" not in bare:
            open_at, opened = number, bare
        elif bare and not bare.lstrip().startswith("#"):
            yield number, bare
        if open_at and "]" in bare:
            yield open_at, opened
            open_at = 0
    if open_at:
        yield open_at, opened


def _listed(written: str, number: int, problems: list[str]) -> list[str]:
    """The patterns of one line: `a, b`, `[a, "b"]`, `'a'`; commas inside braces belong to a pattern."""
    text = written.strip()
    if text.startswith("["):
        if not text.endswith("]"):
            problems.append(f"line {number}: the list is not closed by `]`")
        text = text[1:].removesuffix("]")
    patterns: list[str] = []
    for part in _split(text):
        if part[:1] in {'"', "'"}:
            if len(part) < 2 or part[-1] != part[0]:  # noqa: PLR2004 - two quotes
                problems.append(f"line {number}: {part[:60]} lacks its second quote")
                continue
            part = part[1:-1]  # noqa: PLW2901 - the same pattern, unquoted
        if part:
            patterns.append(part)
    return patterns


def _split(text: str) -> list[str]:
    """`text` at its commas outside of braces and quotes; a comment after a blank is cut off."""
    parts, depth, quote, start = [], 0, "", 0
    has_begun = False
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in {'"', "'"} and not has_begun:
            quote, has_begun = character, True
        elif character == "#" and _COMMENT.match(text, place - 1):
            text = text[:place]
            break
        elif character == "{":
            depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
        elif character == "," and not depth:
            parts.append(text[start:place].strip())
            start, has_begun = place + 1, False
            continue
        has_begun = has_begun or not character.isspace()
    return [*parts, text[start:].strip()]
