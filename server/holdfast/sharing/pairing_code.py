"""The two codes of a pairing.

The *pairing code* is shown by a device that wants to join and typed on a member. It is made from the keys of that device and
the id of the vault it saw: a member that finds an announcement with this code knows that nobody exchanged the keys on their
way, and that the device is not looking at a vault that somebody else put there. 80 bits: who wants other keys with the same
code has to make about 2^80 of them.

The *confirmation* is shown by both afterwards, so that a device knows its person's own machine admitted it. 60 bits: a thief
who has a member's keys can try as many keys of its own as it likes until theirs is shown too.
"""

import hashlib
import hmac
from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U."""
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE_DIGITS: Final = 16
_CONFIRMATION_DIGITS: Final = 12
_GROUP: Final = 4


def pairing_code(fingerprint: str, vault: str) -> str:
    """`XXXX-XXXX-XXXX-XXXX` for the device with these keys that saw the vault with this id."""
    return _code(f"holdfast pairing\n{fingerprint}\n{vault}", _CODE_DIGITS)


def confirmation_code(fingerprint: str, vault: str, admitted_by: str) -> str:
    """`XXXX-XXXX-XXXX` for that device, admitted by who signs with `admitted_by`."""
    return _code(f"holdfast confirmation\n{fingerprint}\n{vault}\n{admitted_by}", _CONFIRMATION_DIGITS)


def is_same_code(code: str, typed: str) -> bool:
    """Whether a person meant `code`: case, spaces, dashes and letters that look alike do not count."""
    plain = "".join(char for char in typed.upper() if char.isalnum()).translate(_READ_AS)
    return hmac.compare_digest(code.replace("-", "").encode(), plain.encode("utf-8", "surrogatepass"))


def _code(text: str, digits: int) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") >> (256 - 5 * digits)
    code = "".join(_DIGITS[number >> (5 * place) & 31] for place in reversed(range(digits)))
    return "-".join(code[start : start + _GROUP] for start in range(0, digits, _GROUP))
