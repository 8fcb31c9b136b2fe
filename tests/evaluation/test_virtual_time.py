import asyncio

import pytest

from holdfast.evaluation.virtual_time import run_virtually


async def clock() -> float:
    return round(asyncio.get_running_loop().time(), 6)


def test_an_hour_of_sleep_is_an_hour_of_the_loop_s_time() -> None:
    async def main() -> list[float]:
        times = [await clock()]
        for seconds in (0.0, 0.12, 3600.0):
            await asyncio.sleep(seconds)
            times.append(await clock())
        return times

    assert run_virtually(main()) == [0.0, 0.0, 0.12, 3600.12]


def test_timers_fire_in_their_order() -> None:
    async def main() -> list[str]:
        order: list[str] = []

        async def say(word: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            order.append(word)

        await asyncio.gather(say("third", 3.0), say("first", 1.0), say("second", 2.0))
        return order

    assert run_virtually(main()) == ["first", "second", "third"]


def test_a_timeout_passes_in_virtual_time() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.Event().wait()
        return await clock()

    assert run_virtually(main()) == 5.0


def test_work_for_a_thread_is_done_at_once_and_its_error_arrives() -> None:
    def fail() -> None:
        raise KeyError("bug")

    async def main() -> tuple[int, float]:
        loop = asyncio.get_running_loop()
        with pytest.raises(KeyError):
            await loop.run_in_executor(None, fail)
        return await loop.run_in_executor(None, len, "abc"), await clock()

    assert run_virtually(main()) == (3, 0.0)


def test_a_wait_that_no_timer_ends_is_an_error_and_no_hang() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="everything waits"):
        run_virtually(main())
