import asyncio

import pytest

from holdfast.completion.rest import REST_SECONDS, Rest
from holdfast.evaluation.virtual_time import run_virtually


async def _seconds_until_quiet(rest: Rest) -> float:
    loop = asyncio.get_running_loop()
    started = loop.time()
    await rest.until_quiet()
    return round(loop.time() - started, 2)


def test_it_is_quiet_a_while_after_the_last_key() -> None:
    async def act() -> None:
        rest = Rest()
        with rest.broken():
            await asyncio.sleep(5)

        assert await _seconds_until_quiet(rest) == REST_SECONDS

    run_virtually(act())


def test_it_is_not_quiet_while_the_server_is_busy() -> None:
    async def act() -> None:
        rest = Rest()
        busy_until = asyncio.get_running_loop().time() + 10
        rest.is_busy = lambda: asyncio.get_running_loop().time() < busy_until

        assert 10 <= await _seconds_until_quiet(rest) <= 10.5

    run_virtually(act())


def test_the_next_key_disturbs_all_who_wait_for_one() -> None:
    async def act() -> None:
        rest = Rest()
        waiting = [asyncio.create_task(rest.until_disturbed()) for _ in range(2)]
        await asyncio.sleep(1)
        assert [task.done() for task in waiting] == [False, False]
        with rest.broken():
            await asyncio.sleep(0)
            await rest.until_disturbed()

            assert [task.done() for task in waiting] == [True, True]

    run_virtually(act())


def test_work_at_rest_is_done_or_given_up_at_a_key() -> None:
    async def act() -> None:
        rest = Rest()
        ended: list[str] = []

        async def work(name: str) -> str:
            try:
                await asyncio.sleep(5)
            finally:
                ended.append(name)
            return name

        async def fail() -> str:
            raise ValueError("broken")

        done = await rest.unless_disturbed(work("alone"))
        disturbed = asyncio.create_task(rest.unless_disturbed(work("disturbed")))
        await asyncio.sleep(1)
        with rest.broken():
            given_up = await disturbed
            at_once = await rest.unless_disturbed(work("too late"))

        assert (done, given_up, at_once) == ("alone", None, None)
        assert ended[:2] == ["alone", "disturbed"]
        with pytest.raises(ValueError, match="broken"):
            await rest.unless_disturbed(fail())

    run_virtually(act())
