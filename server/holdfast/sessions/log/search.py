"""Search over what was said: `search(connection, question)`.

First the entries that may answer, by the words they hold (`candidates.py`). Then the likeliest of them are read, and judged
by how often and how close together the words stand, and a little by what kind of entry it is, by project and by age.
Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over those, with bounded factors.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.entries.clock import stamp_ms, wall_clock_ms
from holdfast.sessions.entries.entry import Entry, readable_entry
from holdfast.sessions.entries.kinds import DECISION, MESSAGE, SESSION_META, SESSION_START, SUMMARY
from holdfast.sessions.entries.strand import session_of
from holdfast.sessions.log.candidates import Candidate, find_candidates
from holdfast.sessions.log.excerpt import cut_excerpt
from holdfast.sessions.log.query import Term, read_query
from holdfast.sessions.log.words import bounded, project_mark, said_in, tool_mark

MOST_HITS: Final = 200
_MOST_READ: Final = 60
_MOST_OF_SESSION: Final = 3
_MOST_PLACES: Final = 3
_K1, _B, _USUAL_LENGTH = 1.2, 0.5, 700
_CLOSE: Final = 240
_CLOSE_BONUS: Final = 0.35
_KINDS: Final = {DECISION: 1.3, SUMMARY: 1.1, MESSAGE: 1.0, SESSION_META: 0.7, SESSION_START: 0.6}
_NEAR_PROJECT: Final = 1.2
_NEWEST, _AGE_DAYS = 0.15, 30
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that answers; `text` is what stands around the best place, `score` compares hits of one search alone."""

    session: str
    entry: str
    tool: str
    role: str | None
    kind: str
    project: str | None
    device: str
    at_ms: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Judged:
    entry: Entry
    text: str
    place: int
    score: float


def search(  # noqa: PLR0913 - one for each thing a search can be narrowed by
    connection: sqlite3.Connection,
    question: str,
    *,
    project: str | None = None,
    tool: str | None = None,
    near: str | None = None,
    without_devices: Collection[str] = (),
    limit: int = 20,
    now_ms: int | None = None,
) -> list[Hit]:
    """The entries that answer `question`, best first; at most three of one session while others are left.

    `project` and `tool` narrow it, and so does `without_devices`, whose entries are passed over; `near` is a project that is
    preferred. Any text is a question; where it holds no word,
    nothing is found.
    """
    terms = read_query(question)
    if not terms:
        return []
    marks = [*([project_mark(project)] if project else []), *([tool_mark(tool)] if tool else [])]
    limit = max(1, min(limit, MOST_HITS))
    found = find_candidates(connection, terms, marks, max(_MOST_READ, 2 * limit), without_devices)
    reader = _Judge(terms, found.worths, near, now_ms if now_ms is not None else wall_clock_ms())
    entries = _read(connection, found.candidates)
    judged = [reader.judge(entries[one.row], one) for one in found.candidates if one.row in entries]
    judged.sort(key=lambda one: (one.score, one.entry.place.hlc, one.entry.id), reverse=True)
    return [_hit(one) for one in _varied(_told(judged))[:limit]]


class _Judge:
    def __init__(self, terms: Sequence[Term], worths: Sequence[float], near: str | None, now_ms: int) -> None:
        self._worths = worths
        self._near = near
        self._now_ms = now_ms
        # The longest first: of two that begin at one place, the name is meant and not its part.
        ordered = sorted(enumerate(terms), key=lambda item: -len(item[1].pattern))
        self._pattern = re.compile("|".join(f"(?P<t{number}>{term.pattern})" for number, term in ordered))

    def judge(self, entry: Entry, candidate: Candidate) -> _Judged:
        text = bounded(said_in(entry))
        lower = text.lower()
        places = [(match.start(), int((match.lastgroup or "t0")[1:])) for match in self._pattern.finditer(lower)]
        counts = Counter(number for _, number in places)
        length = _K1 * (1 - _B + _B * len(text) / _USUAL_LENGTH)
        score = 0.0
        for number in candidate.terms | counts.keys():
            often = max(1, counts[number])
            score += self._worths[number] * often * (_K1 + 1) / (often + length)
        close, place = self._closest(places)
        whole = sum(self._worths) or 1.0
        score *= 1 + _CLOSE_BONUS * close / whole
        return _Judged(entry, text, place if len(lower) == len(text) else 0, score * self._factors(entry))

    def _closest(self, places: Sequence[tuple[int, int]]) -> tuple[float, int]:
        """What the words within 240 characters are worth at most together, and where they begin."""
        best, at = 0.0, places[0][0] if places else 0
        first = 0
        inside: Counter[int] = Counter()
        worth = 0.0
        for place, number in places:
            inside[number] += 1
            worth += self._worths[number] if inside[number] == 1 else 0.0
            while place - places[first][0] > _CLOSE:
                left = places[first][1]
                inside[left] -= 1
                worth -= self._worths[left] if inside[left] == 0 else 0.0
                first += 1
            if worth > best + 1e-9:
                best, at = worth, places[first][0]
        return best, at

    def _factors(self, entry: Entry) -> float:
        age_days = max(0.0, (self._now_ms - stamp_ms(entry.place.hlc)) / _DAY_MS)
        recency = 1 + _NEWEST / (1 + age_days / _AGE_DAYS)
        near = _NEAR_PROJECT if self._near is not None and entry.place.project == self._near else 1.0
        return _KINDS.get(entry.kind, 1.0) * recency * near


def _read(connection: sqlite3.Connection, candidates: Sequence[Candidate]) -> dict[int, Entry]:
    entries: dict[int, Entry] = {}
    for candidate in candidates:
        found = connection.execute("SELECT body FROM entry WHERE rowid = ?", (candidate.row,)).fetchone()
        entry = readable_entry(found[0]) if found is not None else None
        if entry is not None:
            entries[candidate.row] = entry
    return entries


def _told(judged: Sequence[_Judged]) -> list[_Judged]:
    """Without all but the best few that only say where a session took place, if anything else was found.

    A folder and a branch have the same names in all the sessions of them.
    """
    places = [one for one in judged if _is_place(one.entry)]
    left_out = {id(one) for one in places[_MOST_PLACES:]} if len(places) < len(judged) else set()
    return [one for one in judged if id(one) not in left_out]


def _is_place(entry: Entry) -> bool:
    return entry.kind == SESSION_START or (
        entry.kind == SESSION_META and all(part.get("to") == "branch" for part in entry.parts)
    )


def _varied(judged: Sequence[_Judged]) -> list[_Judged]:
    counts: Counter[str] = Counter()
    first: list[_Judged] = []
    rest: list[_Judged] = []
    for one in judged:
        session = session_of(one.entry.place.session)
        counts[session] += 1
        (first if counts[session] <= _MOST_OF_SESSION else rest).append(one)
    return first + rest


def _hit(judged: _Judged) -> Hit:
    entry = judged.entry
    return Hit(
        session=session_of(entry.place.session),
        entry=entry.id,
        tool=entry.tool,
        role=entry.role,
        kind=entry.kind,
        project=entry.place.project,
        device=entry.place.dev,
        at_ms=stamp_ms(entry.place.hlc),
        text=cut_excerpt(judged.text, judged.place),
        score=round(judged.score, 3),
    )
