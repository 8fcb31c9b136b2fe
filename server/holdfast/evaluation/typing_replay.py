"""Replays typing sessions against a client of the simulated server, and counts what was on screen.

A keystroke counts when text remains to be typed. It is *on screen* when, before the next key and within 0.5 s, the
client answered with text that is how the file goes on, at least to the end of the line (of the next line, where the
line is complete). The editor asks 40 ms after a key and cancels what it asked before, as VS Code does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from holdfast.cursor import Cursor
from holdfast.evaluation.simulated_server import ServerMeter, SimulatedServer
from holdfast.evaluation.typing_trace import Passage, Session

ASK_AFTER_SECONDS: Final = 0.04
LONGEST_LOOK_SECONDS: Final = 0.5
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
    """Keystrokes that counted, those with the true text on screen, and what the server did meanwhile."""

    keystrokes: int = 0
    on_screen: int = 0
    requests: int = 0
    prefilled_bytes: int = 0
    primed_bytes: int = 0

    def add(self, other: "ReplayCount") -> None:
        """Sum up."""
        self.keystrokes += other.keystrokes
        self.on_screen += other.on_screen
        self.requests += other.requests
        self.prefilled_bytes += other.prefilled_bytes
        self.primed_bytes += other.primed_bytes

    @property
    def share_on_screen(self) -> float:
        """Of the keystrokes that counted."""
        return self.on_screen / max(1, self.keystrokes)


class TrueText:
    """The model that is right: it says how the passage goes on, up to what follows it."""

    def __init__(self) -> None:
        self.passage: Passage | None = None
        self.typed = 0

    def __call__(self, prefix: str, suffix: str) -> str:
        """The rest of the passage after `prefix`, which need not be what is typed by now."""
        del suffix
        passage = self.passage
        if passage is None:
            return ""
        tail = prefix[-200:]
        before = passage.file.text[max(0, passage.start - 200) : passage.start]
        places = sorted(range(len(passage.typed) + 1), key=lambda place: abs(place - self.typed))
        for place in places:
            if (before + passage.typed[:place]).endswith(tail[-(len(before) + place) :]):
                return passage.typed[place:]
        return ""


Connect = Callable[[SimulatedServer], Awaitable[TypingClient]]


async def replay(session: Session, root: Path, connect: Connect, *, prefill: float, decode: float) -> ReplayCount:
    """Type one session with a new client and a new server."""
    truth = TrueText()
    server = SimulatedServer(truth, prefill=prefill, decode=decode)
    client = await connect(server)
    count = ReplayCount()
    for passage in session.passages:
        truth.passage, truth.typed = passage, 0
        await client.cursor_rests(_cursor(passage, 0, root))
        await asyncio.sleep(REST_SECONDS)
        before = ServerMeter(server.meter.requests, 0, server.meter.prefilled_bytes, 0)
        for done, seconds in passage.keystrokes():
            truth.typed = done
            await _one_key(client, _cursor(passage, done, root), passage.typed[done:], seconds, count)
        count.requests += server.meter.requests - before.requests
        count.prefilled_bytes += server.meter.prefilled_bytes - before.prefilled_bytes
    count.primed_bytes = server.meter.primed_bytes
    await client.aclose()
    return count


async def _one_key(client: TypingClient, cursor: Cursor, remaining: str, seconds: float, count: ReplayCount) -> None:
    await client.key_typed(cursor)
    asking = asyncio.create_task(_ask(client, cursor))
    look = min(seconds, LONGEST_LOOK_SECONDS)
    done, _ = await asyncio.wait([asking], timeout=look)
    text = asking.result() if done else ""
    if not done and seconds > look:
        await asyncio.wait([asking], timeout=seconds - look)
    elif seconds > look:
        await asyncio.sleep(seconds - look)
    if done and seconds == look:
        await asyncio.sleep(0)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    if remaining.strip():
        count.keystrokes += 1
        count.on_screen += is_true(text, remaining)


async def _ask(client: TypingClient, cursor: Cursor) -> str:
    await asyncio.sleep(ASK_AFTER_SECONDS)
    return await client.complete(cursor)


def is_true(text: str, remaining: str) -> bool:
    """Whether `text` is how it goes on, to the end of the line or, at a line's end, of the next line with text."""
    if not text.strip() or not remaining.startswith(text):
        return False
    body = remaining.lstrip("\n \t") if remaining.startswith("\n") else remaining
    end = len(remaining) - len(body) + len(body.split("\n", 1)[0].rstrip())
    return len(text) >= end


def _cursor(passage: Passage, done: int, root: Path) -> Cursor:
    place = passage.start + done
    text = passage.file.text
    file = root / passage.file.path
    return Cursor(file.as_uri(), root, passage.file.path, passage.file.language, text[:place], text[passage.end :])
