"""What tells this machine from another: the operating system's id for the installation, hashed for Holdfast alone.

systemd's machine-id(5) asks that the id is never shown as it is; so a keyed hash of it stands here.
"""

import hashlib
import platform
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Final

_LINUX_FILES: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_PURPOSE: Final = b"holdfast device"
_TIMEOUT_S: Final = 2.0
_RANDOM_NODE_BIT: Final = 1 << 40


def machine_fingerprint() -> str:
    """32 hexadecimal digits, the same at every start on this machine and different on another."""
    raw = _machine_id() or _network_id()
    return hashlib.blake2b(raw.encode("utf-8", "replace"), digest_size=16, key=_PURPOSE).hexdigest()


def _machine_id() -> str | None:
    if sys.platform == "darwin":
        return _mac_platform_uuid()
    if sys.platform == "win32":
        return _windows_machine_guid()
    for path in _LINUX_FILES:
        try:
            text = path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            continue
        if re.fullmatch("[0-9a-f]{32}", text):
            return text
    return None


def _mac_platform_uuid() -> str | None:
    try:
        answer = subprocess.run(
            ["ioreg", "-rd1", "-c", "IOPlatformExpertDevice"], capture_output=True, timeout=_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(rb'"IOPlatformUUID" = "([^"]+)"', answer.stdout)
    return found[1].decode("ascii", "replace") if found else None


def _windows_machine_guid() -> str | None:
    try:
        answer = subprocess.run(
            ["reg", "query", r"HKLM\SOFTWARE\Microsoft\Cryptography", "/v", "MachineGuid"],
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(rb"MachineGuid\s+REG_SZ\s+(\S+)", answer.stdout)
    return found[1].decode("ascii", "replace") if found else None


def _network_id() -> str:
    node = uuid.getnode()
    # uuid sets this bit in a number it made up, which would be another one at the next start.
    return platform.node() if node & _RANDOM_NODE_BIT else f"{node:012x}"
