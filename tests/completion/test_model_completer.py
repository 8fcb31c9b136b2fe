import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from cursor_notation import at
from holdfast.completion.debounce import Debounce
from holdfast.completion.model_completer import ModelCompleter
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.completion.typed_through import KnownTexts
from holdfast.completion.write_request import PromptWriter
from holdfast.context.gather import GatheredContext
from holdfast.context.keeper import EpochKeeper
from holdfast.cursor import Cursor
from holdfast.errors import PromptTooLong
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.model_choice import ModelChoice
from holdfast.inference.model_server import GenerateRequest
from holdfast.inference.server_health import ServerHealth
from holdfast.inference.token_estimate import TokenRatio
from holdfast.settings import Settings
from playing_server import KnownSource, Playing, PlayingServer, Step, ask, end, play, same

SLOW: Sequence[Step] = (0.1, "foo", 0.1, "(bar", 0.1, ")\n", 0.1, "next()\n", 0.1, end())
FOREVER: Sequence[Step] = (0.1, "foo", *(0.5 for _ in range(1000)))


async def drop(task: asyncio.Task[CompletionAnswer]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def now() -> float:
    return round(asyncio.get_running_loop().time(), 3)


def rest(part: Playing, cursor: Cursor) -> str | None:
    found = part.known.rest_at(cursor)
    return found.rest if found is not None else None


def test_a_cancelled_request_lets_go_and_the_next_one_adopts() -> None:
    server = same(*SLOW)

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.12)
        await drop(first)
        answer = await ask(part, "x = f║\n")

        assert (answer.text, answer.engine, answer.model) == ("oo(bar)", "model", server.installed[0].name)
        assert len(server.streams) == 1

    play(server, act)


def test_typing_ahead_of_the_model_is_agreement_until_it_speaks() -> None:
    server = same(*SLOW)

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.05)
        await drop(first)

        assert (await ask(part, "x = foo(b║\n")).text == "ar)"
        assert len(server.streams) == 1

    play(server, act)


def test_another_text_closes_the_connection_at_once_and_asks_anew() -> None:
    server = PlayingServer(lambda number, _: SLOW if number == 0 else (0.1, "zoo()\n", end()))

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.12)
        await drop(first)
        answer = await ask(part, "x = z║\n")

        assert answer.text == "zoo()"
        assert [stream.closed is not None and round(stream.closed, 3) for stream in server.streams] == [0.12, 0.22]
        assert server.most_open == 1
        assert part.debounce.wait_ms(asyncio.get_running_loop().time()) == 0

    play(server, act)


def test_what_is_typed_ahead_and_turns_out_otherwise_is_no_answer() -> None:
    server = same(*SLOW)

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.05)
        await drop(first)
        second = ask(part, "x = z║\n")
        await asyncio.sleep(0.06)

        assert len(server.streams) == 2
        await drop(second)

    play(server, act)


def test_nobody_for_two_seconds_closes_it_and_whole_lines_are_kept() -> None:
    server = PlayingServer(lambda _, __: (0.1, "foo()\nba", *(0.5 for _ in range(99))))

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.11)
        await drop(first)
        await asyncio.sleep(5)

        assert [stream.closed is not None and round(stream.closed, 2) for stream in server.streams] == [2.1]
        assert rest(part, at("x = ║\n", path="a.py")) == "foo()"

    play(server, act)


def test_half_a_line_of_an_interrupted_answer_is_not_kept() -> None:
    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.11)
        await drop(first)
        await asyncio.sleep(5)

        assert rest(part, at("x = ║\n", path="a.py")) is None

    play(same(*FOREVER), act)


def test_a_token_limit_takes_the_line_it_broke() -> None:
    async def act(part: Playing) -> None:
        answer = await ask(part, "def f():\n    ║\n")

        assert answer.text == "first()\n    second()"
        assert rest(part, at("def f():\n    ║\n", path="a.py")) == "first()\n    second()"

    play(same("first()\n    second()\n    thi", end("length")), act)


def test_one_line_cut_by_the_token_limit_is_shown_as_far_as_it_goes() -> None:
    async def act(part: Playing) -> None:
        assert (await ask(part, "x = ║\n")).text == "first(and"

    play(same("first(and", end("length")), act)


@pytest.mark.parametrize("closing", [0.0, 0.3], ids=["closes-at-once", "closes-slowly"])
@pytest.mark.parametrize("seed", range(4))
def test_never_more_than_one_connection(closing: float, seed: int) -> None:
    draw = random.Random(seed)

    def score(_: int, request: GenerateRequest) -> Sequence[Step]:
        return (0.2, "f", end("length")) if request.num_predict == 1 else SLOW

    server = PlayingServer(score, closing_seconds=closing)

    async def act(part: Playing) -> None:
        tasks = []
        for _ in range(60):
            cursor = at(draw.choice(["x = ║\n", "x = f║\n", "x = foo║\n", "y║\n", "x = foo(bar)\n║"]), path="a.py")
            if draw.random() < 0.3:
                await part.completer.prime(cursor)
            else:
                tasks.append(asyncio.create_task(part.completer.complete(CompletionRequest(cursor))))
            if tasks and draw.random() < 0.6:
                tasks[-1].cancel()
            await asyncio.sleep(draw.choice([0.0, 0.01, 0.12, 0.5]))
        await asyncio.wait(tasks)

        assert server.most_open == 1

    play(server, act)


def test_a_server_that_hangs_does_not_keep_another_file_waiting() -> None:
    server = PlayingServer(lambda number, _: (1e6,) if number == 0 else ("bar()\n", end()))

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(1)
        answer = await ask(part, "y = ║\n", path="b.py")

        assert (answer.text, now(), (await first).reason) == ("bar()", 1.0, "cancelled")

    play(server, act)


@pytest.mark.parametrize(
    ("marked", "steps", "text", "seconds"),
    [
        pytest.param("x = ║\n", (0.1, "a()\n", 0.05, "b()\n", 9.0), "a()", 0.1, id="the-end-of-this-line"),
        pytest.param("x = ║\n", (0.1, "a(\n", 0.05, "    1)\n", 9.0), "a(\n    1)", 0.15, id="a-line-left-open"),
        pytest.param("x = 1\n║\n", (0.1, "a()\n", 9.0), "a()", 0.25, id="first-line-and-its-grace"),
        pytest.param("x = 1\n║\n", (0.1, "a()\n", 0.05, "b()\n", 9.0), "a()", 0.15, id="settled-by-the-next-line"),
        pytest.param("if x:\n    ║\n", (0.1, "a()\n    b()\n    c", 9.0), "a()\n    b()", 0.25, id="a-block-so-far"),
        pytest.param("f(║)\n", (0.1, "a", 0.1, ", b", 0.1, ")\n", 9.0), "a, b", 0.3, id="the-middle-of-a-line"),
        pytest.param("x = ║\n", (0.1, "a(", 0.1, ")", 0.3, end()), "a()", 0.5, id="the-end"),
    ],
)
def test_when_an_answer_comes(marked: str, steps: Sequence[Step], text: str, seconds: float) -> None:
    async def act(part: Playing) -> None:
        answer = await ask(part, marked)

        assert (answer.text, now()) == (text, seconds)

    play(same(*steps), act)


def test_after_prompts_that_were_too_long_the_next_ones_are_shorter() -> None:
    server = PlayingServer(lambda number, _: (PromptTooLong("Too long."),) if number < 6 else ("foo()\n", end()))

    async def act(part: Playing) -> None:
        above = "".join(f"value_{number} = compute({number})\n" for number in range(2000))
        for typed in range(7):
            await asyncio.wait([ask(part, f"{above}x = {'a' * typed}║\n")])

        lengths = [len(stream.request.prompt) for stream in server.streams]
        assert (len(lengths), lengths[-1] < lengths[0] * 0.7) == (7, True)

    play(server, act)


@pytest.mark.parametrize(
    ("is_fallback", "is_shorter"), [(False, True), (True, False)], ids=["of-the-model", "of-a-fallback"]
)
def test_the_counts_of_the_model_itself_say_how_long_the_next_prompt_may_be(
    *, is_fallback: bool, is_shorter: bool
) -> None:
    def score(_: int, request: GenerateRequest) -> Sequence[Step]:
        counted = end(prompt_tokens=len(request.prompt) * 9 // 10)  # three times what is reckoned with
        return ("foo()\n", replace(counted, is_fallback=is_fallback))

    server = PlayingServer(score)

    async def act(part: Playing) -> None:
        above = "value = compute(first, second)\n" * 2000
        for path in ("a.py", "b.py"):
            await ask(part, f"{above}x = ║\n", path=path)
            await asyncio.sleep(1)

        first, second = (len(stream.request.prompt) for stream in server.streams)
        assert (second < first) is is_shorter

    play(server, act)


def test_a_text_is_counted_once_as_contradicted_by_however_many_keys() -> None:
    server = PlayingServer(lambda _, __: (0.1, "foo", 9.0), closing_seconds=1.0)

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.12)
        await drop(first)
        for typed in range(1, 31):
            key = ask(part, f"x = {'z' * typed}║\n")
            await asyncio.sleep(0.02)
            await drop(key)

        assert part.debounce.wait_ms(asyncio.get_running_loop().time()) == 0

    play(server, act)


def test_a_key_that_the_next_one_overtook_gathers_nothing() -> None:
    server = same(0.1, "bar\n", end())

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n", path="a.py")
        await asyncio.sleep(0.1)
        second = ask(part, "y = ║\n", path="b.py")

        assert ((await first).reason, (await second).text) == ("cancelled", "bar")
        assert [cursor.path for cursor in part.source.gathered] == ["b.py"]

    play(server, act, Settings(debounce_ms=300))


def test_a_key_whose_context_takes_long_leaves_the_next_ones_generation_alone() -> None:
    server = same(0.3, "bar\n", end())

    async def slowly(call: Callable[[], GatheredContext]) -> GatheredContext:
        await asyncio.sleep(0.1)
        return call()

    async def main() -> list[tuple[str, str | None]]:
        health, choice = ServerHealth(server.version, on_change=lambda _: None), ModelChoice(server, "auto")
        epochs = EpochKeeper(KnownSource(), slowly, budget_tokens=100, count_tokens=len)
        writer = PromptWriter(Settings(), epochs, TokenRatio())
        completer = ModelCompleter(server, health, choice, writer, KnownTexts(), Debounce(), max_retries=0)
        asked = []
        for marked, path, seconds in (("x║\n", "b.py", 1.0), ("y = ║\n", "a.py", 0.05), ("x = ║\n", "b.py", 1.0)):
            asked.append(asyncio.create_task(completer.complete(CompletionRequest(at(marked, path=path)))))
            await asyncio.sleep(seconds)
        await completer.aclose()
        await choice.aclose()
        await health.aclose()
        return [(task.result().text, task.result().reason) for task in asked]

    assert run_virtually(main()) == [("bar", None), ("", "cancelled"), ("bar", None)]
    assert server.most_open == 1
