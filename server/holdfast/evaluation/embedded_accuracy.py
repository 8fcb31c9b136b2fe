"""How often the embedded engine is right: seeded places in real files, the rest of the line hidden.

A place is a line that is not blank, all equally likely, and a column strictly inside its text. The engine knows the other
files and the text above the cursor, nothing else: the file itself is not counted on disk, because it is an open buffer
that ends at the cursor. A suggestion is right when it equals the rest of the line, trailing white space aside.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.evaluation.prose_lines import prose_lines
from holdfast.inference.embedded.build import CorpusSummary, build_corpus
from holdfast.inference.embedded.engine import EmbeddedEngine, EmbeddedRequest
from holdfast.inference.embedded.lexer import count_words
from holdfast.inference.embedded.source_text import Source

LONG: Final = 3
"""Tokens from which a suggestion counts as long."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a source: `before` it, and the hidden `rest` of its line; `is_code` unless the line is prose."""

    path: str
    language: str
    before: str
    rest: str
    is_code: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back at a place; "" for silence."""

    place: Place
    text: str
    confidence: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Suggestions of one length class: how many were `given` and how many were `right`, at `places` places."""

    given: int
    right: int
    places: int

    @property
    def precision(self) -> float:
        """Right ones among those given; 0 when none was."""
        return self.right / self.given if self.given else 0.0

    @property
    def share(self) -> float:
        """Places that got one."""
        return self.given / self.places if self.places else 0.0


@dataclass(frozen=True, slots=True)
class EmbeddedAccuracy:
    """The report: long suggestions (LONG tokens or more), short ones, answer times, and what was built.

    `long_in_code` is `long` without the places in comments and docstrings.
    """

    long: Tally
    long_in_code: Tally
    short: Tally
    p50_ms: float
    p95_ms: float
    corpus: CorpusSummary


def pick_places(sources: Sequence[Source], count: int, seed: int) -> list[Place]:
    """`count` places, the same for the same sources and seed."""
    lines = [
        (source, number, line)
        for source in sources
        for number, line in enumerate(source.text.split("\n"))
        if len(line.strip()) > 1
    ]
    prose = {source.path: prose_lines(source.text) for source in sources}
    generator = random.Random(seed)  # noqa: S311 -- a sample, not a secret
    places = []
    for _ in range(count if lines else 0):
        source, number, line = generator.choice(lines)
        indent = len(line) - len(line.lstrip())
        column = generator.randrange(indent + 1, len(line.rstrip()))
        above = "".join(part + "\n" for part in source.text.split("\n")[:number])
        places.append(
            Place(
                source.path,
                source.language,
                above + line[:column],
                line[column:].rstrip(),
                number not in prose[source.path],
            )
        )
    return places


def answer_places(engine: EmbeddedEngine, places: Sequence[Place], clock: Callable[[], float]) -> list[Answer]:
    """Ask `engine` at each place, as an editor would: the buffer is learnt, then completed."""
    answers = []
    for place in places:
        began = clock()
        engine.refresh()
        engine.learn(place.path, place.language, place.before)
        found = engine.complete(EmbeddedRequest(place.path, place.language, place.before, ""))
        took = (clock() - began) * 1000
        engine.forget(place.path)
        answers.append(Answer(place, found.text if found else "", found.confidence if found else 0.0, took))
    return answers


def measure_embedded(
    directory: Path, sources: Sequence[Source], *, count: int, seed: int, clock: Callable[[], float] = time.perf_counter
) -> EmbeddedAccuracy:
    """Build a corpus of `sources` under `directory` and ask at `count` places. Raises what building raises."""
    corpus = build_corpus(directory, sources)
    engine = EmbeddedEngine(directory, clock=clock)
    answers = answer_places(engine, pick_places(sources, count, seed), clock)
    times = sorted(answer.milliseconds for answer in answers) or [0.0]
    return EmbeddedAccuracy(
        long=_tally(answers, lambda words: words >= LONG),
        long_in_code=_tally([answer for answer in answers if answer.place.is_code], lambda words: words >= LONG),
        short=_tally(answers, lambda words: 0 < words < LONG),
        p50_ms=times[len(times) // 2],
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        corpus=corpus,
    )


def is_right(answer: Answer) -> bool:
    """Whether the suggestion is exactly the rest of the line."""
    return answer.text.rstrip() == answer.place.rest.rstrip()


def _tally(answers: Sequence[Answer], counts: Callable[[int], bool]) -> Tally:
    given = [answer for answer in answers if counts(count_words(answer.text))]
    return Tally(given=len(given), right=sum(map(is_right, given)), places=len(answers))
