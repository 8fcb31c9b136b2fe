"""Which sections of the manifests matter at a cursor: by the words they share with the place.

Asked once when a file is first worked on, not at every key: what was chosen stands at the head of the prompt, and another
choice would make the server read all of it again. The relevance is BM25 (Robertson and Zaragoza 2009) without its length
norm, over words of paths, headings and text, the query being the file's path, its language and the names around the cursor.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from holdfast.manifest.section import ManifestSection, Scope

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_NEAR_CHARACTERS: Final = 2_000
_SATURATION: Final = 1.2
_HEADING_COUNTS: Final = 4
_SHORTEST: Final = 2
_PATH_WEIGHT: Final = 2.0
_LANGUAGE_WEIGHT: Final = 2.0
_NAME_WEIGHT: Final = 0.5
_MOST_WORDS: Final = 4_000
_STANDING: Final[Mapping[Scope, float]] = {
    "nested": 2.0,
    "rules": 1.5,
    "local": 1.5,
    "project": 1.0,
    "import": 0.5,
    "user": 0.5,
}
"""What a section is worth before a word was compared: the nearer it was written to the file, the more."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of a cursor: the file's path and language, and the text around it."""

    path: str = ""
    language: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class RankedSection:
    """A section with what it is worth here; `is_head` is shown before all others."""

    section: ManifestSection
    worth: float = 0.0
    is_head: bool = False


def rank(sections: Sequence[ManifestSection], where: Whereabouts) -> tuple[RankedSection, ...]:
    """Every section in its order, with its worth; the beginning of the project's first manifest is the head."""
    wanted = _wanted(where)
    bags = [_bag(section) for section in sections]
    holding = Counter(word for bag in bags for word in bag.keys() & wanted.keys())
    head = _head(sections)
    ranked = []
    for number, (section, bag) in enumerate(zip(sections, bags, strict=True)):
        shared = sum(
            weight * _rarity(holding[word], len(bags)) * bag[word] / (bag[word] + _SATURATION)
            for word, weight in wanted.items()
            if word in bag
        )
        ranked.append(RankedSection(section, _STANDING[section.scope] + shared, number in head))
    return tuple(ranked)


def words_of(text: str) -> list[str]:
    """The words in `text`, lower case; names are split where they change case, at underscores and digits."""
    return [found.group().lower() for found in islice(_WORD.finditer(text), _MOST_WORDS)]


def _head(sections: Sequence[ManifestSection]) -> frozenset[int]:
    """The first section of the project's first manifest; where that is a title alone, the next one too."""
    first = next((number for number, section in enumerate(sections) if section.scope == "project"), None)
    if first is None:
        return frozenset()
    is_title = "\n" not in sections[first].text and bool(sections[first].heading)
    after = first + 1
    if is_title and after < len(sections) and sections[after].path == sections[first].path:
        return frozenset({first, after})
    return frozenset({first})


def _bag(section: ManifestSection) -> Counter[str]:
    bag = Counter(words_of(section.text))
    for word in {*words_of(section.heading), *words_of(section.path)}:
        bag[word] += _HEADING_COUNTS
    return bag


def _wanted(where: Whereabouts) -> dict[str, float]:
    wanted: dict[str, float] = {}
    near = where.before[-_NEAR_CHARACTERS:] + " " + where.after[:_NEAR_CHARACTERS]
    for text, weight in (
        (near, _NAME_WEIGHT),
        (where.language, _LANGUAGE_WEIGHT),
        (where.path, _PATH_WEIGHT),
    ):
        wanted |= {word: weight for word in words_of(text) if len(word) >= _SHORTEST}
    return wanted


def _rarity(holding: int, total: int) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
