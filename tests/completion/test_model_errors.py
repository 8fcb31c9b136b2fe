"""What the completer makes of a server that fails."""

import asyncio
from collections.abc import Sequence

import pytest

from holdfast import errors
from holdfast.inference.model_server import GenerateRequest, InstalledModel
from playing_server import Playing, PlayingServer, Step, ask, end, play, same


def test_after_a_timeout_the_next_key_asks_again() -> None:
    late = errors.ServerTimeout("It is silent.")
    server = PlayingServer(lambda number, _: (10.0, late) if number == 0 else ("bar()\n", end()))

    async def act(part: Playing) -> None:
        with pytest.raises(errors.ServerTimeout):
            await ask(part, "x = ║\n")

        assert (await ask(part, "x = ║\n")).text == "bar()"

    play(server, act)


BUSY = errors.ServerBusy("busy")
TORN = errors.AnswerTorn("torn")


@pytest.mark.parametrize(
    ("scores", "max_retries", "text", "asked"),
    [
        pytest.param([[BUSY], ["foo\n", end()]], 1, "foo", 2, id="once-more"),
        pytest.param([[BUSY], [BUSY], ["foo\n", end()]], 2, "foo", 3, id="twice-more"),
        pytest.param([["foo\nba", TORN], ["other\n", end()]], 3, "foo", 1, id="not-after-text"),
    ],
)
def test_retries(scores: list[list[Step]], max_retries: int, text: str, asked: int) -> None:
    server = PlayingServer(lambda number, _: scores[number])

    async def act(part: Playing) -> None:
        assert (await ask(part, "x = ║\n")).text == text
        assert len(server.streams) == asked

    play(server, act, max_retries=max_retries)


@pytest.mark.parametrize(
    ("error", "max_retries", "asked"),
    [
        pytest.param(BUSY, 0, 1, id="no-retry-wanted"),
        pytest.param(BUSY, 2, 3, id="retries-used-up"),
        pytest.param(errors.ModelMissing("gone"), 5, 1, id="not-transient"),
        pytest.param(errors.PromptTooLong("long"), 5, 1, id="too-long"),
    ],
)
def test_errors_come_through(error: errors.ServerError, max_retries: int, asked: int) -> None:
    server = same(error)

    async def act(part: Playing) -> None:
        with pytest.raises(type(error)):
            await ask(part, "x = ║\n")

        assert len(server.streams) == asked

    play(server, act, max_retries=max_retries)


def test_a_lost_server_is_not_asked_at_a_key() -> None:
    server = same(errors.ServerUnreachable("gone"))

    async def act(part: Playing) -> None:
        for _ in range(3):
            with pytest.raises(errors.ServerUnreachable):
                await ask(part, "x = ║\n")

        assert len(server.streams) == 1

    play(server, act)


def test_a_bug_while_reading_is_an_error_of_this_request_alone() -> None:
    server = PlayingServer(lambda number, _: (KeyError("bug"),) if number == 0 else ("foo\n", end()))

    async def act(part: Playing) -> None:
        with pytest.raises(errors.ServerError):
            await ask(part, "x = ║\n")

        assert (await ask(part, "x = ║\n")).text == "foo"

    play(server, act, max_retries=3)


def test_a_model_that_is_gone_is_chosen_anew() -> None:
    def score(_: int, request: GenerateRequest) -> Sequence[Step]:
        return ("foo\n", end()) if request.model == server.installed[0].name else (errors.ModelMissing("gone"),)

    server = PlayingServer(score)

    async def act(part: Playing) -> None:
        await ask(part, "x = ║\n")
        server.installed = (InstalledModel("qwen2.5-coder:3b-base", "", "qwen2", "", "", 1, is_remote=False),)
        with pytest.raises(errors.ModelMissing):
            await ask(part, "y = ║\n")

        assert (await ask(part, "z = ║\n")).model == "qwen2.5-coder:3b-base"

    play(server, act)


def test_a_server_that_goes_away_when_nobody_waits_any_more_is_lost_all_the_same() -> None:
    server = same(0.2, errors.ServerUnreachable("gone"))

    async def act(part: Playing) -> None:
        key = ask(part, "x = ║\n")
        await asyncio.sleep(0.1)
        key.cancel()
        await asyncio.sleep(0.2)

        assert part.health.state.is_lost

    play(server, act)
