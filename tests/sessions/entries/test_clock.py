import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.sessions.entries.clock import next_stamp, stamp_ms
from holdfast.sessions.entries.uuid7 import uuid7


@given(st.lists(st.integers(-10, 2**48 + 10), min_size=2, max_size=50))
def test_stamps_grow_whatever_the_wall_clock_does(walls: list[int]) -> None:
    stamps: list[str] = []
    for wall in walls:
        # The last millisecond of the year 10889 is where the clock ends; it has 65,536 counts, more than are taken here.
        stamps.append(next_stamp(stamps[-1] if stamps else None, wall))

    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("last", "wall_ms", "expected"),
    [
        pytest.param(None, 0x0193472A8C1E, "0193472a8c1e-0000", id="first"),
        pytest.param("0193472a8c1e-0000", 0x0193472A8C1F, "0193472a8c1f-0000", id="later"),
        pytest.param("0193472a8c1e-0000", 0x0193472A8C1E, "0193472a8c1e-0001", id="same millisecond"),
        pytest.param("0193472a8c1e-0009", 0x0093472A8C1E, "0193472a8c1e-000a", id="clock set back by years"),
        pytest.param("0193472a8c1e-ffff", 0, "0193472a8c1f-0000", id="counter full"),
        pytest.param(None, -5, "000000000000-0000", id="before 1970"),
    ],
)
def test_the_stamp_after(last: str | None, wall_ms: int, expected: str) -> None:
    assert next_stamp(last, wall_ms) == expected


def test_a_stamp_tells_its_wall_time() -> None:
    assert stamp_ms(next_stamp(None, 1_795_000_000_123)) == 1_795_000_000_123


def test_a_session_id_is_a_uuid_of_version_7_with_its_time_in_front() -> None:
    made = uuid7(0x017F22E279B0)

    assert str(made)[:14] == "017f22e2-79b0-"  # the example of RFC 9562, appendix A.6
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_session_ids_of_one_millisecond_differ() -> None:
    assert len({uuid7(1) for _ in range(1000)}) == 1000
