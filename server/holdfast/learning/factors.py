"""From counts to what retrieval's weights are multiplied by.

A retriever's factor is how often suggestions that used what it found were taken, over how often all such suggestions of that
language and place were. Few observations say little: a rate is the mean of a beta distribution that begins as forty
suggestions taken as often as expected, so that the factor begins at 1 and leaves it as evidence comes. What is expected at
one place is what the retriever did at the other places of the language. Factors stay within `LEAST_FACTOR` and `MOST_FACTOR`.
"""

from typing import Final

from holdfast.index.retrieval.sign_weights import LEAST_FACTOR, MOST_FACTOR, Factors
from holdfast.learning.tally import ALL, Count, Tally

PRIOR: Final = 40.0
"""Suggestions that what is expected is worth."""
_HARDLY_ANY: Final = 0.5
"""Decayed observations below which a count is as good as none."""
_UNKNOWN: Final = 0.3
_HARDLY_KNOWN: Final = 2.0
"""Before anything was seen at other places: so many suggestions, taken about as often as suggestions are."""


def factors_of(tally: Tally) -> Factors:
    """The factors that `tally` speaks for, by (language, place) and retriever; nothing where there is nothing to say."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for (retriever, language, place), count in tally.cells():
        if retriever != ALL and count.shown >= _HARDLY_ANY:
            factor = _factor(tally, retriever, language, place)
            found.setdefault((language, place), {})[retriever] = min(MOST_FACTOR, max(LEAST_FACTOR, factor))
    return found


def _factor(tally: Tally, retriever: str, language: str, place: str) -> float:
    everybody, elsewhere = tally.of(ALL, language, place), tally.of_others(ALL, language, place)
    base = _rate(everybody, _rate(elsewhere, _UNKNOWN, prior=_HARDLY_KNOWN))
    base_elsewhere = _rate(elsewhere, base)
    # What it did here is no reason to expect the same here: that would count twice.
    did_elsewhere = _rate(tally.of_others(retriever, language, place), base_elsewhere) / base_elsewhere
    return _rate(tally.of(retriever, language, place), min(1.0, base * did_elsewhere)) / base


def _rate(count: Count, expected: float, *, prior: float = PRIOR) -> float:
    """The share of those taken, as `prior` observations of `expected` and the counted ones have it."""
    return (count.taken + prior * expected) / (count.shown + prior)
