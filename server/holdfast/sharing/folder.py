"""A folder that something else carries between machines: Syncthing, Dropbox, iCloud, a file server, a stick.

What carries it gives no promises: files come late, half, in any order, twice under another name, or vanish. So a file is
made beside its place and renamed; what sync tools leave behind is passed over; an empty file has not come yet. A marker
file says that the folder is ours: without it the folder is not written to, because what looks like an empty folder may be
the place where a disk is not mounted.
"""

import errno
import json
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from holdfast.sessions.identity.repository import find_repository
from holdfast.sharing.transport import LARGEST_FILE, TransportError, is_shared_name, not_there

MARKER: Final = "holdfast-vault.json"
_FORMAT: Final = "holdfast-vault"
_LARGEST_MARKER: Final = 4096
_DEEPEST: Final = 6
_TEMPORARY: Final = ".holdfast-"
_LEFT_BEHIND_S: Final = 3600.0
_PRIVATE: Final = 0o600
_PASSED_OVER: Final = frozenset({".ds_store", "desktop.ini", "thumbs.db", ".localized", "lost+found"})
_DOES_NOT_EXIST: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.ENXIO})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Folder:
    """The transport over `root`, a folder that `prepare_folder` has accepted."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def label(self) -> str:
        """`folder` and its path."""
        return f"folder {self._root}"

    def refresh(self) -> None:
        """See that the folder is there and ours; raises TransportError, transient, while it is not."""
        with self._told("read"):
            self._must_be_ours()

    def stamps(self, prefix: str = "") -> Mapping[str, str]:
        """Every shared file below the folder, with its size and time of change. Links are not followed."""
        with self._told("read"):
            return {name: f"{file.st_size}-{file.st_mtime_ns}" for name, file in self._below(prefix)}

    def names(self, prefix: str = "") -> list[str]:
        """The names of `stamps`, sorted."""
        return sorted(self.stamps(prefix))

    def sizes(self, prefix: str = "") -> Mapping[str, int]:
        """The same files, with their sizes."""
        with self._told("read"):
            return {name: file.st_size for name, file in self._below(prefix)}

    def read(self, name: str) -> bytes:
        """The file's bytes, of which the sync tool may have brought only a part."""
        with self._told(f"read {name}"):
            return self._read(name)

    def write(self, files: Mapping[str, bytes], remove: Sequence[str] = ()) -> None:
        """Each file in a temporary one first, on disk, then renamed. Raises TransportError at the first that fails."""
        with self._told("write"):
            self._must_be_ours()  # A disk that went away since leaves an empty folder, or none.
            for name, data in files.items():
                self._place(name, data)
            for name in remove:
                if is_shared_name(name):
                    (self._root / name).unlink(missing_ok=True)
                    with suppress(OSError):
                        (self._root / name).parent.rmdir()
            self._clear_left_behind()

    def _must_be_ours(self) -> None:
        if not self._root.is_dir():
            raise TransportError(
                f"The folder {self._root} is not there.",
                remedy="Is its disk mounted, and does its sync tool run?",
                transient=True,
            )
        if not _is_marked(self._root):
            raise TransportError(
                f"{MARKER} is missing in {self._root}: it is not the folder that was set up, or it has not come yet.",
                remedy="Mount it, wait for its sync tool, or set it up again: `holdfast sync setup --folder`.",
                transient=True,
            )

    def _below(self, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
        inner = prefix.rstrip("/") if prefix.endswith("/") and is_shared_name(f"{prefix}x.seg") else "v1"
        for name, status in self._files(inner, inner.count("/") + 1):
            if name.startswith(prefix):
                yield name, status

    def _files(self, inner: str, depth: int) -> Iterator[tuple[str, os.stat_result]]:
        try:
            found = list(os.scandir(self._root / inner))
        except FileNotFoundError:
            return
        for file in found:
            name = f"{inner}/{file.name}"
            if file.is_dir(follow_symlinks=False):
                if depth < _DEEPEST and not file.name.startswith("."):
                    yield from self._files(name, depth + 1)
            elif is_shared_name(name):
                with suppress(FileNotFoundError):  # The sync tool took it away in between.
                    status = file.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode) and status.st_size:
                        yield name, status

    def _read(self, name: str) -> bytes:
        if not is_shared_name(name):
            raise not_there(name, self.label)
        # A pipe would be waited for and a link can lead anywhere: whoever writes to the folder could have put one there.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(self._root / name, flags)
        except OSError as error:
            if error.errno in _DOES_NOT_EXIST | {errno.ELOOP}:
                raise not_there(name, self.label) from error
            raise
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise not_there(name, self.label)
            if status.st_size > LARGEST_FILE:
                raise self._too_large(name)
            data = file.read(LARGEST_FILE + 1)
        if not data:
            raise not_there(name, self.label)
        if len(data) > LARGEST_FILE:
            raise self._too_large(name)
        return data

    def _too_large(self, name: str) -> TransportError:
        return TransportError(f"{name} is larger than any file of ours ({self.label}).", remedy="Delete it.")

    def _place(self, name: str, data: bytes) -> None:
        if not is_shared_name(name):
            raise TransportError(f"“{name}” is no name of a shared file.")
        place = self._root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.parent.resolve().is_relative_to(self._root.resolve()):
            raise TransportError(f"{place.parent} leads out of the shared folder.", remedy="Delete that link.")
        torn = place.parent / f"{_TEMPORARY}{secrets.token_hex(8)}.tmp"
        try:
            descriptor = os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            torn.replace(place)
        finally:
            torn.unlink(missing_ok=True)
        _sync_folder(place.parent)

    def _clear_left_behind(self) -> None:
        """Temporary files of a process that was killed an hour ago or earlier."""
        with suppress(OSError):  # Folders come and go under it.
            for torn in (self._root / "v1").glob(f"**/{_TEMPORARY}*.tmp"):
                if time.time() - torn.lstat().st_mtime > _LEFT_BEHIND_S:
                    torn.unlink()

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _in_our_words(error, self._root, doing) from error


def prepare_folder(root: Path, *, inside_repository: bool = False) -> Folder:
    """The transport over `root`, made and marked as ours where it is new.

    Refuses, with a TransportError, a folder with files of something else, and one inside a git repository unless that is
    wanted: what lies there is one `git add` away from being published.
    """
    root = root.expanduser().absolute()
    repository = None if inside_repository else find_repository(root)
    if repository is not None:
        raise TransportError(
            f"{root} lies in the git repository {repository.root}.",
            remedy="Choose a folder outside of it, or say --inside-repository.",
        )
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not _is_marked(root):
            others = [file.name for file in sorted(root.iterdir()) if file.name.lower() not in _PASSED_OVER]
            if others:
                raise TransportError(
                    f"{root} has files of something else in it (such as {_printable(others[0])}), and no {MARKER}.",
                    remedy="Choose an empty folder, or one that another machine of yours has set up and that has come whole.",
                )
            _mark(root)
    except OSError as error:
        raise _in_our_words(error, root, "set up") from error
    return Folder(root)


def _mark(root: Path) -> None:
    torn = root / f"{_TEMPORARY}{secrets.token_hex(8)}.tmp"
    try:
        with torn.open("x", encoding="utf-8") as file:
            json.dump({"format": _FORMAT, "v": 1}, file)
            file.flush()
            os.fsync(file.fileno())
        torn.replace(root / MARKER)
    finally:
        torn.unlink(missing_ok=True)
    _sync_folder(root)


def _is_marked(root: Path) -> bool:
    try:
        with (root / MARKER).open("rb") as file:
            marker = json.loads(file.read(_LARGEST_MARKER))
    except FileNotFoundError:
        return False
    except ValueError:
        return False
    return isinstance(marker, dict) and marker.get("format") == _FORMAT


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where folders can be synced at all."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _in_our_words(error: OSError, root: Path, doing: str) -> TransportError:
    if error.errno in _FULL:
        return TransportError(
            f"No space left in {root}.", remedy="Free some space; what is there stays as it is.", transient=True
        )
    if error.errno in _DOES_NOT_EXIST:
        return TransportError(
            f"The folder {root} went away.", remedy="Is its disk mounted, and does its sync tool run?", transient=True
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return TransportError(
            f"Cannot {doing} in {root}: {error.strerror}.",
            remedy="Check its permissions, and that it is not read-only.",
        )
    reason = error.strerror or str(error)
    return TransportError(f"Cannot {doing} in {root}: {reason}.", remedy="It is tried again.", transient=True)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:80])
