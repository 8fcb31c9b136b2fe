"""The key of the pseudonyms that stand in the place of secrets: one for all of a person's devices once they are paired."""

import hashlib
import hmac
from pathlib import Path
from typing import Final

from holdfast.sessions.identity.device import Device

SHARED_KEY: Final = Path("vault") / "pseudonyms.key"
"""Where, in the data directory, the key lies that came from the vault: 64 hexadecimal digits."""


def pseudonym_key(data: Path, device: Device) -> bytes:
    """The vault's key where there is one, so that all devices write the same marks; else one made from the device's secret."""
    try:
        shared = bytes.fromhex((data / SHARED_KEY).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        shared = b""
    return shared or hmac.digest(device.secret, b"holdfast pseudonyms", hashlib.sha256)
