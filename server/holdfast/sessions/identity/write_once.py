"""Small files that are written once and only read afterwards: of several writers, the first one's text stays."""

import errno
import os
import secrets
from pathlib import Path

from holdfast.errors import DiskFull, StorageError
from holdfast.locations import make_private

_PRIVATE_FILE = 0o600
_OTHERS = 0o077


def write_once(path: Path, text: str) -> str:
    """Make `path` (0600) with `text`, whole or not at all, unless it is there; return what it holds.

    Raises StorageError or DiskFull.
    """
    make_private(path.parent)
    try:
        if not path.exists():
            _place(path, text)
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"No space left to write {path}.", remedy="Free some space and try again.") from error
        raise StorageError(f"Cannot keep {path}: {error.strerror}.", remedy="Check its permissions.") from error


def keep_private(path: Path) -> None:
    """Take from others what access to `path` a copy may have given them; raises StorageError."""
    try:
        if path.stat().st_mode & _OTHERS:
            path.chmod(_PRIVATE_FILE)
    except OSError as error:
        raise StorageError(f"Others can read {path}: {error.strerror}.", remedy="Set its mode to 0600.") from error


def _place(path: Path, text: str) -> None:
    torn = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link is refused when somebody was faster; a rename would replace what they have read already.
            os.link(torn, path)
        except FileExistsError:
            return
        except OSError:
            # A file system without hard links.
            torn.replace(path)
    finally:
        torn.unlink(missing_ok=True)
