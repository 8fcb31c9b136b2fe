"""What speaks for each token of a suggestion: how long the contexts are that led to it, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.inference.embedded.matches import Matches


@dataclass(frozen=True, slots=True)
class Step:
    """The case for one token.

    `depth` is the longest context that voted for it, `deepest` the longest that voted at all, `votes` the weight behind
    it, `by_shape` the longest match with other names.
    """

    depth: int
    deepest: int
    votes: float
    by_shape: int


def weigh_step(plain: Sequence[Matches], renamed: Sequence[Matches], tokens: frozenset[int]) -> Step:
    """The evidence for the next token being one of `tokens`."""
    rows = [row for match in plain for row in match.rows()]
    chosen = [row for row in rows if row[1] in tokens]
    shaped = (depth for match in renamed for depth, token, _ in match.rows() if token in tokens)
    return Step(
        depth=max((depth for depth, _, _ in chosen), default=0),
        deepest=max((depth for depth, _, _ in rows), default=0),
        votes=sum(weight for _, _, weight in chosen),
        by_shape=max(shaped, default=0),
    )
