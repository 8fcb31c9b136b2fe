"""How long a key takes in a sidecar: until its request's first byte is at the model server, or until it is answered.

The keys are a passage of a real file, in the rhythm of the typing traces. Half a rhythm after each, the same messages go
to a reference server, so that what the machine's own unrest costs shows beside.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from holdfast.evaluation.arrival_server import Arrival, ArrivalServer, Said, prefix_of
from holdfast.evaluation.lsp_editor import TypedDocument, cancel, inserted_text
from holdfast.evaluation.lsp_process import Asked, LspProcess
from holdfast.evaluation.typing_answers import TypedModel
from holdfast.evaluation.typing_trace import KEY_SECONDS, Passage

REST_SECONDS: Final = 2.0
_PATIENCE_SECONDS: Final = 5.0
_COMPARED: Final = 40
_SAID_AT_ONCE: Final = 400
_WRONG: Final = ("xylophone.tune(4)\n", "quixotic.wander(7)\n")


@dataclass(slots=True)
class KeyTimes:
    """Seconds of each key that counted, and of the reference beside it; `others` are the keys that did not count."""

    counted: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)
    others: int = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """A sidecar with `root` open, the model server it asks, and the reference server."""

    sidecar: LspProcess
    reference: LspProcess
    server: ArrivalServer
    root: Path


async def time_to_request(bench: Bench, passages: Sequence[Passage], keys_each: int) -> KeyTimes:
    """From writing a key and its ask to the first byte of the request it causes; `keys_each` keys of each passage.

    The model contradicts every key to come, and at every second one goes on speaking, so that its connection must be
    closed first: no key is served by what was said before. A key without a request is one of the `others`.
    """
    times = KeyTimes()
    for passage in passages:
        document = await _open(bench, passage)
        asked: Asked | None = None
        for done, seconds in islice(passage.keystrokes(), keys_each):
            _contradict(bench.server, passage.typed[done : done + 1], goes_on=done % 2 == 0)
            known = len(bench.server.arrivals)
            key, before = document.key(done), asked
            asked = document.ask(bench.sidecar)
            cancels = [cancel(before)] if before is not None and not before.answer.done() else []
            at = bench.sidecar.send(*cancels, key, asked)
            await _until_next_key(bench, document, key, seconds, times)
            arrival = _arrival_of(document, bench.server.arrivals[known:])
            if arrival is None:
                times.others += 1
            else:
                times.counted.append(arrival.at - at)
        await _close(bench, document)
    return times


async def time_to_answer(bench: Bench, passages: Sequence[Passage], keys_each: int) -> KeyTimes:
    """From writing a key and its ask to its answer, read, where the answer is the rest of a text known before.

    Of each passage `keys_each` keys are typed. The model is right. A key whose own request went to the server, or that was not answered with the true text, is one of
    the `others`.
    """
    times = KeyTimes()
    for passage in passages:
        model = TypedModel("right", 0)
        model.begin(passage)
        bench.server.model = partial(_beginning, model)
        document = await _open(bench, passage)
        for done, seconds in islice(passage.keystrokes(), keys_each):
            model.typed = done
            known = len(bench.server.arrivals)
            key = document.key(done)
            asked = document.ask(bench.sidecar)
            at = bench.sidecar.send(key, asked)
            await _until_next_key(bench, document, key, seconds, times)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await asked.answer
            text = inserted_text(answer.result)
            is_true = bool(text) and passage.typed[done:].startswith(text)
            if is_true and _arrival_of(document, bench.server.arrivals[known:]) is None:
                times.counted.append(answer.at - at)
            elif passage.typed[done:].strip():
                times.others += 1
        await _close(bench, document)
    return times


async def _open(bench: Bench, passage: Passage) -> TypedDocument:
    document = TypedDocument(bench.root, passage)
    bench.reference.send(document.opened())
    bench.sidecar.send(document.opened(), document.cursor_moved())
    await asyncio.sleep(REST_SECONDS)
    return document


async def _close(bench: Bench, document: TypedDocument) -> None:
    bench.reference.send(document.closed())
    bench.sidecar.send(document.closed())


async def _until_next_key(
    bench: Bench, document: TypedDocument, key: dict[str, object], seconds: float, times: KeyTimes
) -> None:
    """Wait; half a rhythm on, time the reference's answer to the same messages."""
    loop = asyncio.get_running_loop()
    next_key = loop.time() + seconds
    await asyncio.sleep(KEY_SECONDS / 2)
    asked = document.ask(bench.reference)
    at = bench.reference.send(key, asked)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        times.reference.append((await asked.answer).at - at)
    await asyncio.sleep(max(0.0, next_key - loop.time()))


def _arrival_of(document: TypedDocument, arrivals: Sequence[Arrival]) -> Arrival | None:
    """The request for the very place of the cursor."""
    passage = document.passage
    tail = passage.file.text[: passage.start + document.typed][-_COMPARED:]
    requests = (arrival for arrival in arrivals if not arrival.is_priming)
    return next((arrival for arrival in requests if prefix_of(arrival.prompt).endswith(tail)), None)


def _contradict(server: ArrivalServer, next_characters: str, *, goes_on: bool) -> None:
    wrong = next(text for text in _WRONG if not text.startswith(next_characters or "\n"))
    server.model = lambda _prompt: Said(wrong, goes_on=goes_on)


def _beginning(model: TypedModel, prompt: str) -> Said:
    text = model(prefix_of(prompt), "")
    return Said(text[:_SAID_AT_ONCE], is_cut=len(text) > _SAID_AT_ONCE)
