"""What a generation makes of a stream, and what priming and requests by hand do, through the completer."""

import asyncio

import pytest

from cursor_notation import at
from holdfast.completion.request import CompletionRequest
from holdfast.errors import ServerTimeout
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.control_tokens import neutralise
from holdfast.settings import Settings
from playing_server import Playing, PlayingServer, end, playing


def test_control_tokens_come_back_as_the_text_they_were_over_the_seams_of_the_stream() -> None:
    said = neutralise("'<|fim_middle|>' + '\ue000'")
    server = PlayingServer(lambda _, __: (*said, "\n", end()))

    async def main() -> str:
        async with playing(server) as part:
            return (await part.completer.complete(CompletionRequest(at("before = '<|fim_middle|>'\nx = ║\n")))).text

    assert run_virtually(main()) == "'<|fim_middle|>' + '\ue000'"


def test_line_ends_become_plain_over_the_seams_of_the_stream() -> None:
    server = PlayingServer(lambda _, __: ("a(\r", "\n    1,\r\n", ")\r", "\nb", 0.1, end()))

    async def main() -> str:
        async with playing(server) as part:
            return (await part.completer.complete(CompletionRequest(at("x = ║\n")))).text

    assert run_virtually(main()) == "a(\n    1,\n)"


def test_half_a_line_end_is_no_divergence() -> None:
    server = PlayingServer(lambda _, __: ("a(\r", 0.3, "\n    1)\n", 0.1, "b\n", 0.1, end()))

    async def main() -> str:
        async with playing(server) as part:
            asking = asyncio.create_task(part.completer.complete(CompletionRequest(at("x = ║\n"))))
            await asyncio.sleep(0.1)
            asking.cancel()
            return (await part.completer.complete(CompletionRequest(at("x = a(\n║\n")))).text

    assert run_virtually(main()) == "    1)"
    assert len(server.streams) == 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param(("total(", "\x1b[31mitems)", "\n"), "total(", id="escape sequence"),
        pytest.param(("total(items", "\u202e)", "\n"), "total(items", id="bidirectional override"),
        pytest.param(("x" * 900_000,), "", id="one endless line"),
        pytest.param(("total()\n", *("again()\nand()\n" for _ in range(5_000))), "total()", id="endless lines"),
    ],
)
def test_what_no_model_means_ends_the_text(said: tuple[str, ...], shown: str) -> None:
    server = PlayingServer(lambda _, __: (*said, 60.0, end()))

    async def main() -> tuple[str, float | None]:
        async with playing(server) as part:
            answer = await part.completer.complete(CompletionRequest(at("x = ║\n")))
            await asyncio.sleep(0.01)
            return answer.text, server.streams[0].closed

    text, closed = run_virtually(main())
    assert (text, closed is not None and closed < 1) == (shown, True)


def test_a_generation_that_repeats_what_follows_is_stopped_there() -> None:
    server = PlayingServer(lambda _, __: (0.1, "a()\n", 0.1, "    return b\n", *(0.5 for _ in range(99))))

    async def main() -> tuple[str, float | None]:
        async with playing(server) as part:
            cursor = at("def f():\n    ║\n    return b\n")
            answer = await part.completer.complete(CompletionRequest(cursor))
            await asyncio.sleep(0)
            return answer.text, server.streams[0].closed

    text, closed = run_virtually(main())
    assert (text, closed is not None and round(closed, 3)) == ("a()", 0.2)


def test_priming_asks_for_one_token_of_how_the_next_prompt_begins() -> None:
    server = PlayingServer(lambda _, __: (0.5, "f", end("length")))

    async def main() -> None:
        async with playing(server) as part:
            await part.completer.prime(at("x = ║\ny = 1\n"))
            await asyncio.sleep(1)
            await part.completer.complete(CompletionRequest(at("x = 1║\ny = 1\n")))

    run_virtually(main())
    first, second = (stream.request for stream in server.streams)
    typed_at = first.prompt.index("x = ") + len("x = ")
    assert (first.num_predict, first.num_ctx) == (1, second.num_ctx)
    assert second.prompt.startswith(first.prompt[:typed_at])
    assert ("y = 1" in first.prompt, "y = 1" in second.prompt) == (False, True)


@pytest.mark.parametrize(
    ("path", "answered_at"),
    [pytest.param("shop/cart.py", 0.6, id="the-same-prompt-goes-on"), pytest.param("b.py", 0.3, id="another-file")],
)
def test_a_key_waits_for_the_reading_of_its_own_prompt_only(path: str, answered_at: float) -> None:
    server = PlayingServer(lambda _, request: (0.5, end()) if request.num_predict == 1 else (0.1, "foo\n", end()))

    async def main() -> tuple[str, float]:
        async with playing(server) as part:
            await part.completer.prime(at("x = ║\n", path="shop/cart.py"))
            await asyncio.sleep(0.2)
            answer = await part.completer.complete(CompletionRequest(at("x = ║\n", path=path)))
            return answer.text, round(asyncio.get_running_loop().time(), 3)

    assert run_virtually(main()) == ("foo", answered_at)
    assert server.most_open == 1


def test_a_priming_that_hangs_keeps_no_key_for_long() -> None:
    server = PlayingServer(lambda _, request: (1e6,) if request.num_predict == 1 else (0.1, "foo\n", end()))

    async def main() -> tuple[str, float]:
        async with playing(server) as part:
            await part.completer.prime(at("x = ║\n"))
            answer = await part.completer.complete(CompletionRequest(at("x = ║\n")))
            return answer.text, round(asyncio.get_running_loop().time(), 3)

    assert run_virtually(main()) == ("foo", 10.1)
    assert server.most_open == 1


def test_a_file_switch_ends_what_nobody_waits_for_and_primes() -> None:
    server = PlayingServer(lambda _, request: (0.1, "f", end()) if request.num_predict == 1 else (0.1, "foo", 9.0))

    async def main() -> float:
        async with playing(server) as part:
            asking = asyncio.create_task(part.completer.complete(CompletionRequest(at("x = ║\n"))))
            await asyncio.sleep(0.2)
            asking.cancel()
            await asyncio.sleep(0.05)
            await part.completer.prime(at("y = ║\n", path="b.py"))
            await asyncio.sleep(0.05)
            return round(server.streams[-1].opened, 3)

    assert run_virtually(main()) == 0.25
    assert (server.most_open, len(server.streams)) == (1, 2)


def test_priming_begun_while_a_request_waits_for_its_turn_yields_too() -> None:
    server = PlayingServer(lambda _, request: (9.0, end()) if request.num_predict == 1 else (0.1, "foo\n", end()))

    async def main() -> str:
        async with playing(server, Settings(debounce_ms=1000)) as part:
            asking = asyncio.create_task(part.completer.complete(CompletionRequest(at("x = ║\n"))))
            await asyncio.sleep(0.7)
            await part.completer.prime(at("x = ║\n"))
            return (await asking).text

    assert run_virtually(main()) == "foo"
    assert (server.most_open, len(server.streams)) == (1, 2)


def test_nothing_is_primed_while_a_generation_runs_or_another_priming() -> None:
    server = PlayingServer(lambda _, __: (5.0, "foo\n", end()))

    async def main() -> list[int]:
        async with playing(server) as part:
            counts = []
            for path in ("a.py", "b.py"):
                await part.completer.prime(at("x = ║\n", path=path))
                await asyncio.sleep(1)
                counts.append(len(server.streams))
            asking = asyncio.create_task(part.completer.complete(CompletionRequest(at("x = ║\n"))))
            await asyncio.sleep(1)
            await part.completer.prime(at("x = ║\n"))
            await asyncio.wait([asking])
            return [*counts, len(server.streams)]

    assert run_virtually(main()) == [1, 1, 2]


def test_a_waiting_key_gives_way_to_the_next() -> None:
    server = PlayingServer(lambda _, __: (0.1, "bar\n", end()))

    async def main() -> tuple[str | None, str]:
        async with playing(server, Settings(debounce_ms=300)) as part:
            first = asyncio.create_task(part.completer.complete(CompletionRequest(at("x =║\n"))))
            await asyncio.sleep(0.1)
            second = await part.completer.complete(CompletionRequest(at("x = ║\n")))
            return (await first).reason, second.text

    assert run_virtually(main()) == ("cancelled", "bar")
    assert [round(stream.opened, 3) for stream in server.streams] == [0.4]


def test_by_hand_is_asked_at_once_with_context_for_this_cursor() -> None:
    server = PlayingServer(lambda _, __: (0.1, "bar\n", end()))

    async def main() -> tuple[int, float]:
        async with playing(server, Settings(debounce_ms=3000)) as part:
            for marked in ("x = ║\n", "y = ║\n"):
                await part.completer.complete(CompletionRequest(at(marked), automatic=False))
            return len(part.source.gathered), server.streams[0].opened

    assert run_virtually(main()) == (2, 0.0)


def test_a_file_switch_while_a_generation_runs_is_no_mark_against_the_model() -> None:
    server = PlayingServer(lambda _, __: (0.1, "foo", 9.0))

    async def main() -> float:
        async with playing(server) as part:
            for number in range(6):
                asking = asyncio.create_task(
                    part.completer.complete(CompletionRequest(at("x = ║\n", path=f"{number}.py")))
                )
                await asyncio.sleep(0.2)
                asking.cancel()
            return part.debounce.wait_ms(asyncio.get_running_loop().time())

    assert run_virtually(main()) == 0


def test_a_model_that_is_wrong_again_and_again_is_asked_seldom_while_keys_come_and_at_every_pause() -> None:
    server = PlayingServer(lambda _, __: (0.02, "wrong", 9.0))

    async def main() -> tuple[int, bool]:
        async with playing(server) as part:
            for typed in range(1, 61):
                cursor = at(f"x = {'ab' * 30}"[: 4 + typed] + "║\n")
                asking = asyncio.create_task(part.completer.complete(CompletionRequest(cursor)))
                await asyncio.sleep(0.12)
                asking.cancel()
            while_typing = len(server.streams)
            asking = asyncio.create_task(part.completer.complete(CompletionRequest(at(f"x = {'ab' * 30}c║\n"))))
            await asyncio.sleep(0.3)
            asking.cancel()
            return while_typing, len(server.streams) == while_typing + 1

    asked, at_the_pause = run_virtually(main())
    assert 10 <= asked <= 30
    assert at_the_pause


def test_keys_while_the_model_is_being_chosen_lead_to_one_request() -> None:
    server = PlayingServer(lambda _, __: (0.1, "bar\n", end()), slow_seconds=0.4)

    async def main() -> list[tuple[str, str | None]]:
        async with playing(server) as part:
            asking = []
            for marked in ("x║\n", "x ║\n", "x =║\n"):
                asking.append(asyncio.create_task(part.completer.complete(CompletionRequest(at(marked)))))
                await asyncio.sleep(0.1)
            return [(answer.text, answer.reason) for answer in await asyncio.gather(*asking)]

    assert run_virtually(main()) == [("", "cancelled"), ("", "cancelled"), ("bar", None)]
    assert len(server.streams) == 1


def test_a_server_that_is_slow_to_describe_its_model_holds_no_key_up_for_long() -> None:
    server = PlayingServer(lambda _, __: (0.1, "bar\n", end()), slow_seconds=2.0)

    async def main() -> tuple[float, str]:
        async with playing(server) as part:
            with pytest.raises(ServerTimeout):
                await part.completer.complete(CompletionRequest(at("x ║\n")))
            waited = asyncio.get_running_loop().time()
            await asyncio.sleep(2)
            return round(waited, 3), (await part.completer.complete(CompletionRequest(at("x =║\n")))).text

    assert run_virtually(main()) == (0.5, "bar")


def is_idle(part: Playing) -> bool:
    return not part.completer.is_asking


def test_it_thinks_while_a_generation_is_open() -> None:
    async def main() -> list[bool]:
        async with playing(PlayingServer(lambda _, __: (0.1, "foo\n", end()))) as part:
            idle = [is_idle(part)]
            asking = asyncio.create_task(part.completer.complete(CompletionRequest(at("x = ║\n"))))
            await asyncio.sleep(0.05)
            idle.append(is_idle(part))
            await asking
            await asyncio.sleep(1)
            return [*idle, is_idle(part)]

    assert run_virtually(main()) == [True, False, True]
