"""What a threshold of confidence does to what is shown: measured on answers whose tokens have probabilities."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.completion.confidence import ScoredSpan, placed
from holdfast.completion.filters.order import clean
from holdfast.completion.offer import likely_of
from holdfast.completion.shown_part import shown_part
from holdfast.cursor import Cursor
from holdfast.inference.model_server import Piece

THRESHOLDS: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """What a model said at `cursor`, as `pieces`; `true` is what a person typed there."""

    cursor: Cursor
    true: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """All that was said."""
        return "".join(piece.text for piece in self.pieces)

    def scores(self) -> list[ScoredSpan]:
        """How probable the model found it, token by token."""
        spans: list[ScoredSpan] = []
        at = 0
        for piece in self.pieces:
            spans += placed(piece.tokens, piece.text, at, at + len(piece.text))
            at += len(piece.text)
        return spans


@dataclass(frozen=True, slots=True)
class Offered:
    """One suggestion as it is shown: its characters up to the first wrong one, the others, its probability as told."""

    right: int
    wrong: int
    told: float


@dataclass(frozen=True, slots=True)
class ConfidenceRow:
    """All suggestions at one threshold. `told` is the mean probability that the model gives what is shown of them."""

    threshold: float
    places: int
    shown: int
    wholly_right: int
    right_characters: int
    wrong_characters: int
    told: float


def offered(answer: ScoredAnswer, thresholds: Sequence[float]) -> list[Offered | None]:
    """What is shown of an answer at each threshold, by the very rules of the product; None where nothing is."""
    scores, cursor = answer.scores(), answer.cursor
    part = shown_part(answer.text, cursor, finished=True).text
    whole, _ = clean(part, cursor)
    shown = [likely_of(whole, part, cursor, scores, threshold)[0] if whole else "" for threshold in thresholds]
    return [_judged(text, answer.true, scores) if text else None for text in shown]


def _judged(text: str, true: str, scores: Sequence[ScoredSpan]) -> Offered:
    right = next((at for at, (said, typed) in enumerate(zip(text, true, strict=False)) if said != typed), None)
    right = min(len(text), len(true)) if right is None else right
    doubt = sum(span.logprob for span in scores if span.start < len(text))
    return Offered(right, len(text) - right, math.exp(doubt))


def _row(threshold: float, all_offered: Sequence[Offered | None]) -> ConfidenceRow:
    found = [each for each in all_offered if each is not None]
    return ConfidenceRow(
        threshold,
        len(all_offered),
        len(found),
        sum(each.wrong == 0 for each in found),
        sum(each.right for each in found),
        sum(each.wrong for each in found),
        sum(each.told for each in found) / len(found) if found else 0.0,
    )


def measure_confidence(
    answers: Sequence[ScoredAnswer], thresholds: Sequence[float] = THRESHOLDS
) -> tuple[ConfidenceRow, ...]:
    """A row for each threshold."""
    by_answer = [offered(answer, thresholds) for answer in answers]
    return tuple(_row(threshold, [row[at] for row in by_answer]) for at, threshold in enumerate(thresholds))
