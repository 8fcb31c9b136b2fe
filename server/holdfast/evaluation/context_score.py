"""Counting: of the names that typed lines need, how many the block in front of the file shows."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.cursor import Cursor
from holdfast.evaluation.needed_names import ShownNames

BLOCK_BYTES: Final = 6_000
_RESAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class LineCase:
    """The start of one typed row that needs something.

    `needed` are the names it needs; `called` has, for each call of an imported definition, the lines that define it,
    any of which will do. `session` is the session's number.
    """

    session: int
    cursor: Cursor
    needed: tuple[str, ...]
    called: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class LineScore:
    """What one block showed of one case; all of it 0 when the block is over its limit."""

    session: int
    needed: int
    shown: int
    called: int
    defined: int
    block_bytes: int
    over_limit: bool


def score_line(case: LineCase, block: str, limit_bytes: int, names: ShownNames) -> LineScore:
    """Judge `block`, everything in front of the current file, for one case."""
    size = len(block.encode("utf-8", "surrogatepass"))
    over = size > limit_bytes
    shown = () if over else names.shown(block, case.needed, case.cursor.path)
    lines = set() if over or not case.called else {line.strip() for line in block.split("\n")}
    defined = sum(not lines.isdisjoint(definition) for definition in case.called)
    return LineScore(case.session, len(case.needed), len(shown), len(case.called), defined, size, over)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, counted over everything.

    `low` and `high` are where the share falls in 95 of 100 redraws of the sessions (Efron's bootstrap, by session,
    since the lines of one session are alike).
    """

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.hits / self.of if self.of else None


def name_recall(scores: Iterable[LineScore]) -> Share:
    """New-name recall."""
    return _share([(score.session, score.shown, score.needed) for score in scores])


def definition_recall(scores: Iterable[LineScore]) -> Share:
    """Definition recall."""
    return _share([(score.session, score.defined, score.called) for score in scores])


def _share(rows: Sequence[tuple[int, int, int]]) -> Share:
    sessions: dict[int, tuple[int, int]] = {}
    for session, hits, of in rows:
        before = sessions.get(session, (0, 0))
        sessions[session] = (before[0] + hits, before[1] + of)
    counted = [pair for _, pair in sorted(sessions.items()) if pair[1]]
    hits, of = sum(pair[0] for pair in counted), sum(pair[1] for pair in counted)
    if not counted:
        return Share(0, 0, 0.0, 1.0)
    draw = random.Random(0)  # noqa: S311 - the same interval at every run
    redrawn = sorted(_redraw(counted, draw) for _ in range(_RESAMPLES))
    return Share(hits, of, redrawn[_RESAMPLES // 40], redrawn[-1 - _RESAMPLES // 40])


def _redraw(counted: Sequence[tuple[int, int]], draw: random.Random) -> float:
    sample = draw.choices(counted, k=len(counted))
    return sum(hits for hits, _ in sample) / sum(of for _, of in sample)
