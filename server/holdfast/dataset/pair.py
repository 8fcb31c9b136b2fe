"""Fill-in-the-middle pairs of one file: what stands before a part, what follows it, and the part.

The text is redacted before it is cut, so that no secret is torn in two; a part that holds a mark is not used, since nobody
wants a model that writes marks.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.index.fillable_spans import FillableSpan, SpanKind, fillable_spans
from holdfast.inference.control_tokens import neutralise

PREFIX_BYTES: Final = 6_000
SUFFIX_BYTES: Final = 2_000
_MOST_OF_MIDDLE: Final = 2_000
_LEAST_OF_MIDDLE: Final = 8
_LINES_FOR_ONE: Final = 12
_MOST_OF_FILE: Final = 60
_MARK: Final = b"[REDACTED:"


@dataclass(frozen=True, slots=True)
class Pair:
    """`prefix + middle + suffix` stands in the file as it is here, redacted; `line` (from 1) is where the middle begins."""

    path: str
    language: str
    kind: SpanKind
    line: int
    prefix: str
    middle: str
    suffix: str


def cut_pairs(path: str, language: str, redacted: str, seed: int, skipped: Counter[str]) -> Iterator[Pair]:
    """The pairs of one file, at most one for each dozen lines: the same for the same text, path and seed.

    What was passed over is counted in `skipped`.
    """
    data = redacted.encode("utf-8", "replace")
    spans = [span for span in fillable_spans(language, data) if _is_worth(data[span.start : span.end])]
    for span in sorted(_chosen(spans, f"{seed}:{path}", data.count(b"\n")), key=lambda span: (span.start, span.end)):
        middle = data[span.start : span.end]
        if _MARK in middle:
            skipped["the part to fill held a secret"] += 1
            continue
        pair = Pair(
            path=path,
            language=language,
            kind=span.kind,
            line=data.count(b"\n", 0, span.start) + 1,
            prefix=_end_of(data[: span.start]),
            middle=middle.decode(),
            suffix=_beginning_of(data[span.end :]),
        )
        if any(neutralise(text) != text for text in (path, pair.prefix, pair.middle, pair.suffix)):
            skipped["a model's control token stood in it"] += 1
            continue
        yield pair


def _chosen(spans: Sequence[FillableSpan], seed: str, lines: int) -> list[FillableSpan]:
    """As many of each kind as there is room for; a kind of which there are few leaves its room to the others."""
    chance = random.Random(seed)  # noqa: S311 - a sample, the same at every run
    room = min(_MOST_OF_FILE, 1 + lines // _LINES_FOR_ONE)
    waiting = {kind: [span for span in spans if span.kind == kind] for kind in ("body", "statement", "arguments")}
    for of_kind in waiting.values():
        chance.shuffle(of_kind)
    chosen: list[FillableSpan] = []
    while len(chosen) < room and any(waiting.values()):
        for of_kind in waiting.values():
            if of_kind and len(chosen) < room:
                chosen.append(of_kind.pop())
    return chosen


def _is_worth(middle: bytes) -> bool:
    return len(middle) <= _MOST_OF_MIDDLE and len(b"".join(middle.split())) >= _LEAST_OF_MIDDLE


def _end_of(data: bytes) -> str:
    """The end of what stands before, from the beginning of a line on where there is one."""
    if len(data) <= PREFIX_BYTES:
        return data.decode()
    start = data.find(b"\n", len(data) - PREFIX_BYTES) + 1
    return data[start or len(data) - PREFIX_BYTES :].decode(errors="ignore")


def _beginning_of(data: bytes) -> str:
    if len(data) <= SUFFIX_BYTES:
        return data.decode()
    end = data.rfind(b"\n", 0, SUFFIX_BYTES) + 1
    return data[: end or SUFFIX_BYTES].decode(errors="ignore")
