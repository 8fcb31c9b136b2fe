"""Which remembered sentences matter at a place: those that share its words, said lately, by the person, and not taken back.

Everything that does not depend on the place is done once for the memory of a project (`Memory`): which sentences a later one
contradicts, which tasks are still open, how rare each word is. A place then costs one pass over the sentences that share a
word with it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from holdfast.sessions.memory.item import MemoryItem
from holdfast.sessions.memory.mentions import words_in
from holdfast.sessions.memory.subject import Ruling, overruled, subject_of

NEAR_LINES: Final = 40
"""Lines above and below the cursor whose names count."""
_DAY_MS: Final = 86_400_000
_HALF_LIFE_DAYS: Final = 14
_LEAST_RECENCY: Final = 0.3
_NAME_WEIGHT: Final = 0.5
_PATH_WEIGHT: Final = 2.0
_BRANCH_WEIGHT: Final = 1.0
_MOST_RELEVANCE: Final = 6.0
_SAME_FILE: Final = 1.6
_SAME_FOLDER: Final = 1.2
_SAME_BRANCH: Final = 1.2
_PINNED: Final = 2.0
_TAKEN_BACK: Final = 0.5
_BY_MODEL: Final = 0.5
_STANDING: Final = {"decision": 2.0, "correction": 1.6, "unfinished": 1.0, "summary": 0.8}
_SPOKEN_FOR: Final = 0.3
"""What a decision or a correction by the person is worth where no word is shared: it may hold everywhere."""
_ALIKE: Final = 0.6
_LEAST_SHARED: Final = 2
_TRUNKS: Final = frozenset({"main", "master", "trunk", "develop", "dev"})
_OPEN_SESSIONS: Final = 3
_OPEN_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Remembered:
    """An item with where it stands: the ids of its entry and session, and whether a person pinned either."""

    item: MemoryItem
    entry: str
    session: str
    branch: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A cursor: the file's path relative to the project, the text around it, the branch that is checked out."""

    path: str = ""
    before: str = ""
    after: str = ""
    branch: str | None = None
    now_ms: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item and its worth at a place; higher is better."""

    remembered: Remembered
    worth: float
    relevance: float


class Memory:
    """What is remembered of one project, ready to be asked; immutable."""

    def __init__(self, remembered: Iterable[Remembered], *, now_ms: int = 0) -> None:
        """`remembered` in any order; `now_ms` is when it was read: tasks left open long before are not open any more."""
        newest_first = sorted(remembered, key=lambda one: (-one.item.at_ms, one.entry, one.item.key))
        standing = _standing(newest_first, now_ms)
        self._items = [one for one in standing if one.item.kind != "reverted"]
        self._words = [_words_of(one.item.text, one.item.paths) for one in self._items]
        self._taken_back = _taken_back(standing, self._items, self._words)
        self._holding: dict[str, list[int]] = {}
        for number, words in enumerate(self._words):
            for word in words:
                self._holding.setdefault(word, []).append(number)

    def __len__(self) -> int:
        """How many items can be shown."""
        return len(self._items)

    def __iter__(self) -> Iterator[Remembered]:
        """The items that hold, newest first."""
        return iter(self._items)

    def ranked(self, where: Whereabouts, most: int = 100) -> list[Ranked]:
        """At most `most` items worth a word at `where`, the best first; of those that say the same, only the best."""
        relevance: dict[int, float] = {}
        for word, weight in _wanted(where).items():
            holding = self._holding.get(word, ())
            rarity = _rarity(len(holding), len(self._items))
            for number in holding:
                relevance[number] = relevance.get(number, 0.0) + weight * rarity
        found = []
        for number, one in enumerate(self._items):
            shared = min(_MOST_RELEVANCE, relevance.get(number, 0.0))
            worth = self._worth(number, one, where, shared)
            if worth > 0:
                found.append((worth, number, shared))
        found.sort(key=lambda each: (-each[0], each[1]))
        return [
            Ranked(self._items[number], worth, shared)
            for worth, number, shared in islice(self._without_repetitions(found), most)
        ]

    def _worth(self, number: int, one: Remembered, where: Whereabouts, shared: float) -> float:
        item = one.item
        is_ruling = item.kind in {"decision", "correction"} and item.author == "person"
        base = shared + (_SPOKEN_FOR if is_ruling or one.pinned else 0.0)
        if base <= 0:
            return 0.0
        age_days = max(0, where.now_ms - item.at_ms) // _DAY_MS
        recency = max(_LEAST_RECENCY, 1 / (1 + age_days / _HALF_LIFE_DAYS))
        boosts = _STANDING.get(item.kind, 0.0) * _nearness(item.paths, where.path)
        boosts *= _SAME_BRANCH if one.branch and one.branch == where.branch and one.branch not in _TRUNKS else 1.0
        boosts *= _PINNED if one.pinned else 1.0
        boosts *= _BY_MODEL if item.author == "model" else 1.0
        boosts *= _TAKEN_BACK if number in self._taken_back else 1.0
        return base * boosts * recency

    def _without_repetitions(self, found: Sequence[tuple[float, int, float]]) -> Iterator[tuple[float, int, float]]:
        keys: set[str] = set()
        by_word: dict[str, list[int]] = {}
        for each in found:
            number = each[1]
            words, key = self._words[number], self._items[number].item.key
            near = Counter(other for word in words for other in by_word.get(word, ()))
            is_said = any(
                shared / (len(words) + len(self._words[other]) - shared) >= _ALIKE for other, shared in near.items()
            )
            if key in keys or is_said:
                continue
            keys.add(key)
            for word in words:
                by_word.setdefault(word, []).append(number)
            yield each


@lru_cache(maxsize=4_000)
def _words_of(text: str, paths: tuple[str, ...]) -> frozenset[str]:
    """Kept, because memory is read again whenever something was settled, and nearly all of it is as before."""
    return frozenset(words_in(" ".join([text, *paths])))


def _standing(newest_first: Sequence[Remembered], now_ms: int) -> list[Remembered]:
    """What still holds: no ruling that a newer one contradicts, and the tasks that were open last."""
    rulings = [one for one in newest_first if one.item.kind in {"decision", "correction"}]
    out = overruled([Ruling(subject_of(one.item.text), one.item.author == "person") for one in rulings])
    gone = {id(rulings[number]) for number in out}
    is_open = _open_tasks(newest_first, now_ms)
    return [
        one
        for one in newest_first
        if id(one) not in gone and (one.item.kind not in {"unfinished", "settled"} or id(one) in is_open)
    ]


def _open_tasks(newest_first: Sequence[Remembered], now_ms: int) -> set[int]:
    """Of each of the last sessions that left something open: what its last word on that says."""
    last: dict[str, str] = {}
    is_open = set()
    for one in newest_first:
        if one.item.kind not in {"unfinished", "settled"} or now_ms - one.item.at_ms > _OPEN_DAYS * _DAY_MS:
            continue
        if one.session not in last and len(last) == _OPEN_SESSIONS:
            continue
        if last.setdefault(one.session, one.entry) == one.entry and one.item.kind == "unfinished":
            is_open.add(id(one))
    return is_open


def _taken_back(
    standing: Sequence[Remembered], items: Sequence[Remembered], words: Sequence[frozenset[str]]
) -> frozenset[int]:
    """The items that are about what was reverted after them."""
    reverts = [(one.item.at_ms, frozenset(words_in(one.item.text))) for one in standing if one.item.kind == "reverted"]
    return frozenset(
        number
        for number, one in enumerate(items)
        for at_ms, reverted in reverts
        if at_ms > one.item.at_ms
        and len(shared := reverted & words[number]) >= _LEAST_SHARED
        and 2 * len(shared) >= min(len(reverted), len(words[number]))
    )


def _nearness(paths: Sequence[str], path: str) -> float:
    """Whether one of `paths` is the file at `path`, or lies in its folder; a path may be told from another root."""
    if not path or not paths:
        return 1.0
    parts, here = PurePosixPath(path).parts, PurePosixPath(path).parent.parts
    nearness = 1.0
    for told in paths:
        others = PurePosixPath(told.lstrip("/~")).parts
        if others and (parts[-len(others) :] == others or others[-len(parts) :] == parts):
            return _SAME_FILE
        folder = others[:-1] if "." in (others[-1] if others else "") else others
        if here and folder and (here[-len(folder) :] == folder or folder[-len(here) :] == here):
            nearness = _SAME_FOLDER
    return nearness


def _wanted(where: Whereabouts) -> dict[str, float]:
    above = "\n".join(where.before.rsplit("\n", NEAR_LINES)[-NEAR_LINES:])
    below = "\n".join(where.after.split("\n", NEAR_LINES)[:NEAR_LINES])
    wanted = dict.fromkeys(words_in(f"{above}\n{below}"), _NAME_WEIGHT)
    if where.branch and where.branch not in _TRUNKS:
        wanted |= dict.fromkeys(words_in(where.branch), _BRANCH_WEIGHT)
    return wanted | dict.fromkeys(words_in(where.path), _PATH_WEIGHT)


def _rarity(holding: int, total: int) -> float:
    """1 for a word of one item alone, near 0 for a word of every one: BM25's inverse document frequency, scaled."""
    if not holding:
        return 0.0
    return _idf(holding, total) / _idf(1, total)


def _idf(holding: int, total: int) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
