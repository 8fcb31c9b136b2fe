import pytest

from holdfast.evaluation.spread import Spread, percentile, spread_of


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0), (0.0, 1.0)]
)
def test_the_smallest_value_that_so_many_do_not_exceed(share: float, expected: float) -> None:
    assert percentile([float(number) for number in range(1, 101)], share) == expected


def test_one_value_is_every_percentile() -> None:
    assert spread_of([0.002]) == Spread(count=1, p50_ms=2.0, p95_ms=2.0, p99_ms=2.0, most_ms=2.0)


def test_seconds_in_any_order_become_milliseconds() -> None:
    found = spread_of([0.004, 0.001, 0.003, 0.002])
    assert (found.count, found.p50_ms, found.most_ms) == (4, 2.0, 4.0)


def test_nothing_measured_is_nothing() -> None:
    assert spread_of([]) == Spread(0, 0.0, 0.0, 0.0, 0.0)
