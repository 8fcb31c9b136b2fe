"""How much is listened to: a stolen device may say whatever it likes, and must not fill the memory of the others with it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from holdfast.sharing.statement import MOST_SAID, Statement

_MOST_BYTES: Final = 8 * 1024 * 1024


def too_much(known: Sequence[Statement], new: Sequence[Statement]) -> frozenset[str]:
    """The digests of those of `new` that go beyond what one device may say, in number or bytes, besides the `known` ones."""
    said: Counter[str] = Counter()
    size: Counter[str] = Counter()
    beyond = set()
    for one in (*known, *sorted(new, key=lambda one: (one.number, one.signed.digest))):
        room = len(one.signed.line)
        if said[one.signer] == MOST_SAID or size[one.signer] + room > _MOST_BYTES:
            beyond.add(one.signed.digest)
        else:
            said[one.signer] += 1
            size[one.signer] += room
    return frozenset(beyond - {one.signed.digest for one in known})
