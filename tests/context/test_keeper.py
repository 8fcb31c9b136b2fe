import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable

import pytest

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.context.epoch import RERANK_LINES, ContextStamp
from holdfast.context.gather import GatheredContext
from holdfast.context.keeper import EpochKeeper
from holdfast.cursor import Cursor
from holdfast.errors import StorageError
from holdfast.evaluation.virtual_time import run_virtually
from playing_server import KnownSource

BLOCK = ContextBlock("a.py", (1, 1), "function", ("x",), 1, "def a(): ...")
OTHER = ContextBlock("b.py", (1, 1), "function", ("x",), 1, "def b(): ...")


def keeper(source: KnownSource, *seconds: float) -> EpochKeeper:
    """`seconds` each gathering takes, one after another; then none."""
    left = iter(seconds)

    async def worker(call: Callable[[], GatheredContext]) -> GatheredContext:
        await asyncio.sleep(next(left, 0.0))
        return call()

    return EpochKeeper(source, worker, budget_tokens=100, count_tokens=len)


def place(line: int = 0, path: str = "shop/cart.py") -> Cursor:
    return at("\n" * line + "x║\n", path=path)


def virtually(main: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await main()

    run_virtually(run())


def now() -> float:
    return round(asyncio.get_running_loop().time(), 3)


async def test_an_epoch_is_kept_while_it_serves() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    first = await epochs.at(place(10))
    source.generation = 2

    assert [await epochs.at(place(line)) is first for line in (10, 0, 210, 211)] == [True, True, True, False]
    assert len(source.gathered) == 2


async def test_an_epoch_from_before_there_was_an_index_serves_only_until_there_is_one() -> None:
    source = KnownSource(())
    source.generation = 0
    epochs = keeper(source)
    blind = await epochs.at(place())
    assert await epochs.at(place()) is blind
    source.generation = 3
    seeing = await epochs.at(place())
    source.generation = 4

    assert [seeing is blind, await epochs.at(place()) is seeing] == [False, True]


async def test_every_document_has_its_own_and_only_the_latest_are_kept() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    for number in range(17):
        await epochs.at(place(path=f"{number}.py"))

    kept = [epochs.current(place(path=f"{number}.py")) is not None for number in (0, 1, 16)]
    assert kept == [False, True, True]


def test_a_slow_gathering_is_waited_for_150_ms_once_and_counts_when_it_is_there() -> None:
    async def main() -> None:
        source = KnownSource((BLOCK,))
        epochs = keeper(source, 1.0)
        first = await epochs.at(place())
        assert (first.blocks, now()) == ((), 0.15)
        second = await epochs.at(place())
        assert (second.blocks, now()) == ((), 0.15)
        await asyncio.sleep(1)
        assert (await epochs.at(place())).blocks == (BLOCK,)
        assert len(source.gathered) == 1

    virtually(main)


def test_by_hand_an_old_epoch_serves_when_a_new_one_takes_too_long() -> None:
    async def main() -> None:
        source = KnownSource((BLOCK,))
        epochs = keeper(source, 0.1, 9.0)
        first = await epochs.at(place())
        assert await epochs.at(place(), anew=True) is first
        assert now() == 0.25

    virtually(main)


def test_a_key_that_is_cancelled_does_not_stop_the_gathering() -> None:
    async def main() -> None:
        source = KnownSource((BLOCK,))
        epochs = keeper(source, 0.1)
        asking = asyncio.create_task(epochs.at(place()))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.wait([asking])
        assert (await epochs.at(place())).blocks == (BLOCK,)
        assert (len(source.gathered), now()) == (1, 0.1)

    virtually(main)


async def test_at_a_pause_it_is_renewed_only_when_something_changed() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    renewed = [await epochs.renew(place()), await epochs.renew(place())]
    source.generation = 2
    renewed.append(await epochs.renew(place()))
    source.manifest, source.blocks = (5, 5), ()
    renewed.append(await epochs.renew(place()))

    assert renewed == [True, False, False, True]
    assert len(source.gathered) == 3


async def test_what_could_be_gathered_is_looked_at_in_a_worker() -> None:
    """Many manifests are thousands of `stat`s, and the loop has keys to answer."""
    inside = threading.Event()
    looked: list[bool] = []

    class Looking(KnownSource):
        def stamp(self, cursor: Cursor) -> ContextStamp:
            looked.append(inside.is_set())
            return KnownSource.stamp(self, cursor)

    async def worker(call: Callable[[], GatheredContext]) -> GatheredContext:
        inside.set()
        try:
            return call()
        finally:
            inside.clear()

    epochs = EpochKeeper(Looking((BLOCK,)), worker, budget_tokens=100, count_tokens=len)
    await epochs.at(place())
    await epochs.renew(place())
    await epochs.renew(place(1))

    assert looked == [True, True, True]


async def test_a_look_that_breaks_gathers_again(caplog: pytest.LogCaptureFixture) -> None:
    class Breaking(KnownSource):
        def stamp(self, cursor: Cursor) -> ContextStamp:
            if self.error is not None:
                raise self.error
            return KnownSource.stamp(self, cursor)

    source = Breaking((BLOCK,))
    epochs = keeper(source)
    await epochs.renew(place())
    source.error = OSError("gone")
    with caplog.at_level(logging.CRITICAL):
        renewed = [await epochs.renew(place())]
    source.error, source.blocks = None, (OTHER,)
    source.generation = 2
    renewed.append(await epochs.renew(place()))

    assert renewed == [False, True]


@pytest.mark.parametrize(
    ("lines", "asked"),
    [(0, False), (RERANK_LINES - 1, False), (RERANK_LINES, True), (-RERANK_LINES, True), (3 * RERANK_LINES, True)],
)
async def test_some_lines_further_on_a_pause_gathers_again(lines: int, asked: bool) -> None:  # noqa: FBT001 - a table's column
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    await epochs.at(place(50))
    source.blocks = (OTHER,)

    assert await epochs.renew(place(50 + lines)) is asked
    assert (await epochs.at(place(50 + lines))).blocks == ((OTHER,) if asked else (BLOCK,))


async def test_a_block_that_stays_as_it_is_is_no_change_and_counts_for_the_new_place() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    await epochs.at(place(50))

    assert not await epochs.renew(place(50 + RERANK_LINES))
    assert not await epochs.renew(place(50 + RERANK_LINES + 1))
    assert len(source.gathered) == 2


async def test_lines_that_are_typed_gather_nothing_before_a_pause() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    first = await epochs.at(place(0))

    assert [await epochs.at(place(line)) is first for line in range(10 * RERANK_LINES)] == [True] * 10 * RERANK_LINES
    assert len(source.gathered) == 1


async def test_a_gathering_is_told_what_the_same_document_had_before() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    first = await epochs.at(place())
    await epochs.at(place(path="other.py"))
    await epochs.at(place(), anew=True)

    assert source.previous == [None, None, first.context.packed]


@pytest.mark.parametrize("error", [StorageError("damaged"), OSError("gone"), KeyError("bug")], ids=repr)
async def test_a_gathering_that_breaks_leaves_typing_without_context_until_a_pause(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    source = KnownSource((BLOCK,), error=error)
    epochs = keeper(source)
    with caplog.at_level(logging.CRITICAL):
        broken = [(await epochs.at(place())).blocks for _ in range(3)]
        asked = len(source.gathered)
        renewed = await epochs.renew(place())
    source.error = None

    assert (broken, asked, renewed) == ([(), (), ()], 1, False)
    assert await epochs.renew(place())
    assert (await epochs.at(place())).blocks == (BLOCK,)


async def test_a_gathering_that_breaks_at_a_pause_keeps_what_there_was() -> None:
    source = KnownSource((BLOCK,))
    epochs = keeper(source)
    await epochs.at(place())
    source.generation, source.error = 2, OSError("gone")
    await epochs.renew(place())

    assert (await epochs.at(place())).blocks == (BLOCK,)


def test_what_is_forgotten_while_it_is_gathered_does_not_come_back() -> None:
    async def main() -> None:
        source = KnownSource((BLOCK,))
        epochs = keeper(source, 0.1)
        asking = asyncio.create_task(epochs.at(place()))
        await asyncio.sleep(0.05)
        epochs.forget()
        await asking
        assert epochs.current(place()) is None

    virtually(main)
