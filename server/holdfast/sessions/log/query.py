"""A question in a person's or an agent's words, as the words to look for.

One word is also the beginning of words, since people look at hits while they type. A long question is mostly words that say
nothing (`what did we decide about …`): they are dropped where others are left.
"""

import re
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.log.stem import stem
from holdfast.sessions.log.words import fold, is_unspaced, words_of

_LONGEST_QUERY: Final = 2_000
_MOST_TERMS: Final = 16
_FEW: Final = 3
_SHORTEST_PREFIX: Final = 3
_PART_WEIGHT: Final = 0.5
_SCOPE_WEIGHT: Final = 0.2
_TOKEN: Final = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")

_STOP_WORDS: Final = frozenset(
    """a about after again all also am an and any are aren as at be because been before being between both but by can
    cannot could couldn d did didn do does doesn doing don done down during each else ever every few for from further get
    give go going got had hadn has hasn have haven having he her here hers him his how i if in into is isn it its just kind
    know let like ll look made make many may maybe me might more most much must my need no nor not now of off ok on once one
    only or other our ours out over own please put re really recall s said same say see shall she should shouldn show so
    some something still such t take tell than that the their them then there these they thing things this those though
    through to told too under until up us use used using ve very want was wasn way we well were weren what when where
    whether which while who whom whose why will with won would wouldn yes yet you your yours""".split()  # noqa: SIM905 - a paragraph of words
)
_SCOPE_WORDS: Final = frozenset(
    """agree agreed ago assistant chat chats chose chosen claude code codebase conversation conversations decide decided
    decision decisions discuss discussed discussion earlier find found history last lately mention mentioned month months
    past previous previously project projects question recent recently remember repo repository search session sessions
    settle settled talk talked time today week weeks work worked working yesterday""".split()  # noqa: SIM905
)
"""Words by which a question says where to look, and hardly ever what for."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word to look for, in letters and digits; `weight` from 0 to 1, `pattern` how it stands in text in lower case."""

    word: str
    weight: float
    pattern: str
    is_prefix: bool


def read_query(text: str) -> tuple[Term, ...]:
    """The terms of `text`, at most 16; none where it holds no letter and no digit. Any text is a question."""
    tokens = list(dict.fromkeys(_TOKEN.findall(fold(text[:_LONGEST_QUERY]))))
    content = [token for token in tokens if token.lower() not in _STOP_WORDS] or tokens
    telling = [token for token in content if token.lower() not in _SCOPE_WORDS]
    is_short = len(telling or content) <= _FEW
    terms: dict[str, Term] = {}
    for token in content:
        weight = _SCOPE_WEIGHT if telling and token not in telling else 1.0
        whole, *parts = words_of(token)
        pattern = r"_*".join(map(re.escape, parts)) if parts and "".join(parts) == whole else _pattern(whole)
        is_long_enough = len(whole) >= _SHORTEST_PREFIX or is_unspaced(whole)
        is_prefix = is_short and is_long_enough and weight == 1.0
        _put(terms, Term(whole, weight, pattern, is_prefix))
        for part in parts:
            if part not in _STOP_WORDS:
                # Two characters of Chinese or Japanese say as much as a word; a part of a name says less than the name.
                _put(
                    terms,
                    Term(part, weight * (_PART_WEIGHT if token.isascii() else 1.0), _pattern(part), is_prefix=False),
                )
    ordered = sorted(terms.values(), key=lambda term: (-term.weight, -len(term.word)))
    return tuple(ordered[:_MOST_TERMS])


def _put(terms: dict[str, Term], term: Term) -> None:
    known = terms.get(term.word)
    if known is None or known.weight < term.weight:
        terms[term.word] = term


_SHORTEST_STUB: Final = 4


def _pattern(word: str) -> str:
    """How a word stands in text in any of its forms: only for counting and for excerpts."""
    begun = stem(word)
    begun = begun.removesuffix("y")
    # A short word inside a longer one is another word.
    return (
        re.escape(begun)
        if len(begun) >= _SHORTEST_STUB or not word.isascii()
        else rf"(?<![a-z]){re.escape(word)}(?![a-z])"
    )
