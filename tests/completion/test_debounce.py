import pytest

from holdfast.completion.debounce import Debounce


def test_the_wait_grows_with_texts_that_diverge_and_ends_with_one_that_agrees() -> None:
    debounce = Debounce()
    waits = []
    for _ in range(7):
        waits.append(debounce.wait_ms())
        debounce.diverged()
    debounce.agreed()

    assert waits == sorted(waits)
    assert (waits[0], waits[-1], debounce.wait_ms()) == (0, 250, 0)


def test_a_slow_server_is_spared_once_it_was_wrong() -> None:
    debounce = Debounce()
    for _ in range(20):
        debounce.first_token(2000)
    before = debounce.wait_ms()
    debounce.diverged()

    assert (before, debounce.wait_ms()) == (0, 75)


def test_one_slow_answer_of_a_fast_server_changes_nothing() -> None:
    debounce = Debounce()
    debounce.first_token(100)
    debounce.first_token(1000)
    debounce.diverged()

    assert debounce.wait_ms() == 0


@pytest.mark.parametrize("fixed", [0, 350])
def test_a_fixed_wait_stays(fixed: int) -> None:
    debounce = Debounce(fixed_ms=fixed)
    for _ in range(9):
        debounce.diverged()

    assert debounce.wait_ms() == fixed
