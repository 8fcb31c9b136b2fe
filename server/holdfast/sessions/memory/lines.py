"""Remembered sentences as lines of text: one line each, with its date and its tool, under a heading that says what it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from holdfast.sessions.memory.prose import one_line
from holdfast.sessions.memory.rank import Ranked, Remembered

HEADING: Final = "What earlier sessions settled:"
_SAID: Final = {"decision": "decided", "correction": "corrected", "unfinished": "open", "summary": "summary"}
_ENOUGH_SHARED: Final = 0.15
"""How much of its words a task or a summary shares with a place where it is shown; a ruling needs none."""
_MOST_LINES: Final = 12

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class MemoryLines:
    """`text` is the heading and one line for each of `shown`, oldest first; "" where nothing is shown."""

    text: str = ""
    shown: tuple[Remembered, ...] = ()


def choose_lines(ranked: Sequence[Ranked], room: int, cost_of: CountTokens) -> MemoryLines:
    """The best of `ranked` whose lines cost at most `room` together with the heading, in `cost_of`'s unit."""
    chosen: list[Remembered] = []
    for each in ranked:
        if len(chosen) == _MOST_LINES:
            break
        is_ruling = each.remembered.item.kind in {"decision", "correction"}
        if not is_ruling and each.relevance < _ENOUGH_SHARED and not each.remembered.pinned:
            continue
        if cost_of(_written(_in_order([*chosen, each.remembered]))) <= room:
            chosen.append(each.remembered)
    shown = _in_order(chosen)
    return MemoryLines(_written(shown), shown) if shown else MemoryLines()


def memory_line(one: Remembered) -> str:
    """`- 2026-11-20, claude-code, decided: use httpx instead of requests`."""
    item = one.item
    told = [day_of(item.at_ms), one_line(item.tool), _SAID.get(item.kind, item.kind)]
    if item.author == "model":
        told.append("in a model's words")
    return f"- {', '.join(part for part in told if part)}: {one_line(item.text)}"


def day_of(at_ms: int) -> str:
    """`2026-11-20`, in UTC; "" for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _in_order(chosen: Iterable[Remembered]) -> tuple[Remembered, ...]:
    """Oldest first: what a later one says counts more, and a model believes what it read last."""
    return tuple(sorted(chosen, key=lambda one: (one.item.at_ms, one.entry, one.item.key)))


def _written(shown: Sequence[Remembered]) -> str:
    return "\n".join([HEADING, *map(memory_line, shown)])
