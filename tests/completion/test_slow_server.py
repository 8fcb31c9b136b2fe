"""A server that is slow or hangs: the embedded engine answers meanwhile, and a later answer of the model wins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from cursor_notation import at
from holdfast.completion.completer import Completer
from holdfast.completion.embedded_completer import EmbeddedCompleter
from holdfast.completion.gate import Gate
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.errors import ServerBusy
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.settings import Settings
from playing_server import Playing, PlayingServer, end, playing

KNOWN = "def f(items, prices):\n" + "    total = compute_total(items, prices)\n    print(total)\n" * 6

Act = Callable[[Completer, Playing], Awaitable[list[tuple[str, str, float]]]]


@asynccontextmanager
async def built(server: PlayingServer, scratch: Path) -> AsyncIterator[tuple[Completer, Playing]]:
    async with playing(server) as part:
        embedded = EmbeddedCompleter(lambda _: scratch, tuple, slow_after_ms=600)
        gate = Gate(Settings(), lambda _: None)
        yield (
            Completer(gate, part.known, part.completer, embedded, OutcomeLog(), without_server=silent("no_server")),
            part,
        )
        embedded.close()


async def press(completer: Completer, typed: str, seconds: float = 1e9) -> tuple[str, str, float]:
    """(engine, text, seconds it took) at a key after which the next one comes after `seconds`."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    asking = asyncio.create_task(completer.complete(CompletionRequest(at(f"{KNOWN}    total = {typed}║\n"))))
    await asyncio.wait([asking], timeout=seconds)
    took = round(loop.time() - began, 3)
    answer = asking.result() if asking.done() else CompletionAnswer()
    asking.cancel()
    await asyncio.wait([asking])
    return answer.engine, answer.text, took


def played(server: PlayingServer, scratch: Path, act: Act) -> list[tuple[str, str, float]]:
    async def main() -> list[tuple[str, str, float]]:
        async with built(server, scratch) as (completer, part):
            return await act(completer, part)

    pressed = run_virtually(main())
    assert (server.most_open, server.open_now) == (1, 0)
    return pressed


def test_a_server_that_hangs_costs_one_patience_and_no_key_more(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (1e6,))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        return [await press(completer, "comp"[:typed]) for typed in range(4)]

    assert played(server, tmp_path, act) == [
        ("embedded", "compute_total(items, prices)", 0.6),
        ("embedded", "ompute_total(items, prices)", 0.0),
        ("embedded", "mpute_total(items, prices)", 0.0),
        ("embedded", "pute_total(items, prices)", 0.0),
    ]
    assert len(server.streams) == 1


def test_what_the_model_says_later_wins_at_the_next_key(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (0.9, "compute_all(items)\n", end()))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        first = await press(completer, "")
        await asyncio.sleep(0.5)
        return [first, await press(completer, "c")]

    assert played(server, tmp_path, act) == [
        ("embedded", "compute_total(items, prices)", 0.6),
        ("model", "ompute_all(items)", 0.0),
    ]


def test_keys_that_come_meanwhile_shorten_the_patience(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (1e6,))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        return [await press(completer, "compute"[:typed], 0.25) for typed in range(4)]

    assert [(engine, took) for engine, _, took in played(server, tmp_path, act)] == [
        ("none", 0.25),
        ("none", 0.25),
        ("embedded", 0.1),
        ("embedded", 0.0),
    ]


def test_a_quick_server_is_never_overtaken(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (0.5, "compute_all(items)\n", end()))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        return [await press(completer, "")]

    assert played(server, tmp_path, act) == [("model", "compute_all(items)", 0.5)]


def test_a_text_of_the_embedded_engine_keeps_no_healthy_server_from_being_asked(tmp_path: Path) -> None:
    server = PlayingServer(lambda number, _: (1e6,) if number == 0 else (0.1, "ompute_all(items)\n", end()))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        first = await press(completer, "")
        await asyncio.sleep(3)  # nobody wants the one that hangs any more
        return [first, await press(completer, "c")]

    assert played(server, tmp_path, act) == [
        ("embedded", "compute_total(items, prices)", 0.6),
        ("model", "ompute_all(items)", 0.1),
    ]


def test_a_busy_server_is_no_reason_to_wait(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (ServerBusy("Too many requests."),))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        return [await press(completer, "")]

    assert played(server, tmp_path, act) == [("embedded", "compute_total(items, prices)", 0.0)]


def test_where_the_embedded_engine_is_silent_the_model_is_waited_for(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (2.0, "spam()\n", end()))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        answer = await completer.complete(CompletionRequest(at("qx = ║\n")))
        return [(answer.engine, answer.text, round(asyncio.get_running_loop().time(), 3))]

    assert played(server, tmp_path, act) == [("model", "spam()", 2.0)]


def test_by_hand_the_model_is_waited_for(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: (2.0, "compute_all(items)\n", end()))

    async def act(completer: Completer, _: Playing) -> list[tuple[str, str, float]]:
        asked = CompletionRequest(at(f"{KNOWN}    total = ║\n"), automatic=False)
        return [((answer := await completer.complete(asked)).engine, answer.text, 0.0)]

    assert played(server, tmp_path, act) == [("model", "compute_all(items)", 0.0)]
