"""An editor that types, deletes, moves, accepts and cancels by lot, and a model server that misbehaves by lot."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from holdfast.completion.pauses import Pauses
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.cursor import Cursor
from holdfast.evaluation.simulated_server import DECODE_BYTES_PER_SECOND, PREFILL_BYTES_PER_SECOND, SimulatedServer
from holdfast.wiring import Completion

Mood = Literal["right", "wrong", "slow", "failing", "torn", "unreachable", "hanging"]
MOODS: tuple[Mood, ...] = ("right", "wrong", "slow", "failing", "torn", "unreachable", "hanging", "right", "wrong")
TELLING = 6
_ANY = "abc (){}[]:,.=\"'#\té漢\u200b"


@dataclass(slots=True)
class MoodyServer(httpx.AsyncBaseTransport):
    """A simulated server whose generations go as its mood is; what it lists and says of itself goes well."""

    inner: SimulatedServer
    mood: Mood = "right"
    hanging_now: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or not."""
        if self.mood == "unreachable":
            raise httpx.ConnectError("nobody listens", request=request)
        if request.url.path != "/api/generate":
            return await self.inner.handle_async_request(request)
        if self.mood == "failing":
            return httpx.Response(500, stream=httpx.ByteStream(b'{"error": "llama runner process has terminated"}'))
        if self.mood == "torn":
            return httpx.Response(200, stream=httpx.ByteStream(b'{"model": "m", "response": "re", "done": false}\n'))
        if self.mood == "hanging":
            self.hanging_now += 1
            try:
                await asyncio.sleep(1e6)
            finally:
                self.hanging_now -= 1
        self.inner.prefill = 300.0 if self.mood == "slow" else PREFILL_BYTES_PER_SECOND
        self.inner.decode = 20.0 if self.mood == "slow" else DECODE_BYTES_PER_SECOND
        return await self.inner.handle_async_request(request)


@dataclass(slots=True)
class FuzzedDocument:
    """An open document; `truth` is the text it began with, whose lines the models know."""

    uri: str
    path: str
    truth: str
    text: str
    offset: int

    def cursor(self, root: Path) -> Cursor:
        """Where the person is."""
        return Cursor(self.uri, root, self.path, "python", self.text[: self.offset], self.text[self.offset :])

    def replace(self, start: int, end: int, inserted: str) -> None:
        """An edit; the cursor goes behind it."""
        self.text = self.text[:start] + inserted + self.text[end:]
        self.offset = start + len(inserted)

    def move(self, offset: int, draw: random.Random) -> None:
        """To `offset`, more often to the end of its line."""
        offset = min(len(self.text), max(0, offset))
        line_end = self.text.find("\n", offset)
        self.offset = offset if draw.random() < 0.2 or line_end < 0 else line_end

    def type_truth(self, draw: random.Random) -> None:
        """The next character of the file as it was, or any."""
        before = self.text[max(0, self.offset - 12) : self.offset]
        place = self.truth.find(before)
        known = self.truth[place + len(before) :][:1] if place >= 0 else ""
        self.replace(self.offset, self.offset, known or draw.choice(_ANY))

    def paste_truth(self, draw: random.Random) -> None:
        """Some text of the file as it was."""
        start = draw.randint(0, len(self.truth))
        self.replace(self.offset, self.offset, self.truth[start : start + draw.randint(1, 300)])


@dataclass(slots=True)
class FuzzedEditor:
    """One step is one act of a person, and what the editor asks for because of it."""

    completion: Completion
    server: MoodyServer
    documents: list[FuzzedDocument]
    root: Path
    draw: random.Random
    answers: int = 0
    shown: CompletionAnswer = field(default_factory=CompletionAnswer)
    _asking: asyncio.Task[CompletionAnswer] | None = None
    _asked_at: Cursor | None = None

    async def run(self, steps: int, check: Callable[[str, Cursor], None]) -> None:
        """So many steps; `check` sees every text that is answered, with its cursor."""
        pauses = Pauses(self.completion.prepare)
        for step in range(steps):
            if step % 40 == 0:
                self.server.mood = self.draw.choice(MOODS)
            document = self.documents[0]
            self._act(document)
            document = self.documents[0]
            pauses.key_typed(document.cursor(self.root))
            if self.draw.random() < 0.8:
                self.completion.completer.expect(document.cursor(self.root))
            if self.draw.random() < 0.1:
                pauses.cursor_rests(document.cursor(self.root))
            await self._ask(document, check)
        await self._drop()
        await pauses.aclose()

    def _act(self, document: FuzzedDocument) -> None:
        draw, text, offset = self.draw, document.text, document.offset
        acts: dict[str, tuple[int, Callable[[], None]]] = {
            "type the next character": (40, lambda: document.type_truth(draw)),
            "accept": (8, lambda: document.replace(offset, offset, self.shown.text)),
            "accept a word": (6, lambda: document.replace(offset, offset, self.shown.text.partition(" ")[0])),
            "type any character": (8, lambda: document.replace(offset, offset, draw.choice(_ANY))),
            "enter": (6, lambda: document.replace(offset, offset, "\n" + " " * draw.choice((0, 4, 8)))),
            "delete": (8, lambda: document.replace(max(0, offset - draw.randint(1, 3)), offset, "")),
            "cut": (3, lambda: document.replace(offset, min(len(text), offset + draw.randint(1, 120)), "")),
            "move": (4, lambda: document.move(offset + draw.randint(-80, 80), draw)),
            "jump": (2, lambda: document.move(draw.randint(0, len(text)), draw)),
            "switch files": (3, lambda: self.documents.append(self.documents.pop(0))),
            "paste": (2, lambda: document.paste_truth(draw)),
        }
        draw.choices([act for _, act in acts.values()], [weight for weight, _ in acts.values()])[0]()

    async def _ask(self, document: FuzzedDocument, check: Callable[[str, Cursor], None]) -> None:
        """As an editor: the request before is cancelled, this one may be by the next step."""
        await self._drop()
        cursor = document.cursor(self.root)
        by_hand = self.draw.random() < 0.05
        request = CompletionRequest(cursor, automatic=not by_hand, candidates=3 if by_hand else 1)
        self._asking = asyncio.create_task(self.completion.completer.complete(request))
        await asyncio.sleep(self.draw.choice((0.0, 0.01, 0.05, 0.12, 0.12, 0.12, 0.4, 1.5)))
        self.shown = CompletionAnswer()
        if self._asking.done():
            self.shown = self._asking.result()
            for text in (self.shown.text, *self.shown.alternatives):
                if text:
                    self.answers += 1
                    check(text, cursor)

    async def _drop(self) -> None:
        if self._asking is None:
            return
        self._asking.cancel()
        await asyncio.wait([self._asking])
        if not self._asking.cancelled():
            self._asking.result()  # an exception would come out here


def repeats_what_follows(text: str, cursor: Cursor) -> bool:
    """Whether `text` says again, as a whole, the rest of its line or the next line of code below."""
    rest = cursor.line_after.strip()
    if rest:
        return sum(char.isalnum() for char in rest) >= TELLING and text.rstrip().endswith(rest)
    below = next((line for line in cursor.after.split("\n")[1:] if line.strip()), "").rstrip()
    if sum(char.isalnum() for char in below) < TELLING:
        return False
    return any(line.rstrip() == below for line in text.split("\n")[1:])
