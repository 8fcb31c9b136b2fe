"""Session ids: UUID version 7 of RFC 9562 section 5.7, which sort by the time they were made."""

import secrets
from uuid import UUID

_RANDOM_BITS = 74


def uuid7(unix_ms: int) -> UUID:
    """48 bits of `unix_ms`, the version, 12 random bits, the variant, 62 random bits."""
    random = secrets.randbits(_RANDOM_BITS)
    high_random, low_random = random >> 62, random & (2**62 - 1)
    return UUID(int=(unix_ms & (2**48 - 1)) << 80 | 0x7 << 76 | high_random << 64 | 0b10 << 62 | low_random)
