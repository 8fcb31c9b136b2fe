"""The sections that fit: the head, then the worthiest, shown in the order in which they stand. What was cut is told."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from holdfast.manifest.rank import RankedSection
from holdfast.manifest.section import ManifestSection

CostOf = Callable[[ManifestSection], int]

_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A section that is not shown, or (`is_cut`) not to its end.

    `place` is its rank by worth, 1 for the first; it would have cost `cost` where `left` was left, in the budget's unit.
    """

    section: ManifestSection
    place: int
    cost: int
    left: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """`shown` in the order in which the sections apply, `left_out` the worthiest first."""

    shown: tuple[ManifestSection, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def choose(ranked: Sequence[RankedSection], limit: int, cost_of: CostOf) -> Choice:
    """What of `ranked` is shown for `limit`; a head that is too long is cut at a line's end, or between words."""
    order = sorted(range(len(ranked)), key=lambda number: (not ranked[number].is_head, -ranked[number].worth, number))
    shown: dict[int, ManifestSection] = {}
    left_out = []
    left = limit
    for place, number in enumerate(order, 1):
        section = ranked[number].section
        cost = cost_of(section)
        fitting = section if cost <= left else None
        if fitting is None:
            fitting = _cut(section, left, cost_of) if ranked[number].is_head else None
            left_out.append(LeftOut(section, place, cost, left, is_cut=fitting is not None))
        if fitting is not None:
            shown[number] = fitting
            left -= cost_of(fitting)
    return Choice(tuple(shown[number] for number in sorted(shown)), tuple(left_out))


def _cut(section: ManifestSection, limit: int, cost_of: CostOf) -> ManifestSection | None:
    """The beginning of `section` that fits: whole lines of it, or whole words where no line does; None without a word."""
    lines = section.text.split("\n")
    fits = _most_that_fit(len(lines), lambda count: cost_of(_beginning(section, lines, count)) <= limit)
    beginning = _beginning(section, lines, fits)
    if beginning.text.strip():
        return beginning
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    ends = [found.end() for found in _WORD.finditer(lines[first])]

    def cut(count: int) -> ManifestSection:
        shown = [*lines[:first], lines[first][: ends[count - 1]] if count else ""]
        return _beginning(section, shown, first + 1)

    words = cut(_most_that_fit(len(ends) + 1, lambda count: cost_of(cut(count)) <= limit))
    return words if words.text.strip() else None


def _most_that_fit(too_many: int, do_fit: Callable[[int], bool]) -> int:
    """The largest number below `too_many` that fits, if any from 1 on does; else 0."""
    fits = 0
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if do_fit(middle):
            fits = middle
        else:
            too_many = middle
    return fits


def _beginning(section: ManifestSection, lines: Sequence[str], count: int) -> ManifestSection:
    text = "\n".join(lines[:count]).rstrip()
    return replace(section, text=text, last_line=min(section.last_line, section.first_line + max(1, count) - 1))
