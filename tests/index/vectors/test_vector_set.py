import numpy as np
import pytest

from holdfast.index.vectors.vector_set import VectorSet, as_rows


def exactly_nearest(rows: np.ndarray, vector: np.ndarray, count: int) -> list[int]:
    cosines = rows @ vector / np.linalg.norm(rows, axis=1)
    return [int(place) for place in np.argsort(-cosines)[:count]]


@pytest.mark.parametrize("dimension", [1, 63, 64, 65, 100], ids=str)
@pytest.mark.parametrize("count", [1, 1_024, 1_025, 2_500], ids=str)
def test_every_vector_finds_itself(dimension: int, count: int) -> None:
    draw = np.random.default_rng(dimension)
    some = draw.standard_normal((count, dimension)) + 1e-3
    vectors = VectorSet(dimension)
    for part in np.array_split(some, 3):
        vectors.add(as_rows(part.tolist()) if len(part) else np.zeros((0, dimension), np.int8))
    place, cosine = vectors.nearest(some[count // 2].tolist(), 1)[0]

    assert vectors.count == count
    assert cosine == pytest.approx(1.0, abs=1e-3)
    assert dimension == 1 or place == count // 2


def test_of_many_the_nearest_are_those_of_an_exact_comparison() -> None:
    draw = np.random.default_rng(7)
    centres = draw.standard_normal((500, 128))
    some = centres[draw.integers(0, 500, 20_000)] + 0.4 * draw.standard_normal((20_000, 128))
    vectors = VectorSet(128)
    vectors.add(as_rows(some.tolist()))
    asked = centres[3] + 0.1 * draw.standard_normal(128)
    found = [place for place, _ in vectors.nearest(asked.tolist(), 20)]

    assert len(set(found) & set(exactly_nearest(some, asked, 20))) >= 18


@pytest.mark.parametrize("vector", [[], [1.0], [1.0, 2.0, 3.0]], ids=str)
def test_a_vector_of_another_dimension_finds_nothing(vector: list[float]) -> None:
    vectors = VectorSet(2)
    vectors.add(as_rows([[1.0, 0.0], [0.0, 1.0]]))

    assert vectors.nearest(vector, 5) == []


def test_the_nearest_come_first_with_their_cosine() -> None:
    vectors = VectorSet(2)
    vectors.add(as_rows([[0.0, 5.0], [1e200, 1e200], [1e-200, 0.0], [-1.0, 0.0]]))
    found = vectors.nearest([3.0, 0.0], 3)

    assert [place for place, _ in found] == [2, 1, 0]
    assert [round(cosine, 2) for _, cosine in found] == [1.0, 0.71, 0.0]
