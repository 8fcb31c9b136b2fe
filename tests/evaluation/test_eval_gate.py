"""The gate: what the shipped workspace's context held when it was last recorded, it still holds."""

from collections.abc import Mapping

import pytest

from eval_gate import fallen, measure, read_recorded


def test_the_shipped_workspace_keeps_its_recall() -> None:
    """Recorded anew, when it rose, by `python tests/eval_gate.py`."""
    recorded, measured = read_recorded(), measure()

    assert fallen(recorded, measured) == []
    assert set(measured) == set(recorded)


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        pytest.param({"new names": 0.9}, [], id="the-same"),
        pytest.param({"new names": 0.99}, [], id="more"),
        pytest.param({"new names": 0.871}, [], id="a-little-less"),
        pytest.param({"new names": 0.869}, ["new names: 0.869, recorded 0.900"], id="over-three-points-less"),
        pytest.param({}, ["new names: 0.000, recorded 0.900"], id="no-longer-measured"),
    ],
)
def test_a_fall_of_over_three_points_is_told(measured: Mapping[str, float], words: list[str]) -> None:
    assert fallen({"new names": 0.9}, measured) == words
