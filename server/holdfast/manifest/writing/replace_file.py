"""A file written whole or not at all: a new one beside it, made durable, and put in its place at once."""

import contextlib
import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from holdfast.errors import DiskFull, StorageError
from holdfast.manifest.writing.refusal import ManifestRefused

_MODE: Final = 0o666
"""Of a new file, less what the umask takes."""
_PREFIX: Final = ".holdfast-writing-"
_LARGEST_BYTES: Final = 1 << 20
_LEFT_BEHIND_SECONDS: Final = 600.0


def real_file(root: Path, file: Path) -> Path:
    """The file behind `file`, following links as long as they stay in `root`. Raises ManifestRefused where they do not."""
    try:
        behind = file.resolve()
    except (OSError, RuntimeError) as error:
        raise ManifestRefused(f"{file.name} is a link that leads nowhere.", remedy="Put the link right.") from error
    if not behind.is_relative_to(root.resolve()):
        raise ManifestRefused(
            f"{file.name} leads out of the workspace, to {behind}.", remedy="Refresh it where it lies."
        )
    return behind


def read_file(root: Path, file: Path) -> bytes:
    """The bytes of a manifest of at most 1 MB in `root`. Raises ManifestRefused and StorageError."""
    target = real_file(root, file)
    try:
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ManifestRefused(f"{file.name} is not a file.", remedy="Move it away.")
        if status.st_size > _LARGEST_BYTES:
            raise ManifestRefused(f"{file.name} is larger than 1 MB.", remedy="Is that the right file?")
        return target.read_bytes()
    except OSError as error:
        raise StorageError(f"{file.name} cannot be read: {error.strerror}.", remedy="Check its permissions.") from error


def replace_file(root: Path, file: Path, data: bytes, *, expected: bytes) -> None:
    """Put `data` in the place of `expected`, the file's present content; its mode stays.

    Raises ManifestRefused where the file has changed meanwhile or is no plain file, StorageError where it cannot be written.
    """
    target = real_file(root, file)
    try:
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ManifestRefused(f"{file.name} is not a file.", remedy="Move it away.")
        if not os.access(target, os.W_OK):
            raise StorageError(f"{file.name} is read-only.", remedy="Make it writable; nothing was changed.")
        with _beside(target, data, stat.S_IMODE(status.st_mode)) as written:
            if target.read_bytes() != expected:
                raise ManifestRefused(f"{file.name} was changed meanwhile.", remedy="Try again; nothing was written.")
            written.replace(target)
        _make_durable(target.parent)
    except OSError as error:
        raise _translated(error, file) from error


def create_file(root: Path, file: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a new file; ManifestRefused where one is there by then, be it a link that leads nowhere."""
    folder = real_file(root, file.parent)
    target = folder / file.name
    try:
        with _beside(target, data, mode) as written:
            try:
                os.link(written, target)
            except FileExistsError as error:
                raise ManifestRefused(f"{file.name} is there already.", remedy="Nothing was written.") from error
            except OSError:  # a file system without hard links
                if os.path.lexists(target):
                    raise ManifestRefused(f"{file.name} is there already.", remedy="Nothing was written.") from None
                written.replace(target)
        _make_durable(folder)
    except OSError as error:
        raise _translated(error, file) from error


@contextlib.contextmanager
def _beside(target: Path, data: bytes, mode: int | None = None) -> Iterator[Path]:
    """A durable file with `data` in the same folder, gone at the end unless it was put in place."""
    _sweep(target.parent)
    place = target.parent / f"{_PREFIX}{secrets.token_hex(8)}"
    handle = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), _MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            place.chmod(mode)
        yield place
    finally:
        place.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Take away what a killed writer left behind some time ago."""
    for left in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.lstat().st_mtime > _LEFT_BEHIND_SECONDS:
                left.unlink()


def _make_durable(folder: Path) -> None:
    """The new name survives a power cut; file systems that cannot say so are left alone."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _translated(error: OSError, file: Path) -> StorageError:
    if error.errno == errno.ENOSPC:
        return DiskFull(f"No space left to write {file.name}.", remedy="Free some space and try again.")
    return StorageError(
        f"{file.name} cannot be written: {error.strerror}.", remedy="Check the permissions of its folder."
    )
