"""The entries that may answer a question, from the index of words: bounded work, however common the words are.

bm25 over the index would score every entry that holds a common word. Here each word gives its newest 600 entries. A word
with fewer is rare, and its list whole; of a common word, which entries hold it matters where a rare one is, and that is
asked for. How common a word is, its list's density says.
"""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from holdfast.sessions.log.query import Term
from holdfast.sessions.log.stem import stem

_MOST: Final = 600
_MOST_TOGETHER: Final = 200
_PREFIX_WEIGHT: Final = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """The row of an entry, which of the terms it is known to hold (by their number), and what they are worth together."""

    row: int
    terms: frozenset[int]
    worth: float


@dataclass(frozen=True, slots=True)
class Found:
    """The likeliest first, and what each term is worth: its weight, and more the fewer entries hold it."""

    candidates: tuple[Candidate, ...]
    worths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _List:
    term: int
    expression: str
    rows: list[int]
    worth: float
    is_whole: bool


def find_candidates(
    connection: sqlite3.Connection,
    terms: Sequence[Term],
    marks: Sequence[str],
    most: int,
    without_devices: Collection[str] = (),
) -> Found:
    """At most `most` entries that hold some of `terms` and all of `marks`, and are not by one of `without_devices`."""
    (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM entry").fetchone()
    search = _Search(connection, marks, last, without_devices)
    lists = [one for number, term in enumerate(terms) for one in search.lists_of(number, term)]
    common = [one for one in lists if not one.is_whole]
    any_rare = " OR ".join(one.expression for one in lists if one.is_whole and one.rows)
    together = search.rows(" AND ".join(one.expression for one in common), _MOST_TOGETHER) if len(common) > 1 else []
    held: list[dict[int, float]] = [{} for _ in terms]
    # The lesser first: of a word and the beginning of one, the word counts.
    for one in sorted(lists, key=lambda found: found.worth):
        held[one.term].update(dict.fromkeys(one.rows, one.worth))
        if not one.is_whole:
            held[one.term].update(dict.fromkeys(together, one.worth))
            if any_rare:
                where_rare = search.rows(f"{one.expression} AND ({any_rare})", _MOST)
                held[one.term].update(dict.fromkeys(where_rare, one.worth))
    total: defaultdict[int, float] = defaultdict(float)
    for rows in held:
        for row, worth in rows.items():
            total[row] += worth
    ranked = nlargest(most, ((worth, row) for row, worth in total.items()))
    return Found(
        tuple(
            Candidate(row, frozenset(number for number, rows in enumerate(held) if row in rows), worth)
            for worth, row in ranked
        ),
        tuple(max((one.worth for one in lists if one.term == number), default=0.0) for number in range(len(terms))),
    )


class _Search:
    def __init__(
        self, connection: sqlite3.Connection, marks: Sequence[str], last: int, without_devices: Collection[str]
    ) -> None:
        self._connection = connection
        self._devices = tuple(without_devices)
        unwanted = ", ".join("?" * len(self._devices))
        wanted = f"AND (SELECT dev FROM entry WHERE entry.rowid = entry_words.rowid) NOT IN ({unwanted})"  # noqa: S608 - marks
        self._rows = (
            "SELECT rowid FROM entry_words WHERE entry_words MATCH ?"  # noqa: S608 - a condition
            f" {wanted if unwanted else ''} ORDER BY rowid DESC LIMIT ?"
        )
        self._marks = "".join(f'"{mark}" AND ' for mark in marks)
        self._last = last

    def lists_of(self, number: int, term: Term) -> list[_List]:
        """The entries with the word itself and, where it may be the beginning of one, those with such words."""
        lists = [self._list(number, f'"{stem(term.word)}"', term.weight)]
        if term.is_prefix:
            lists.append(self._list(number, f'"{term.word}" *', term.weight * _PREFIX_WEIGHT))
        return lists

    def rows(self, expression: str, most: int) -> list[int]:
        """The newest `most` rows that match."""
        found = self._connection.execute(self._rows, (f"{self._marks}({expression})", *self._devices, most))
        return [row for (row,) in found.fetchall()]

    def _list(self, number: int, expression: str, weight: float) -> _List:
        rows = self.rows(expression, _MOST)
        is_whole = len(rows) < _MOST
        share = len(rows) / max(1, self._last if is_whole else self._last - rows[-1] + 1)
        worth = weight * math.log(1 + (1 - share) / (share + 0.5 / max(1, self._last)))
        return _List(number, expression, rows, max(worth, 0.05 * weight), is_whole)
