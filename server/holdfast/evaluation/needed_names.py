"""Which names a line needs from other files, and which of them a text in front of the file shows.

*Needed*: an identifier in code on the line, of three characters or more, that the line does not itself define, that
another file of the workspace defines (as definition or field), and that stands on no other line of this file, be it
above or below, in code or comment. *Shown*: the text holds it as a whole word, on a line that stands just so in a file
of the workspace (white space around it aside) and that defines it or uses it in code there.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from holdfast.evaluation.project_names import ProjectFile, ProjectNames

SHORTEST_NAME: Final = 3
_WORD: Final = re.compile(r"[\w$]+")


def needed_names(names: ProjectNames, path: str) -> dict[int, tuple[str, ...]]:
    """The needed names of every row (0-based) of a file that needs any, in their order on the row."""
    file = names.files[path]
    rows_with = _rows_with_words(file)
    needed: dict[int, tuple[str, ...]] = {}
    for row, found in names.rows(path).items():
        wanted = tuple(
            name
            for name in found.names
            if len(name) >= SHORTEST_NAME
            and name not in found.defined
            and not _stands_elsewhere(name, row, file, rows_with)
            and names.is_defined_elsewhere(name, file)
        )
        if wanted:
            needed[row] = wanted
    return needed


class ShownNames:
    """Judges whether a text shows a name; what was looked up once is remembered."""

    def __init__(self, names: ProjectNames) -> None:
        self._names = names
        self._known: dict[tuple[str, str, str], bool] = {}

    def shown(self, text: str, wanted: tuple[str, ...], path: str) -> tuple[str, ...]:
        """Those of `wanted` that `text` shows. Lines of the file at `path`, where they are wanted, do not count."""
        return tuple(
            name for name in wanted if any(self._stands_in_code(line, name, path) for line in lines_with(text, name))
        )

    def _stands_in_code(self, line: str, name: str, path: str) -> bool:
        key = (line, name, path)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = any(
                self._has(file, line, name)
                for file in self._names.files.values()
                if file.path != path and line in file.text
            )
        return known

    def _has(self, file: ProjectFile, line: str, name: str) -> bool:
        rows = self._names.rows(file.path)
        return any(
            row in rows and name in rows[row].names for row, text in enumerate(file.lines) if text.strip() == line
        )


def lines_with(text: str, name: str) -> set[str]:
    """The lines of `text` that hold `name` as a whole word, without the white space around them."""
    if name not in text:
        return set()
    whole = _whole_word(name)
    return {line.strip() for line in text.split("\n") if name in line and whole.search(line)}


@lru_cache(maxsize=1_000)
def _whole_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")


def _rows_with_words(file: ProjectFile) -> Mapping[str, set[int]]:
    rows: dict[str, set[int]] = {}
    for row, line in enumerate(file.lines):
        for word in _WORD.findall(line):
            rows.setdefault(word, set()).add(row)
    return rows


def _stands_elsewhere(name: str, row: int, file: ProjectFile, rows_with: Mapping[str, set[int]]) -> bool:
    if _WORD.fullmatch(name):
        return len(rows_with.get(name, ())) > 1
    # A name with a sign of its language in it: `--colour`, `@name`, `empty?`.
    whole = _whole_word(name)
    return any(at != row and name in line and whole.search(line) for at, line in enumerate(file.lines))
