"""Losing the model server and finding it again, without wall time."""

import asyncio
import logging

import pytest

from holdfast.errors import ModelMissing, ServerTimeout, ServerUnreachable
from holdfast.inference.server_health import ServerHealth, ServerState

GONE = ServerUnreachable("Nothing answers.")


class Server:
    """Answers with what comes next in `answers`; `asked` counts."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0

    async def version(self) -> str:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Clock:
    """Sleeps that pass at once, or, when `stands`, never; remembers how long each would have been."""

    def __init__(self, *, stands: bool = False) -> None:
        self.slept: list[float] = []
        self._stands = stands

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await (asyncio.Event().wait() if self._stands else asyncio.sleep(0))


class Watcher:
    """The states it was told, and a way to wait for the next."""

    def __init__(self) -> None:
        self.states: list[ServerState] = []
        self._news = asyncio.Event()

    def __call__(self, state: ServerState) -> None:
        self.states.append(state)
        self._news.set()

    async def until(self, count: int) -> None:
        while len(self.states) < count:
            self._news.clear()
            await self._news.wait()


async def test_a_server_that_answers_is_there_with_its_version_and_only_another_one_is_news() -> None:
    watcher = Watcher()
    health = ServerHealth(Server("0.33.0", "0.33.0", "0.34.0").version, on_change=watcher)

    first, second, third = [await health.check() for _ in range(3)]

    assert (first, second) == (ServerState(is_lost=False, version="0.33.0"), first)
    assert watcher.states == [third] == [ServerState(version="0.34.0")]
    await health.aclose()


async def test_a_lost_server_is_found_again_with_longer_and_longer_pauses() -> None:
    watcher, clock = Watcher(), Clock()
    server = Server(*[GONE] * 7, ServerTimeout("silent"), "0.34.0")
    health = ServerHealth(server.version, on_change=watcher, sleep=clock.sleep)

    health.failed(GONE)
    await watcher.until(2)

    assert watcher.states == [
        ServerState(is_lost=True, version=None, cause=GONE),
        ServerState(is_lost=False, version="0.34.0"),
    ]
    assert clock.slept == [0.5, 1, 2, 4, 8, 10, 10, 10, 10]
    await health.aclose()


async def test_a_server_that_is_down_at_the_start_is_searched_for() -> None:
    watcher = Watcher()
    health = ServerHealth(Server(GONE, "0.33.0").version, on_change=watcher, sleep=Clock().sleep)

    state = await health.check()
    await watcher.until(2)

    assert (state.is_lost, health.state.version) == (True, "0.33.0")
    await health.aclose()


async def test_many_failures_make_one_search_with_one_probe_at_a_time() -> None:
    watcher = Watcher()
    server = Server(*[GONE] * 5, "0.33.0")
    health = ServerHealth(server.version, on_change=watcher, sleep=Clock().sleep)

    for _ in range(50):
        health.failed(GONE)
        await asyncio.sleep(0)
    await watcher.until(2)

    assert (server.most_at_once, [state.is_lost for state in watcher.states][:2]) == (1, [True, False])
    await health.aclose()


@pytest.mark.parametrize("error", [ModelMissing("no model"), ServerTimeout("slow")], ids=["refuses", "slow"])
async def test_a_server_that_refuses_or_is_slow_is_not_lost(error: ModelMissing | ServerTimeout) -> None:
    watcher = Watcher()
    health = ServerHealth(Server().version, on_change=watcher)

    health.failed(error)

    assert (health.state, watcher.states) == (ServerState(), [])
    await health.aclose()


async def test_an_answer_to_a_request_ends_the_search() -> None:
    watcher, server = Watcher(), Server()
    health = ServerHealth(server.version, on_change=watcher, sleep=Clock(stands=True).sleep)
    health.failed(GONE)
    await asyncio.sleep(0)

    health.answered()
    await asyncio.sleep(0)

    assert ([state.is_lost for state in watcher.states], server.asked) == ([True, False], 0)
    assert not [task for task in asyncio.all_tasks() if "find the model server" in task.get_name()]
    await health.aclose()


async def test_an_answer_from_a_server_that_is_there_is_no_news() -> None:
    watcher = Watcher()
    health = ServerHealth(Server("1").version, on_change=watcher)
    await health.check()

    health.answered()

    assert (health.state, watcher.states) == (ServerState(version="1"), [])
    await health.aclose()


async def test_closing_ends_the_search_and_later_failures_start_none() -> None:
    server = Server()
    health = ServerHealth(server.version, on_change=lambda _: None, sleep=Clock(stands=True).sleep)
    health.failed(GONE)
    await asyncio.sleep(0)

    await health.aclose()
    health.failed(GONE)

    assert (len(asyncio.all_tasks()), server.asked) == (1, 0)


async def test_a_search_that_breaks_is_logged_and_the_next_request_may_try(caplog: pytest.LogCaptureFixture) -> None:
    watcher = Watcher()
    health = ServerHealth(Server(ZeroDivisionError()).version, on_change=watcher, sleep=Clock().sleep)

    with caplog.at_level(logging.ERROR):
        health.failed(GONE)
        await watcher.until(2)

    assert ([state.is_lost for state in watcher.states], [record.message for record in caplog.records]) == (
        [True, False],
        ["the search for the model server broke"],
    )
    await health.aclose()
