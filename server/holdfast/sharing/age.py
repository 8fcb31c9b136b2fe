"""Encryption to several readers, in the format of age (age-encryption.org/v1): the only file that knows the library.

age keeps a text secret and whole. It does not say who wrote it: that is what signatures are for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pyrage
from pyrage import x25519

_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_FIELD: Final = 2**255 - 19
_LOW_ORDER: Final = frozenset(
    [
        0,
        1,
        _FIELD - 1,
        0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
        0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
    ]
)
"""The points of Curve25519 of low order (Bernstein, "Curve25519: new Diffie-Hellman speed records", and cr.yp.to/ecdh.html)."""


class CannotDecrypt(Exception):
    """`not_for_us`: whole as far as it can be told, and encrypted to others; else changed, cut off, or not age at all."""

    def __init__(self, *, not_for_us: bool) -> None:
        super().__init__("encrypted to others" if not_for_us else "not what was encrypted")
        self.not_for_us = not_for_us


@dataclass(frozen=True, slots=True)
class AgeIdentity:
    """What decrypts: `text` is `AGE-SECRET-KEY-1…`, which the `age` command reads too."""

    text: str = field(repr=False)

    @property
    def recipient(self) -> str:
        """What others encrypt to: `age1…`. Raises ValueError when `text` is no identity."""
        return str(_identity(self.text).to_public())

    def decrypt(self, data: bytes) -> bytes:
        """The text in `data`; raises CannotDecrypt."""
        try:
            return bytes(pyrage.decrypt(data, [_identity(self.text)]))
        except pyrage.DecryptError as error:
            raise CannotDecrypt(not_for_us="No matching keys" in str(error)) from error


def new_identity() -> AgeIdentity:
    """A random identity."""
    return AgeIdentity(str(x25519.Identity.generate()))


def read_identity(text: str) -> AgeIdentity:
    """The identity that a person typed or a file holds; raises ValueError without repeating it."""
    identity = AgeIdentity("".join(text.split()).upper())
    _identity(identity.text)
    return identity


def is_recipient(text: str) -> bool:
    """Whether something can be encrypted to `text`."""
    try:
        is_one = str(x25519.Recipient.from_str(text)) == text
    except pyrage.RecipientError:
        return False
    # Nothing can be encrypted to these points, and the library stops the whole program where it is asked to.
    return is_one and _point(text) not in _LOW_ORDER


def encrypt(data: bytes, recipients: Sequence[str]) -> bytes:
    """`data` for each of `recipients`, at least one; raises ValueError when one is none."""
    if not recipients:
        raise ValueError("there is nobody to encrypt to")
    try:
        return bytes(pyrage.encrypt(data, [x25519.Recipient.from_str(text) for text in recipients]))
    except pyrage.RecipientError as error:
        raise ValueError("what should be a recipient of age is none") from error


def _point(recipient: str) -> int:
    """The u-coordinate (RFC 7748) in a well-formed `age1…`: 52 digits of 5 bits, 4 bits too many, and a checksum of 6 digits."""
    number = 0
    for digit in recipient.removeprefix("age1")[:-6]:
        number = number << 5 | _BECH32.index(digit)
    bytes_ = (number >> 4).to_bytes(32, "big")
    return (int.from_bytes(bytes_, "little") & (2**255 - 1)) % _FIELD


def _identity(text: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        raise ValueError("what should be an identity of age is none") from error
