"""Lines that show names: those that define them, and those that use several of them at once.

A line counts for the identifiers in its code only: not for words of comments and strings.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.identifiers import identifiers_in
from holdfast.index.retrieval.candidates import Candidate
from holdfast.index.retrieval.findings import FoundLine

_LONGEST_LINE: Final = 160
_LONGEST_DEFINITION: Final = 240
_LONGEST_READ: Final = 1_000
_MOST_DEFINITIONS: Final = 2
_STRING: Final = re.compile(
    r'"(?:[^"\\]|\\.){0,200}+"|\'(?:[^\'\\]|\\.){0,200}+\'|`[^`]{0,200}+`'
)  # bounded and possessive: a line of unclosed quotes must not take quadratic time
_COMMENT_STARTS: Final = ("//", "/*", "*", "--", '"""', "'''", "<!--")
_HASH_COMMENTS: Final = frozenset({"python", "ruby", "shellscript", "yaml", "toml", "makefile", "r", "perl", "elixir"})


def definition_lines(candidates: Iterable[Candidate]) -> Iterator[FoundLine]:
    """The nearest definitions of each candidate that are not too long to be shown."""
    for candidate in candidates:
        short = [found for found in candidate.definitions if len(found.text) <= _LONGEST_DEFINITION]
        for found in short[:_MOST_DEFINITIONS]:
            yield found_line(found)


def found_line(found: DefinitionLine) -> FoundLine:
    """A definition as a line to show."""
    text = found.text.removesuffix("\r")
    names = frozenset(identifiers_in(_STRING.sub(" ", text)))
    return FoundLine(found.path, found.file, found.line, text, names | {found.name}, found.name)


def usage_lines(
    chunks: Iterable[CodeChunk], files: Mapping[str, int], wanted: AbstractSet[str], limit: int
) -> Iterator[FoundLine]:
    """At most `limit` lines of these chunks that use a name of `wanted`, each line once, for those names alone."""
    seen: set[tuple[str, int]] = set()
    for chunk in chunks:
        held = wanted & frozenset(identifiers_in(chunk.text)) if chunk.path in files else ()
        for line, text in _code_lines(chunk) if held else ():
            if len(text) > _LONGEST_LINE or (chunk.path, line) in seen or not any(name in text for name in held):
                continue
            names = wanted & frozenset(identifiers_in(_STRING.sub(" ", text)))
            if names:
                seen.add((chunk.path, line))
                yield FoundLine(chunk.path, files[chunk.path], line, text, frozenset(names))
                if len(seen) == limit:
                    return


def names_in_code(text: str, language: str) -> frozenset[str]:
    """The identifiers of a text, without those that only comments, strings and very long lines have."""
    return frozenset(
        name
        for _, line in _lines_of_code(text.split("\n"), 1, language)
        if len(line) <= _LONGEST_READ
        for name in identifiers_in(_STRING.sub(" ", line))
    )


def _code_lines(chunk: CodeChunk) -> Iterator[tuple[int, str]]:
    """(1-based number, text) of the lines of a chunk that hold code; none of an outline, whose lines are not numbered."""
    lines = chunk.text.split("\n")
    if chunk.last_line - chunk.first_line + 1 == len(lines):
        yield from _lines_of_code(lines, chunk.first_line, chunk.language)


def _lines_of_code(lines: Sequence[str], first: int, language: str) -> Iterator[tuple[int, str]]:
    has_hash_comments = language in _HASH_COMMENTS
    in_docstring = False
    for number, text in _numbered(lines, first):
        marks = text.count('"""') + text.count("'''")
        was_in_docstring, in_docstring = in_docstring, in_docstring != (marks % 2 == 1)
        bare = text.lstrip()
        is_comment = bare.startswith(_COMMENT_STARTS) or (has_hash_comments and bare.startswith("#"))
        if bare and not (was_in_docstring or marks or is_comment):
            yield number, text


def _numbered(lines: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    return ((first + at, text.removesuffix("\r")) for at, text in enumerate(lines))
