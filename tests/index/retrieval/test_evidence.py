from math import sqrt

import pytest

from holdfast.index.retrieval.evidence import shares


@pytest.mark.parametrize(
    ("weighted", "expected"),
    [
        ([], {}),
        ([(("pay",), 0.0)], {}),
        ([(("pay", "close"), 3.0)], {"pay": 1.0, "close": 1.0}),
        ([(("pay",), 1.0), (("close",), 3.0)], {"pay": sqrt(1 / 4), "close": sqrt(3 / 4)}),
        ([(("pay",), 1.0), (("pay",), 1.0)], {"pay": 1.0}),
        ([(("pay",), 1.0), ((), 1.0)], {"pay": sqrt(1 / 2)}),
    ],
    ids=["nothing", "no weight", "one group", "two groups", "the same name in all", "a group without names"],
)
def test_a_name_has_the_root_of_its_share_of_the_weight(
    weighted: list[tuple[tuple[str, ...], float]], expected: dict[str, float]
) -> None:
    assert shares(weighted) == pytest.approx(expected)
