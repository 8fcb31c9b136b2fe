"""Replays typing sessions against a client of the simulated server, and counts what was on screen.

A keystroke counts when text remains to be typed. It is *on screen* when, before the next key and within 0.5 s, the
client answered with text that is how the file goes on, at least to the end of the line (of the next line, where the
line is complete). The editor asks 40 ms after a key and cancels what it asked before, as VS Code does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final, Protocol

from holdfast.cursor import Cursor
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.typing_answers import TypedModel
from holdfast.evaluation.typing_trace import Passage, Session

ASK_AFTER_SECONDS: Final = 0.04
LONGEST_LOOK_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 0.3
REST_SECONDS: Final = 2.0
"""Between opening a file, or jumping, and the first key there."""


class TypingClient(Protocol):
    """What completes while a session is typed."""

    async def cursor_rests(self, cursor: Cursor) -> None:
        """A file was opened, or the cursor jumped."""

    async def key_typed(self, cursor: Cursor) -> None:
        """The text changed."""

    async def complete(self, cursor: Cursor) -> str:
        """The suggestion at `cursor`; cancelled at the next key."""

    async def aclose(self) -> None:
        """The editor closes."""


@dataclass(slots=True)
class ReplayCount:
    """Keystrokes that counted, those with the true text on screen, and what the server did meanwhile.

    `answerable` are the keystrokes at which the model would be right if it were asked, to the end of the line; of those
    `on_screen` counts suggestions that are right so far, and `whole_on_screen` those whose further lines are right too.
    `pauses` are waits of more than 0.3 s between keys, `asked_pauses` those in which a request was sent. Bytes and
    requests are of the time between the first and the last key of each passage; `opening_bytes` were read before it,
    while a file opened or the cursor had jumped.
    """

    keystrokes: int = 0
    answerable: int = 0
    on_screen: int = 0
    whole_on_screen: int = 0
    requests: int = 0
    primings: int = 0
    prefilled_bytes: int = 0
    opening_bytes: int = 0
    pauses: int = 0
    asked_pauses: int = 0

    def add(self, other: "ReplayCount") -> None:
        """Sum up."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def share_on_screen(self) -> float:
        """Of the keystrokes at which the model would be right."""
        return self.on_screen / max(1, self.answerable)


Connect = Callable[[SimulatedServer], Awaitable[TypingClient]]


async def replay(
    session: Session, root: Path, connect: Connect, model: TypedModel, *, prefill: float, decode: float
) -> ReplayCount:
    """Type one session with a new client and a new server that says what `model` says."""
    server = SimulatedServer(model, prefill=prefill, decode=decode)
    client = await connect(server)
    count = ReplayCount()
    for passage in session.passages:
        read = server.meter.read_bytes
        model.begin(passage)
        await client.cursor_rests(_cursor(passage, 0, root))
        await asyncio.sleep(REST_SECONDS)
        count.opening_bytes += server.meter.read_bytes - read
        before = replace(server.meter)
        await _type(client, model, passage, root, server, count)
        count.requests += server.meter.requests - before.requests
        count.primings += server.meter.primings - before.primings
        count.prefilled_bytes += server.meter.read_bytes - before.read_bytes
    await client.aclose()
    return count


async def _type(
    client: TypingClient, model: TypedModel, passage: Passage, root: Path, server: SimulatedServer, count: ReplayCount
) -> None:
    for done, seconds in passage.keystrokes():
        model.typed = done
        remaining = passage.typed[done:]
        requests = server.meter.requests
        text = await _one_key(client, _cursor(passage, done, root), seconds)
        if seconds > PAUSE_SECONDS:
            count.pauses += 1
            count.asked_pauses += server.meter.requests > requests
        if remaining.strip():
            count.keystrokes += 1
            if is_true(_needed(model.said_at(done), remaining), remaining):
                count.answerable += 1
                count.on_screen += is_true(_needed(text, remaining), remaining)
                count.whole_on_screen += is_true(text, remaining)


async def _one_key(client: TypingClient, cursor: Cursor, seconds: float) -> str:
    """What is on screen before the next key, which comes after `seconds`."""
    loop = asyncio.get_running_loop()
    next_key = loop.time() + seconds
    await client.key_typed(cursor)
    asking = asyncio.create_task(_ask(client, cursor))
    done, _ = await asyncio.wait([asking], timeout=min(seconds, LONGEST_LOOK_SECONDS))
    text = asking.result() if done else ""
    await asyncio.sleep(next_key - loop.time())  # an answer does not make the next key come sooner
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    return text


async def _ask(client: TypingClient, cursor: Cursor) -> str:
    await asyncio.sleep(ASK_AFTER_SECONDS)
    return await client.complete(cursor)


def is_true(text: str, remaining: str) -> bool:
    """Whether `text` is how it goes on, to the end of the line or, at a line's end, of the next line with text."""
    return bool(text.strip()) and remaining.startswith(text) and len(text) >= _line_end(remaining)


def _needed(text: str, remaining: str) -> str:
    """`text` up to the end of the line that is being typed, where it says more."""
    end = _line_end(remaining)
    return text[:end] if not text[end:].partition("\n")[0].strip() else text


def _line_end(remaining: str) -> int:
    """Where the line that is being typed ends or, at a line's end, the next line with text."""
    body = remaining.lstrip("\n \t") if remaining.startswith("\n") else remaining
    return len(remaining) - len(body) + len(body.split("\n", 1)[0].rstrip())


def _cursor(passage: Passage, done: int, root: Path) -> Cursor:
    place = passage.start + done
    text = passage.file.text
    file = root / passage.file.path
    return Cursor(file.as_uri(), root, passage.file.path, passage.file.language, text[:place], text[passage.end :])
