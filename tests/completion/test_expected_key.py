"""A key that an editor is about to ask for: the server begins before the request comes."""

import asyncio

import pytest

from cursor_notation import at
from holdfast.completion.completer import Completer
from holdfast.completion.gate import Gate
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.settings import Settings
from playing_server import Playing, PlayingServer, end, playing

ASKED_AFTER = 0.04
KEY = 0.12
PAUSE = 0.5


def build(part: Playing, settings: Settings | None = None) -> Completer:
    gate = Gate(settings or Settings(), lambda _: None)
    return Completer(gate, part.known, part.completer, None, OutcomeLog(), without_server=silent("no_server"))


def type_keys(server: PlayingServer, *marked: str, settings: Settings | None = None) -> list[CompletionAnswer]:
    """The answers where every key is expected, and asked for a moment later; a request is dropped at the next key."""

    async def main() -> list[CompletionAnswer]:
        async with playing(server, settings) as part:
            completer, answers = build(part, settings), []
            for cursor in marked:
                completer.expect(at(cursor))
                await asyncio.sleep(ASKED_AFTER)
                asking = asyncio.create_task(completer.complete(CompletionRequest(at(cursor))))
                await asyncio.wait([asking], timeout=KEY - ASKED_AFTER)
                answers.append(asking.result() if asking.done() else silent("cancelled"))
                asking.cancel()
                await asyncio.sleep(PAUSE)
        assert (server.open_now, server.most_open) == (0, 1)
        return answers

    return run_virtually(main())


def test_the_server_begins_with_the_key_and_is_asked_once() -> None:
    server = PlayingServer(lambda number, _: (0.1, ("a()\n", "foo()\n")[number], end()))

    answers = type_keys(server, "x = ║\n", "x = f║\n")

    assert [answer.text for answer in answers] == ["", "foo()"]
    assert len(server.streams) == 2
    assert [round(stream.opened, 3) for stream in server.streams] == [ASKED_AFTER, KEY + PAUSE]


def test_what_was_said_before_the_request_came_is_its_answer() -> None:
    server = PlayingServer(lambda number, _: (0.01, ("a()\n", "foo()\n")[number], end()))

    answers = type_keys(server, "x = ║\n", "x = f║\n")

    assert [answer.text for answer in answers] == ["a()", "foo()"]
    assert len(server.streams) == 2


def test_a_model_with_nothing_to_say_is_not_asked_twice_for_one_key() -> None:
    server = PlayingServer(lambda number, _: (0.01, "a()\n", end()) if number == 0 else (0.01, end()))

    answers = type_keys(server, "x = ║\n", "x = f║\n")

    assert (answers[1].text, answers[1].reason, len(server.streams)) == ("", "empty", 2)


@pytest.mark.parametrize(
    ("settings", "typed"),
    [
        pytest.param(Settings(), "x = ║\n", id="what-is-known-asks-nobody"),
        pytest.param(Settings(debounce_ms=300), "y║\n", id="a-fixed-wait-stays"),
        pytest.param(Settings(languages={"python": False}), "y║\n", id="the-gate-comes-first"),
    ],
)
def test_a_key_that_nobody_is_asked_for_at_once(settings: Settings, typed: str) -> None:
    server = PlayingServer(lambda _, __: (0.01, "foo()\n", end()))

    async def main() -> int:
        async with playing(server, settings) as part:
            await build(part).complete(CompletionRequest(at("x = ║\n")))
            completer = build(part, settings)
            await completer.complete(CompletionRequest(at("x = ║\n")))
            completer.expect(at(typed))
            await asyncio.sleep(KEY)
            return len(server.streams)

    assert run_virtually(main()) == 1


def test_an_editor_that_does_not_ask_is_expected_to_once() -> None:
    server = PlayingServer(lambda _, __: (0.01, "foo()\n", end()))

    async def main() -> int:
        async with playing(server) as part:
            completer = build(part)
            await completer.complete(CompletionRequest(at("x = ║\n")))
            for typed in ("y║\n", "yo║\n", "you║\n"):
                completer.expect(at(typed))
                await asyncio.sleep(KEY)
            return len(server.streams)

    assert run_virtually(main()) == 2
