"""What a scripted server does with one request: an answer as a row of small steps."""

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Send:
    """Write `data` as one HTTP chunk."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for a while, or until the client is gone."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Do nothing until the test opens `gate`, or until the client is gone."""

    gate: threading.Event


@dataclass(frozen=True, slots=True)
class HangUp:
    """Reset the connection here."""


Step = Send | Pause | WaitFor | HangUp

NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
_PIECES: Final = re.compile(r"\s?\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and the body's steps; `before_head` comes before the status line is sent."""

    steps: tuple[Step, ...] = ()
    status: int = 200
    content_type: str = NDJSON
    headers: Mapping[str, str] = field(default_factory=dict)
    before_head: tuple[Step, ...] = ()

    def after(self, *steps: Step) -> "Answer":
        """The same, with `steps` before anything of it is sent."""
        return replace(self, before_head=(*steps, *self.before_head))


def line(values: Mapping[str, object]) -> bytes:
    """One line of NDJSON, as Go writes it: UTF-8, not escaped."""
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def pieces(text: str) -> list[str]:
    """`text` cut about where a tokenizer would."""
    return _PIECES.findall(text)


def token_line(text: str) -> bytes:
    """The line that carries one token."""
    return line({"model": "m", "created_at": "2025-01-01T00:00:00Z", "response": text, "done": False})


def last_line(*, done_reason: str = "stop", prompt_tokens: int = 0, generated: int = 0) -> bytes:
    """The line that ends a stream. Times are nanoseconds."""
    return line(
        {
            "model": "m",
            "created_at": "2025-01-01T00:00:00Z",
            "response": "",
            "done": True,
            "done_reason": done_reason,
            "total_duration": 9_000_000,
            "load_duration": 1_000_000,
            "prompt_eval_count": prompt_tokens,
            "prompt_eval_duration": 5_000_000,
            "eval_count": generated,
            "eval_duration": 3_000_000,
        }
    )


def stream(
    text: str | Sequence[str], *, done_reason: str | None = "stop", prompt_tokens: int = 0, delay_s: float = 0.0
) -> Answer:
    """`text` token by token, `delay_s` before each, then the last line unless `done_reason` is None."""
    tokens = pieces(text) if isinstance(text, str) else list(text)
    steps: list[Step] = []
    for token in tokens:
        if delay_s:
            steps.append(Pause(delay_s))
        steps.append(Send(token_line(token)))
    if done_reason is not None:
        end = last_line(done_reason=done_reason, prompt_tokens=prompt_tokens, generated=len(tokens))
        steps.append(Send(end))
    return Answer(tuple(steps))


def raw(*data: bytes, content_type: str = NDJSON) -> Answer:
    """Exactly these bytes, each its own chunk."""
    return Answer(tuple(Send(part) for part in data), content_type=content_type)


def in_slices(answer: Answer, size: int) -> Answer:
    """The same body cut every `size` bytes, also inside lines and characters."""
    body = b"".join(step.data for step in answer.steps if isinstance(step, Send))
    return replace(answer, steps=tuple(Send(body[at : at + size]) for at in range(0, len(body), size)))


def refusal(status: int, message: str) -> Answer:
    """An error as Ollama words it."""
    return Answer((Send(json.dumps({"error": message}).encode()),), status=status, content_type=JSON)


def page(title: str, *, status: int = 200) -> Answer:
    """A web page of something that is not Ollama."""
    html = f"<!doctype html><html><head><title>{title}</title></head><body>Hello</body></html>"
    return Answer((Send(html.encode()),), status=status, content_type=HTML)


def redirect(location: str, *, status: int = 307) -> Answer:
    """Go elsewhere."""
    return Answer(status=status, headers={"Location": location})


def as_json(values: object) -> Answer:
    """A whole JSON answer."""
    return Answer((Send(json.dumps(values, ensure_ascii=False).encode()),), content_type=JSON)


def embeddings(vectors: Sequence[Sequence[float]]) -> Answer:
    """An answer of /api/embed. Not a number is written as Python and JavaScript write it: NaN."""
    return as_json({"model": "m", "embeddings": [list(vector) for vector in vectors], "total_duration": 1_000_000})


def hanging(after: Iterable[Step] = (), *, headers_first: bool = True) -> Answer:
    """An answer that stops after the steps of `after` and never goes on; without `headers_first`, before its head."""
    never = WaitFor(threading.Event())
    return Answer((*after, never)) if headers_first else Answer(before_head=(never,))
