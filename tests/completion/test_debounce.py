from itertools import pairwise

import pytest

from holdfast.completion.debounce import Debounce

KEY_SECONDS = 0.12
ASK_DELAY = 0.04


def requests_in(debounce: Debounce, keys: int, *, pause_after: int = 0) -> list[int]:
    """The keys (counted from 1) that led to a request, of so many, each contradicting what was said at the last request.

    A wait that is not over when the next key comes leads to none. After every `pause_after` keys there is a pause.
    """
    asked, now = [], 0.0
    for key in range(1, keys + 1):
        until_next = 0.6 if pause_after and key % pause_after == 0 else KEY_SECONDS
        debounce.key(now)
        wait = debounce.wait_ms(now) / 1000
        if wait < until_next - ASK_DELAY:
            debounce.asked(now + wait)
            debounce.diverged()
            asked.append(key)
        now += until_next
    return asked


def test_while_nothing_speaks_against_the_model_no_key_waits() -> None:
    debounce = Debounce()
    waits = []
    for number in range(5):
        debounce.key(number * KEY_SECONDS)
        waits.append(debounce.wait_ms(number * KEY_SECONDS))
        debounce.asked(number * KEY_SECONDS)
        debounce.agreed()

    assert waits == [0.0] * 5


def test_after_contradictions_requests_keep_a_distance_that_shrinks_along_a_line() -> None:
    asked = requests_in(Debounce(), 60)
    apart = [later - earlier for earlier, later in pairwise(asked)]

    assert apart == [1, *[3] * 11, *[2] * (len(apart) - 12)]
    assert len(apart) > 20


def test_who_is_wrong_line_after_line_is_asked_seldom_and_then_at_pauses_only() -> None:
    asked = requests_in(Debounce(), 300)
    apart = [later - earlier for earlier, later in pairwise(asked)]

    assert (apart[-1], asked[-1] < 200) == (5, True)


def test_a_pause_always_gets_a_request() -> None:
    assert set(range(10, 301, 10)) <= set(requests_in(Debounce(), 300, pause_after=10))


def test_one_key_that_agrees_is_an_accident_and_three_are_not() -> None:
    debounce, waits = Debounce(), []
    for _ in range(8):
        debounce.diverged()
    for _ in range(4):
        debounce.asked(1.0)
        waits.append(debounce.wait_ms(1.0) > 0)
        debounce.agreed()

    assert (waits, debounce.is_trusted) == ([True, True, True, False], True)


def test_requests_are_never_closer_than_the_server_needs_to_begin() -> None:
    debounce = Debounce()
    for _ in range(30):
        debounce.first_token(900)
    for _ in range(5):
        debounce.diverged()
    debounce.asked(1.0)

    assert (debounce.wait_ms(1.7) > 0, debounce.wait_ms(1.95)) == (True, 0.0)


def test_the_distance_follows_the_person_s_rhythm() -> None:
    waits = {}
    for rhythm in (0.08, 0.3):
        debounce = Debounce()
        for number in range(40):
            debounce.key(number * rhythm)
        for _ in range(5):
            debounce.diverged()
        debounce.asked(10.0)
        waits[rhythm] = debounce.wait_ms(10.3)

    assert (waits[0.08], waits[0.3] > 0) == (0.0, True)


@pytest.mark.parametrize("fixed", [0, 350])
def test_a_fixed_wait_stays(fixed: int) -> None:
    debounce = Debounce(fixed_ms=fixed)
    for _ in range(9):
        debounce.diverged()

    assert debounce.wait_ms(1.0) == fixed
