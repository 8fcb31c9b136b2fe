import pytest

from holdfast.sharing.age import is_recipient, new_identity

_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_FIELD = 2**255 - 19
_ORDER_8 = 0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0


def recipient(point: int) -> str:
    """`age1…` for the point with this u-coordinate (BIP 173, RFC 7748)."""
    bits = "".join(f"{byte:08b}" for byte in point.to_bytes(32, "little")) + "0" * 4
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    prefix = [ord(char) >> 5 for char in "age"] + [0] + [ord(char) & 31 for char in "age"]
    check = 1
    for value in [*prefix, *values, *[0] * 6]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> bit & 1 else 0
    sums = [(check ^ 1) >> 5 * (5 - at) & 31 for at in range(6)]
    return "age1" + "".join(_DIGITS[value] for value in [*values, *sums])


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        pytest.param(9, True, id="the base point"),
        pytest.param(0, False, id="zero"),
        pytest.param(1, False, id="one"),
        pytest.param(_ORDER_8, False, id="of order 8"),
        pytest.param(_FIELD - 1, False, id="minus one"),
        pytest.param(_FIELD, False, id="zero in another spelling"),
        pytest.param(_ORDER_8 + 2**255, False, id="with the bit that is ignored"),
    ],
)
def test_points_that_would_stop_the_program_are_no_recipients(point: int, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_recipient(recipient(point)) is expected


def test_what_a_key_is_made_for_is_a_recipient() -> None:
    assert all(is_recipient(new_identity().recipient) for _ in range(20))
