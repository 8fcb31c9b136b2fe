"""Where a suggestion stops being likely to be right, by the probabilities that the server gave its tokens.

The product of the tokens' probabilities is how probable the model finds it that all of the text up to there is what
comes next. A text is shown as far as that is no less than a threshold. Of all rules that look at one probability for
each token this one shows the most right text for the same amount of wrong text, where the probabilities are honest;
how honest they are for code, and other measures (a mean over the tokens, the least of them): Spiess et al.,
"Calibration and Correctness of Language Models for Code" (arXiv:2402.02047). A mean over a line keeps lines that are
wrong at their one doubtful name, which is where code is wrong.

No name is shown in part. What is known goes on beyond the cut, and is looked at again when typing has come closer to
it, when fewer tokens remain to be right.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.inference.model_server import ScoredToken

_LEAST_WORTH: Final = 3
"""Characters that a suggestion which was cut still has; fewer are typed sooner than they are read."""


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """`[start, end)` of a text came with this probability, as its natural logarithm."""

    start: int
    end: int
    logprob: float


def placed(tokens: Sequence[ScoredToken], text: str, start: int, end: int) -> list[ScoredSpan]:
    """The `tokens` of a piece `text` that stands at `[start, end)`.

    A server that held characters back may score only the last of them; where text and tokens do not agree at all
    (characters of several tokens, or some that were taken out), the whole piece counts as its least likely token.
    """
    joined = "".join(token.text for token in tokens)
    if not tokens or start >= end:
        return []
    if end - start != len(text) or not text.endswith(joined):
        return [ScoredSpan(start, end, min(token.logprob for token in tokens))]
    spans, at = [], end - len(joined)
    for token in tokens:
        spans.append(ScoredSpan(at, at + len(token.text), token.logprob))
        at += len(token.text)
    return spans


def moved(spans: Iterable[ScoredSpan], by: int) -> tuple[ScoredSpan, ...]:
    """The same spans in a text that has `by` characters more before them."""
    return tuple(ScoredSpan(span.start + by, span.end + by, span.logprob) for span in spans)


def left_after(spans: Iterable[ScoredSpan], typed: int) -> tuple[ScoredSpan, ...]:
    """What the spans say of the rest of their text, once `typed` characters of it have turned out right.

    Of a token that is typed in part, the doubt is taken to be spread evenly over its characters.
    """
    return tuple(
        ScoredSpan(
            max(0, span.start - typed),
            span.end - typed,
            span.logprob * (span.end - max(span.start, typed)) / (span.end - span.start),
        )
        for span in spans
        if span.end > max(typed, span.start)
    )


def likely_length(text: str, spans: Iterable[ScoredSpan], least: float) -> int:
    """How many characters of `text` to show, so that all of them are right with a probability of `least` or more.

    0 where what is left is not worth showing. Text without scores counts as sure, and so do blanks within a line, which
    are brought into the document's form anyway.
    """
    if least <= 0:
        return len(text)
    doubt, most = 0.0, -math.log(least)
    for span in spans:
        said = text[span.start : span.end]
        if said.isspace() and "\n" not in said:
            continue
        doubt -= span.logprob
        if said and doubt > most + 1e-9:
            return _worth(text, _before_name(text, span.start))
    return len(text)


def likely_part(clean: str, said: str, spans: Iterable[ScoredSpan], least: float) -> str:
    """The likely part of `clean`, which the filters made of the scored text `said`.

    They drop a beginning or an end, and change white space; where they did more, it is shown whole or not at all.
    """
    length = likely_length(said, spans, least)
    if length >= len(said):
        return clean
    dense, dense_clean = "".join(said.split()), "".join(clean.split())
    dropped = dense.find(dense_clean)
    if dropped < 0:
        return ""
    left = len("".join(said[:length].split())) - dropped
    if left >= len(dense_clean):
        return clean
    for place, char in enumerate(clean):
        if left <= 0:
            return clean[: _worth(clean, place)]
        left -= not char.isspace()
    return clean


def _before_name(text: str, place: int) -> int:
    """`place`, or where the name begins that it stands in the middle of."""
    while 0 < place < len(text) and _is_of_name(text[place - 1]) and _is_of_name(text[place]):
        place -= 1
    return place


def _is_of_name(char: str) -> bool:
    return char == "_" or char.isalnum()


def _worth(text: str, place: int) -> int:
    """Where to cut before `place` so that a good suggestion remains; 0 where none does."""
    shown = text[:place].rstrip()
    words = shown.strip()
    return len(shown) if len(words) >= _LEAST_WORTH and any(map(_is_of_name, words)) else 0
