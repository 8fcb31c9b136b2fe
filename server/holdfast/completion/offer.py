"""From a part of a generated text to what is offered: cleaned by the filters, cut where it gets unlikely."""

from collections.abc import Iterable

from holdfast.completion.confidence import ScoredSpan, likely_part
from holdfast.completion.filters.drop_what_follows import drop_what_follows
from holdfast.completion.filters.order import clean
from holdfast.cursor import Cursor
from holdfast.reasons import Reason


def offer(part: str, cursor: Cursor, scores: Iterable[ScoredSpan], least: float) -> tuple[str, Reason | None]:
    """The text to show of `part`, whose tokens have `scores`; ("", reason) where nothing of it is.

    It is right with a probability of `least` or more, as far as the model knows.
    """
    text, reason = clean(part, cursor)
    return likely_of(text, part, cursor, scores, least) if text else ("", reason)


def likely_of(
    text: str, part: str, cursor: Cursor, scores: Iterable[ScoredSpan], least: float
) -> tuple[str, Reason | None]:
    """The same once the filters have made `text` of `part`."""
    likely = likely_part(text, part, scores, least)
    if likely == text:
        return text, None
    likely = drop_what_follows(likely, cursor)  # a beginning may repeat what the whole did not
    return (likely, None) if likely.strip() else ("", "low_confidence")
