"""What is asked of a completion, and what is answered."""

from dataclasses import dataclass, field
from typing import Literal

from holdfast.code_chunk import ContextBlock
from holdfast.cursor import Cursor
from holdfast.reasons import Reason

Engine = Literal["model", "embedded", "none"]


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One ask: `automatic` while typing, or invoked by hand, then for up to three `candidates`.

    Texts end their lines with LF only.
    """

    cursor: Cursor
    automatic: bool = True
    candidates: int = 1


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the request on; `first_token` is 0 when no server was asked."""

    index: float = 0.0
    context: float = 0.0
    first_token: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class CompletionAnswer:
    """Text to insert at the cursor ("" with a `reason`), and all that explains it.

    `blocks` are what a model was sent; `sources` the files the embedded engine learnt its answer from. Where more
    candidates were asked for, there may be `alternatives` to `text`, none of them the same. Of several servers,
    `server` is the one that answered.
    """

    text: str = ""
    engine: Engine = "none"
    model: str | None = None
    reason: Reason | None = None
    remedy: str = ""
    prompt: str = ""
    blocks: tuple[ContextBlock, ...] = ()
    sources: tuple[str, ...] = ()
    timings: Timings = field(default_factory=Timings)
    alternatives: tuple[str, ...] = ()
    server: str = ""


def silent(reason: Reason, remedy: str = "") -> CompletionAnswer:
    """No suggestion, and why."""
    return CompletionAnswer(reason=reason, remedy=remedy)
