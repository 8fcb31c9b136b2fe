"""When the work of a pause is done."""

import asyncio

import pytest

from cursor_notation import at
from holdfast.completion.pauses import Pauses
from holdfast.cursor import Cursor
from holdfast.errors import StorageError
from holdfast.evaluation.virtual_time import run_virtually

BETWEEN_KEYS = 0.12
LAST_KEY = 2 * BETWEEN_KEYS


class Prepared:
    """Notes when which cursor was prepared; each time takes `seconds`."""

    def __init__(self, seconds: float = 0.0, error: Exception | None = None) -> None:
        self.times: list[tuple[float, str]] = []
        self._seconds = seconds
        self._error = error

    async def __call__(self, cursor: Cursor) -> None:
        self.times.append((round(asyncio.get_running_loop().time(), 3), cursor.before))
        await asyncio.sleep(self._seconds)
        if self._error is not None:
            raise self._error


def test_keys_put_the_pause_off_until_they_stop() -> None:
    prepared = Prepared()

    async def main() -> None:
        pauses = Pauses(prepared)
        for text in ("a║", "ab║", "abc║"):
            pauses.key_typed(at(text))
            await asyncio.sleep(BETWEEN_KEYS)
        await asyncio.sleep(2)
        await pauses.aclose()

    run_virtually(main())
    assert [text for _, text in prepared.times] == ["abc"]
    assert prepared.times[0][0] >= LAST_KEY + BETWEEN_KEYS


def test_where_the_cursor_came_to_rest_is_prepared_soon() -> None:
    prepared = Prepared()

    async def main() -> None:
        pauses = Pauses(prepared)
        pauses.cursor_rests(at("here║"))
        await asyncio.sleep(1)
        await pauses.aclose()

    run_virtually(main())
    assert prepared.times == [(0.05, "here")]


def test_what_is_being_prepared_is_finished_before_the_next() -> None:
    prepared = Prepared(seconds=0.4)

    async def main() -> None:
        pauses = Pauses(prepared)
        pauses.cursor_rests(at("one║"))
        await asyncio.sleep(0.2)
        pauses.cursor_rests(at("two║"))
        await asyncio.sleep(2)
        await pauses.aclose()

    run_virtually(main())
    assert [text for _, text in prepared.times] == ["one", "two"]
    assert prepared.times[1][0] >= 0.45


@pytest.mark.parametrize("error", [StorageError("full"), KeyError("bug")], ids=["named", "unforeseen"])
def test_a_pause_that_breaks_is_followed_by_others(error: Exception) -> None:
    prepared = Prepared(error=error)

    async def main() -> None:
        pauses = Pauses(prepared)
        for text in ("a║", "b║"):
            pauses.cursor_rests(at(text))
            await asyncio.sleep(1)
        await pauses.aclose()

    run_virtually(main())
    assert [text for _, text in prepared.times] == ["a", "b"]


def test_nothing_is_prepared_after_the_end() -> None:
    prepared = Prepared()

    async def main() -> None:
        pauses = Pauses(prepared)
        pauses.key_typed(at("a║"))
        await pauses.aclose()
        await asyncio.sleep(2)

    run_virtually(main())
    assert prepared.times == []
