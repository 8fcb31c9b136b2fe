"""What is asked before a key needs it, and what is asked beside the first suggestion."""

import asyncio
from collections.abc import Sequence

from cursor_notation import at
from holdfast.completion.completer import Completer
from holdfast.completion.gate import Gate
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.read_ahead import ReadAhead
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.completion.slot import ServerSlot
from holdfast.completion.typed_through import KnownText, TypedThrough
from holdfast.errors import ServerUnreachable
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.model_choice import ModelChoice
from holdfast.inference.model_server import GenerateRequest
from holdfast.inference.server_health import ServerHealth
from holdfast.settings import Settings
from playing_server import KnownSource, Playing, PlayingServer, Step, ask, build_writer, end, play, playing, same

LINES = [f"call_{number}()" for number in range(8)]


def build(part: Playing) -> Completer:
    gate = Gate(Settings(), lambda _: None)
    return Completer(gate, part.known, part.completer, None, OutcomeLog(), without_server=silent("no_server"))


def type_lines(server: PlayingServer, most_keys: int) -> list[tuple[str, float]]:
    """The answer at each key while LINES are typed, and the seconds it took."""

    async def main() -> list[tuple[str, float]]:
        seen, text, loop = [], "\n".join(LINES), asyncio.get_running_loop()
        async with playing(server) as part:
            completer = build(part)
            for typed in range(most_keys):
                asked = loop.time()
                answer = await completer.complete(CompletionRequest(at(f"x = 1\n{text[:typed]}║\n")))
                seen.append((answer.text, loop.time() - asked))
                await asyncio.sleep(0.12)
        assert server.most_open == 1
        return seen

    return run_virtually(main())


def three_lines(_: int, request: GenerateRequest) -> Sequence[Step]:
    """A model that knows the lines and says three at a time."""
    typed = request.prompt.partition("x = 1\n")[2].partition("<|fim_suffix|>")[0]
    text = "\n".join(LINES)
    assert text.startswith(typed)
    rest = text[len(typed) :]
    return (0.05, "\n".join(rest.split("\n")[:4]), end("length"))


def test_what_follows_a_text_that_is_typed_along_is_there_before_it_is_used_up() -> None:
    text = "\n".join(LINES)
    seen = type_lines(PlayingServer(three_lines), len(text) - 1)

    assert [typed for typed, (shown, _) in enumerate(seen) if not text[typed:].startswith(shown) or not shown] == []
    assert [typed for typed, (_, seconds) in enumerate(seen) if seconds > 0] == [0]


def test_a_model_that_had_no_more_to_say_is_not_asked_for_more() -> None:
    server = PlayingServer(lambda _, __: (0.05, LINES[0], end("stop")))
    type_lines(server, len(LINES[0]) - 1)

    assert len(server.streams) == 1


def test_what_is_read_on_ends_when_another_way_is_typed() -> None:
    server = PlayingServer(
        lambda number, _: (0.05, "foo()\nbar()\nbaz", end("length")) if number == 0 else (0.1, "zoo()\n", 9.0)
    )

    async def main() -> tuple[str, list[bool]]:
        async with playing(server) as part:
            completer = build(part)
            for typed in ("", "f", "fo", "foo", "foo("):
                await completer.complete(CompletionRequest(at(f"x = 1\n{typed}║\n")))
                await asyncio.sleep(0.1)
            answer = await completer.complete(CompletionRequest(at("x = 1\nfoo(1║\n")))
            return answer.text, [stream.closed is None for stream in server.streams]

    text, still_open = run_virtually(main())
    assert (text, still_open[:-1], server.most_open) == ("zoo()", [False, False], 1)


def invoke(server: PlayingServer) -> CompletionAnswer:
    async def main() -> CompletionAnswer:
        async with playing(server) as part:
            return await part.completer.complete(CompletionRequest(at("x = ║\n"), automatic=False, candidates=3))

    return run_virtually(main())


def test_by_hand_there_are_up_to_three_suggestions_the_later_ones_hotter_and_none_twice() -> None:
    said = ["foo()\n", "bar()\n", "foo()\n"]
    server = PlayingServer(lambda number, _: (0.1, said[number], end()))

    answer = invoke(server)

    assert (answer.text, answer.alternatives) == ("foo()", ("bar()",))
    temperatures = [stream.request.temperature for stream in server.streams]
    assert (len(temperatures), temperatures) == (3, sorted(set(temperatures)))
    assert server.most_open == 1


def test_other_suggestions_are_not_waited_for_without_end() -> None:
    server = PlayingServer(lambda number, _: (0.1, "foo()\n", end()) if number == 0 else (1e6,))

    async def main() -> tuple[CompletionAnswer, float]:
        async with playing(server) as part:
            answer = await part.completer.complete(CompletionRequest(at("x = ║\n"), automatic=False, candidates=3))
            return answer, asyncio.get_running_loop().time()

    answer, seconds = run_virtually(main())
    assert (answer.text, answer.alternatives, round(seconds, 3)) == ("foo()", (), 1.6)


def test_the_first_suggestion_is_the_one_that_typing_goes_on_with() -> None:
    said = ["foo(1)\n", "foo(2)\n", "foo(3)\n"]
    server = PlayingServer(lambda number, _: (0.1, said[number], end()))

    async def main() -> str:
        async with playing(server) as part:
            completer = build(part)
            await completer.complete(CompletionRequest(at("x = ║\n"), automatic=False, candidates=3))
            return (await completer.complete(CompletionRequest(at("x = fo║\n")))).text

    assert run_virtually(main()) == "o(1)"


def test_a_key_that_comes_before_the_next_alternative_ends_them() -> None:
    server = PlayingServer(
        lambda number, _: (0.1, "foo()\n", end()) if number == 0 else (0.1, "oo()\n", end()), closing_seconds=0.4
    )

    async def act(part: Playing) -> None:
        by_hand = CompletionRequest(at("x = ║\n", path="a.py"), automatic=False, candidates=3)
        asking = asyncio.create_task(part.completer.complete(by_hand))
        await asyncio.sleep(0.2)  # the first one's connection is being closed
        key = ask(part, "x = z║\n")

        assert ((await asking).alternatives, (await key).text) == ((), "oo()")
        assert (len(server.streams), server.most_open) == (2, 1)

    play(server, act)


def test_nothing_is_read_ahead_by_a_server_that_is_lost() -> None:
    server = same(0.1, "foo()\nbar()\nb", end("length"))

    async def act(part: Playing) -> None:
        completer = build(part)
        for typed in ("", "f", "fo"):
            await completer.complete(CompletionRequest(at(f"x = 1\n{typed}║\n")))
            await asyncio.sleep(0.2)
        part.health.failed(ServerUnreachable("gone"))
        await part.completer.prime(at("y = ║\n", path="b.py"))
        for typed in ("foo", "foo(", "foo()"):
            await completer.complete(CompletionRequest(at(f"x = 1\n{typed}║\n")))
            await asyncio.sleep(0.1)

        assert (part.health.state.is_lost, len(server.streams)) == (True, 1)

    play(server, act)


def test_what_reads_on_is_no_reading_of_the_prompt_that_a_key_would_wait_for() -> None:
    server = same(0.1, end())
    begun: list[str] = []

    async def main() -> list[float | None]:
        health = ServerHealth(server.version, on_change=lambda _: None)
        choice, slot = ModelChoice(server, "auto"), ServerSlot()
        ahead = ReadAhead(server, health, choice, build_writer(Settings(), KnownSource())[0], slot)
        cursor = at("x = ║\n")
        known = KnownText(cursor, "foo()", "model", "m", "", (), is_open=True)
        ahead.prime(cursor)
        since = [ahead.priming_since(cursor)]
        await asyncio.sleep(1)
        choice.forget()
        server.slow_seconds = 1.0
        ahead.read_on(TypedThrough(known, "foo()"), cursor, lambda _, end, __: begun.append(end.before))
        await asyncio.sleep(0.5)
        since.append(ahead.priming_since(cursor))
        await slot.until_read_ahead(9.0)
        await choice.aclose()
        await health.aclose()
        return since

    assert run_virtually(main()) == [0.0, None]
    assert begun == ["x = foo()"]


def test_what_is_read_on_while_a_request_waits_for_its_turn_is_closed_before_that() -> None:
    server = PlayingServer(
        lambda number, _: (0.05, "foo()\nbar()\nb", end("length")) if number == 0 else (0.1, "zoo()\n", 9.0)
    )

    async def act(part: Playing) -> None:
        completer = build(part)
        await completer.complete(CompletionRequest(at("x = 1\n║\n")))
        await asyncio.sleep(1)
        part.debounce.fixed_ms = 300
        other = ask(part, "y = ║\n", path="b.py")
        for typed in ("f", "fo", "foo"):
            await asyncio.sleep(0.05)
            await completer.complete(CompletionRequest(at(f"x = 1\n{typed}║\n")))

        assert ((await other).text, len(server.streams), server.most_open) == ("zoo()", 3, 1)

    play(server, act)


def test_a_request_that_is_overtaken_while_it_makes_room_asks_nothing() -> None:
    server = PlayingServer(
        lambda number, _: (0.05, "foo()\nbar()\nb", end("length")) if number == 0 else (0.1, "zoo()\n", 9.0),
        closing_seconds=0.4,
    )

    async def act(part: Playing) -> None:
        completer = build(part)
        await completer.complete(CompletionRequest(at("x = 1\n║\n")))
        await asyncio.sleep(1)
        part.debounce.fixed_ms = 300
        other = ask(part, "y = ║\n", path="b.py")
        for typed in ("f", "fo", "foo"):
            await asyncio.sleep(0.05)
            await completer.complete(CompletionRequest(at(f"x = 1\n{typed}║\n")))
        await asyncio.sleep(0.3)  # what was read on is being closed
        last = ask(part, "z = ║\n", path="c.py")

        assert ((await other).reason, (await last).text) == ("cancelled", "zoo()")
        assert (len(server.streams), server.most_open) == (3, 1)

    play(server, act)
