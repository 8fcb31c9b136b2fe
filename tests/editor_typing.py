"""Typing in a real editor: what it is to type, and how what it showed is counted.

The same sessions and the same rule as :mod:`holdfast.evaluation.typing_replay`. One thing is harder: the lines that will
be typed stand in no file of the workspace, so that no index has seen them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel

from holdfast.evaluation.typing_answers import TypedModel
from holdfast.evaluation.typing_replay import (
    LONGEST_LOOK_SECONDS,
    PAUSE_SECONDS,
    REST_SECONDS,
    ReplayCount,
    _needed,
    is_true,
)
from holdfast.evaluation.typing_trace import Passage, Session, SourceFile


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class PlannedKey(_Wire):
    """One key: what it types, seconds until the next, and the cursor's line after it, which ends at the cursor."""

    text: str
    seconds: float
    line: int
    line_text: str


class PlannedPassage(_Wire):
    """Where the cursor is put, line and column from 1, and the keys that are then typed."""

    path: str
    line: int
    column: int
    rest_seconds: float
    keys: list[PlannedKey]


class TypingPlan(_Wire):
    """What the editor is given: a workspace without the lines that are typed, these, and settings of its own."""

    endpoint: str
    settings: dict[str, JsonValue] = {}
    files: dict[str, str]
    passages: list[PlannedPassage]


class Meter(BaseModel):
    """What the model server was asked to do meanwhile."""

    model_config = ConfigDict(extra="forbid")
    requests: int
    primings: int
    prefilled_bytes: int
    primed_bytes: int
    most_open: int


class Shown(_Wire):
    """A ghost text, and milliseconds from the key until it was drawn; "" where it went."""

    after_ms: float
    ghost: str


class SeenKey(_Wire):
    """What was shown until the next key, which came after `took_ms`; `asked` is None where nobody looked."""

    shown: list[Shown]
    took_ms: float
    asked: bool | None


class SeenPassage(_Wire):
    """What was seen of a passage, as far as it was typed."""

    keys: list[SeenKey]
    opening: Meter
    typing: Meter


@dataclass(slots=True)
class EditorCount:
    """The count of a replay, and what only a screen has.

    `drawn_after_ms` says for each key that counts how long after it the true text was drawn; `stayed` counts the keys at
    which it still stood there when the next one came, or after the longest look. `late_ms` is how much later than
    planned each key came.
    """

    count: ReplayCount = field(default_factory=ReplayCount)
    stayed: int = 0
    drawn_after_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)

    def add(self, other: "EditorCount") -> None:
        """Sum up."""
        self.count.add(other.count)
        self.stayed += other.stayed
        self.drawn_after_ms += other.drawn_after_ms
        self.late_ms += other.late_ms


def plan_typing(
    session: Session, files: Sequence[SourceFile], endpoint: str, *, most_keys: int | None = None
) -> TypingPlan:
    """The plan of a session; of each passage the first `most_keys`."""
    cuts: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in session.passages:
        cuts[passage.file.path].append(passage)
    texts = {file.path: _without(file.text, cuts[file.path]) for file in files}
    return TypingPlan(
        endpoint=endpoint,
        files={str(PurePosixPath(path)): text for path, text in texts.items()},
        passages=[_plan(passage, most_keys) for passage in session.passages],
    )


def count_seen(session: Session, seen: Sequence[SeenPassage], model: TypedModel) -> EditorCount:
    """Count as a replay does: true text to the end of the line, before the next key, within half a second."""
    total = EditorCount()
    for passage, passage_seen in zip(session.passages, seen, strict=True):
        model.begin(passage)
        _count_passage(total, passage, passage_seen, model)
        total.count.requests += passage_seen.typing.requests
        total.count.primings += passage_seen.typing.primings
        total.count.prefilled_bytes += passage_seen.typing.prefilled_bytes + passage_seen.typing.primed_bytes
        total.count.opening_bytes += passage_seen.opening.prefilled_bytes + passage_seen.opening.primed_bytes
    return total


def _count_passage(total: EditorCount, passage: Passage, seen: SeenPassage, model: TypedModel) -> None:
    for (done, seconds), key in zip(passage.keystrokes(), seen.keys, strict=False):
        total.late_ms.append(key.took_ms - seconds * 1000)
        remaining = passage.typed[done:]
        if key.asked is not None and seconds > PAUSE_SECONDS:
            total.count.pauses += 1
            total.count.asked_pauses += key.asked
        if not remaining.strip():
            continue
        total.count.keystrokes += 1
        if not _is_right(model.said_at(done), remaining):
            continue
        total.count.answerable += 1
        look_ms = min(key.took_ms, LONGEST_LOOK_SECONDS * 1000)
        looked = [shown for shown in key.shown if shown.after_ms <= look_ms]
        right = [shown.after_ms for shown in looked if _is_right(shown.ghost, remaining)]
        total.count.on_screen += bool(right)
        total.count.whole_on_screen += any(is_true(shown.ghost, remaining) for shown in looked)
        total.stayed += bool(looked) and _is_right(looked[-1].ghost, remaining)
        total.drawn_after_ms += right[:1]


def _is_right(text: str, remaining: str) -> bool:
    return is_true(_needed(text, remaining), remaining)


def _plan(passage: Passage, most_keys: int | None) -> PlannedPassage:
    text, start = passage.file.text, passage.start
    return PlannedPassage(
        path=passage.file.path,
        line=text.count("\n", 0, start) + 1,
        column=_column(text, start) + 1,
        rest_seconds=REST_SECONDS,
        keys=list(_keys(passage))[:most_keys],
    )


def _keys(passage: Passage) -> Iterator[PlannedKey]:
    text, before = passage.file.text, 0
    for done, seconds in passage.keystrokes():
        place = passage.start + done
        yield PlannedKey(
            text=passage.typed[before:done],
            seconds=seconds,
            line=text.count("\n", 0, place) + 1,
            line_text=text[place - _column(text, place) : place],
        )
        before = done


def _column(text: str, place: int) -> int:
    return place - (text.rfind("\n", 0, place) + 1)


def _without(text: str, passages: Sequence[Passage]) -> str:
    for passage in sorted(passages, key=lambda passage: passage.start, reverse=True):
        text = text[: passage.start] + text[passage.end :]
    return text
