"""How likely a suggestion is exactly right: a logistic regression over what is known of it.

The product of the tokens' probabilities ranks well but is too sure of itself: it cannot see that an import stands in the
file already, or that its evidence is thin. The coefficients were fitted on packages other than those of the benchmark.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from holdfast.inference.embedded.cursor import Cursor
from holdfast.inference.embedded.evidence import Step
from holdfast.inference.embedded.line_search import Found

_SMALLEST: Final = 1e-3
_NAME: Final = re.compile(r"\w")

INTERCEPT: Final = -0.108
COEFFICIENTS: Final[Mapping[str, float]] = {
    "total": 1.075,
    "first": 0.234,
    "lowest": 0.076,
    "rival": -0.303,
    "unseen": -0.999,
    "length": -0.245,
    "prefix": 0.308,
    "in_word": 0.229,
    "depth": -0.024,
    "lag": 0.027,
    "votes": -0.164,
    "least_depth": 0.225,
    "least_votes": 0.285,
    "least_shape": 0.085,
    "lags": -0.116,
    "end_depth": -0.14,
    "often": 0.76,
    "again_outside": -0.943,
    "above": -0.08,
}


def describe(found: Found, steps: Sequence[Step], cursor: Cursor, line: str) -> dict[str, float]:
    """The features of a suggestion that makes the whole line `line`, indentation aside; `steps` end with the line's."""
    chances = found.line.probabilities
    begun = cursor.prefix.strip()
    again = (cursor.above + "\n").count(line + "\n")
    return {
        "total": math.log(found.line.total),
        "first": math.log(max(chances[0], _SMALLEST)),
        "lowest": math.log(max(min(chances), _SMALLEST)),
        "rival": math.log(max(found.rival, _SMALLEST)),
        "unseen": float(steps[0].votes == 0.0),
        "length": math.log(len(found.line.tokens)),
        "prefix": math.log1p(len(begun)),
        "in_word": float(_NAME.match(begun) is not None),
        "depth": float(steps[0].depth),
        "lag": float(steps[0].deepest - steps[0].depth),
        "votes": math.log1p(steps[0].votes),
        "least_depth": float(min(step.depth for step in steps)),
        "least_votes": math.log1p(min(step.votes for step in steps)),
        "least_shape": float(min(step.by_shape for step in steps)),
        "lags": sum(step.deepest - step.depth for step in steps) / len(steps),
        "end_depth": float(steps[-1].depth),
        "often": math.log1p(again),
        "again_outside": float(again > 0 and cursor.indent == 0),
        "above": math.log1p(cursor.above.count("\n")),
    }


def confidence_of(features: Mapping[str, float]) -> float:
    """The probability, in 0..1."""
    score = INTERCEPT + sum(weight * features[name] for name, weight in COEFFICIENTS.items())
    return 1.0 / (1.0 + math.exp(-score))
