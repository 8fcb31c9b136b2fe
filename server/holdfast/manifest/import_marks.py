"""`@path` in a manifest: where it stands, and what it names. Not in code, not in the middle of a word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.visible_lines import VisibleLine

_MARK: Final = re.compile(r"(?:^|(?<=\s))@((?:[^\s\\]|\\ |\\(?! ))+)")
_TICKS: Final = re.compile(r"`+")
_TRAILING: Final = ".,;:!?)]}'\"*_"
_SPELLED: Final = ("./", "../", "~/", "/")
_FILE_NAME: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class ImportMark:
    """`@target` in line `number`; `end` is the column behind it.

    `is_certain` says that it must mean a file: `@docs/style.md` does; `@alice` and `@types/node` only if there is one.
    """

    number: int
    end: int
    target: str
    is_certain: bool


def find_imports(lines: Sequence[VisibleLine]) -> tuple[ImportMark, ...]:
    """Every import in `lines`, in order."""
    marks: list[ImportMark] = []
    for paragraph in _paragraphs(lines):
        starts: list[int] = []
        length = 0
        for line in paragraph:
            starts.append(length)
            length += len(line.text) + 1
        text = _without_code_spans("\n".join(line.text for line in paragraph))
        place = 0
        for found in _MARK.finditer(text):
            while place + 1 < len(starts) and starts[place + 1] <= found.start(1):
                place += 1
            mark = _mark(paragraph[place].number, found.start(1) - starts[place], found.group(1))
            if mark is not None:
                marks.append(mark)
    return tuple(marks)


def _mark(number: int, start: int, spelled: str) -> ImportMark | None:
    named = spelled.rstrip(_TRAILING)
    target = named.partition("#")[0].replace("\\ ", " ")
    if not target or len(target) > _LONGEST or "\0" in target:
        return None
    if target.rstrip("/") in {"", ".", "..", "~"}:
        return None
    is_path = target.startswith(_SPELLED)
    if not is_path and not (target[0].isalnum() or target[0] in "._-"):
        return None
    is_certain = is_path or (_FILE_NAME.search(target) is not None and "@" not in target)
    return ImportMark(number, start + len(named), target, is_certain)


def _paragraphs(lines: Sequence[VisibleLine]) -> Iterator[list[VisibleLine]]:
    """Runs of lines that are text: a code span may go over a line's end, not over a blank line or a fence."""
    run: list[VisibleLine] = []
    for line in lines:
        if line.kind != "text" or not line.text.strip():
            if run:
                yield run
            run = []
        else:
            run.append(line)
    if run:
        yield run


def _without_code_spans(text: str) -> str:
    """`text` with blanks (line ends stay) for what stands between backticks; as many close a span as have opened it."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[number][1] - runs[number][0], []).append(number)
    parts: list[str] = []
    place, number = 0, 0
    while number < len(runs):
        start, end = runs[number]
        width = end - start
        if _is_escaped(text, start):
            width -= 1
        closers = later.get(width, [])
        while closers and closers[-1] <= number:
            closers.pop()
        if width and closers:
            number = closers[-1]
            stop = runs[number][1]
            parts += [text[place:start], re.sub(r"[^\n]", " ", text[start:stop])]
            place = stop
        number += 1
    return "".join([*parts, text[place:]])


def _is_escaped(text: str, place: int) -> bool:
    """Whether an odd number of backslashes stands before `place`."""
    start = place
    while start and text[start - 1] == "\\":
        start -= 1
    return (place - start) % 2 == 1
