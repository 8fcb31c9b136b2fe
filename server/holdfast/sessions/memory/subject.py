"""What a remembered sentence is for, and what it is against: by this a later one is known to contradict an earlier one.

"Use httpx instead of requests" is for {httpx} and against {requests}. A later "go back to requests" is for what that was
against, and "don't use httpx" against what it was for: either way the earlier one no longer holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from holdfast.sessions.memory.late_pattern import compiled
from holdfast.sessions.memory.mentions import names_in

_MOST_WORDS: Final = 4
_FOR: Final = (
    r"use|uses|using|go with|going with|go for|stick (?:to|with)|keep|prefer|choose|chose|chosen|pick(?:ed)?|adopt|"
    r"(?:go|switch|move|moving|switching) (?:back )?to|back to|switch to|standardi[sz]e on|opted for|went with|"
    r"verwenden?|nutzen?|nehmen?|nimm|benutzen?|zurück zu|bleiben bei|wechseln (?:zu|auf)|setzen auf|"
    r"utilis(?:e|er|ons)|garder|garde|prend(?:s|re)|revenir à|passer? à|on part sur|préf(?:ère|érer)|"
    r"usar?|usemos|usamos|volver a|prefiere|elegir"
)
_AGAINST: Final = (
    r"instead of|rather than|in place of|over|(?:do not|don't|dont|never|not|no longer|stop|avoid|without|against)(?: (?:use|using|to use|add|adding))?|"
    r"drop|remove|get rid of|away from|"
    r"statt|anstatt|anstelle(?: von)?|nicht(?: mehr)?|keine?n?|nie(?:mals)?|ohne|weg von|"
    r"au lieu d[e']|plutôt qu[e']|à la place d[e']|pas(?: d[e'])?|jamais|sans|"
    r"en lugar de|en vez de|nunca uses|no uses|sin"
)
_MARK: Final = rf"(?i)(?<!\w)(?:(?P<against>{_AGAINST})|(?P<for>{_FOR}))(?!\w)"
_END: Final = (
    r"(?i)[,;:.!?()\u2013\u2014](?:\s|$)|\s(?:because|since|for|in|on|as|when|where|if|so|but|and then|weil|denn|für|damit|wenn|beim?|"
    r"car|parce|pour|dans|quand|porque|para|cuando|en)\s"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of what is wanted and of what is not."""

    wanted: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ruling:
    """The subject of a decision or a correction, and whether a person said it."""

    subject: Subject
    by_person: bool = True


@lru_cache(maxsize=4_000)
def subject_of(text: str) -> Subject:
    """What `text` is for and against; nothing where it does not say so by one of the usual words."""
    marks = list(compiled(_MARK).finditer(text))
    wanted: set[str] = set()
    refused: set[str] = set()
    is_against = False
    for number, mark in enumerate(marks):
        stop = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        end = compiled(_END).search(text, mark.end(), stop)
        words = names_in(text[mark.end() : end.start() if end else stop])[:_MOST_WORDS]
        # In "don't ever use X" and "stop using X" the first word decides what the second is about.
        is_joined = is_against and number > 0 and not text[marks[number - 1].end() : mark.start()].strip()
        is_against = mark["against"] is not None or is_joined
        (refused if is_against else wanted).update(words)
    return Subject(frozenset(wanted - refused), frozenset(refused - wanted))


def overruled(rulings: Sequence[Ruling]) -> frozenset[int]:
    """The places in `rulings`, which stand newest first, that a newer one contradicts.

    What is overruled overrules nothing, and what a model wrote overrules nothing that a person said.
    """
    wanted_by: dict[str, list[int]] = {}
    refused_by: dict[str, list[int]] = {}
    found: set[int] = set()
    for number, ruling in enumerate(rulings):
        subject = ruling.subject
        rivals = {*_rivals(subject.wanted, refused_by), *_rivals(subject.refused, wanted_by)}
        if any(_overrules(rulings[rival], ruling) for rival in rivals):
            found.add(number)
            continue
        for words, index in ((subject.wanted, wanted_by), (subject.refused, refused_by)):
            for word in words:
                index.setdefault(word, []).append(number)
    return frozenset(found)


def _rivals(words: Iterable[str], index: dict[str, list[int]]) -> list[int]:
    return [rival for word in words for rival in index.get(word, ())]


def _overrules(newer: Ruling, older: Ruling) -> bool:
    if older.by_person and not newer.by_person:
        return False
    now, then = newer.subject, older.subject
    return _is_same(now.refused, then.wanted) or _is_same(now.wanted, then.refused)


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the words of one are among those of the other: "requests" and "the requests library" are one thing."""
    return bool(one and other) and (one <= other or other <= one)
