"""How far each file was read, so that the next time begins there, and notices a file that was replaced."""

import hashlib
import sqlite3
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEAD: Final = 4096
_BEFORE: Final = 256
_ID_BYTES: Final = 16
_MOST_IN_FOLDER: Final = 1000


@dataclass(frozen=True, slots=True)
class State:
    """What tells that a file, or a folder that is one session, has changed: `mtime_ns` and `size` in bytes."""

    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a file was read: to the byte `offset`, when it was in `state`, by a parser of the version `parser_v`.

    `mark` is a digest of how it began and of what stands before `offset`; `sessions` are those met in it; `last` is the last
    message before `offset`: its series and its native id.
    """

    offset: int
    state: State
    mark: bytes
    parser_v: int
    sessions: frozenset[str] = frozenset()
    last: tuple[str, str] | None = None


def state_of(path: Path) -> State | None:
    """The state of `path` now; None for what is neither a file nor a folder. Raises OSError."""
    status = path.stat()
    if stat.S_ISREG(status.st_mode):
        return State(status.st_mtime_ns, status.st_size)
    if not stat.S_ISDIR(status.st_mode):
        return None  # To open a pipe would wait for its writer.
    latest, size = 0, 0
    for number, child in enumerate(sorted(path.iterdir())):
        inside = child.stat() if number < _MOST_IN_FOLDER and child.is_file() else None
        if inside is not None:
            latest, size = max(latest, inside.st_mtime_ns), size + inside.st_size
    return State(latest, size)


def identity_of(path: Path) -> tuple[int, int]:
    """What tells that another file was put in the place of the one at `path`. Raises OSError."""
    status = path.stat()
    return status.st_dev, status.st_ino


def mark_of(path: Path, offset: int) -> bytes:
    """The digest that `Seen.mark` is, of the file as it is now. Raises OSError."""
    if offset <= 0:
        return b""
    with path.open("rb") as file:
        head = file.read(min(_HEAD, offset))
        file.seek(max(0, offset - _BEFORE))
        before = file.read(min(_BEFORE, offset))
    return hashlib.blake2b(head + before, digest_size=_ID_BYTES).digest()


def load_seen(connection: sqlite3.Connection, tool: str, path: str) -> Seen | None:
    """What is known of `path`."""
    row = connection.execute(
        "SELECT offset, mtime_ns, size, head, parser_v, sessions, last FROM native_seen WHERE tool = ? AND path = ?",
        (tool, path),
    ).fetchone()
    if row is None:
        return None
    offset, mtime_ns, size, head, parser_v, sessions, last = row
    series, _, native_id = last.partition(" ")
    last_message = (series, native_id) if native_id else None
    return Seen(offset, State(mtime_ns, size), head, parser_v, frozenset(_unpacked(sessions)), last_message)


def keep_seen(connection: sqlite3.Connection, tool: str, path: str, seen: Seen) -> None:
    """Remember it, within a transaction that is under way."""
    connection.execute(
        "INSERT OR REPLACE INTO native_seen (tool, path, offset, mtime_ns, size, head, parser_v, sessions, last)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            tool,
            path,
            seen.offset,
            seen.state.mtime_ns,
            seen.state.size,
            seen.mark,
            seen.parser_v,
            b"".join(bytes.fromhex(session.replace("-", "")) for session in sorted(seen.sessions)),
            " ".join(seen.last or ()),
        ),
    )


def _unpacked(packed: bytes) -> Iterable[str]:
    for start in range(0, len(packed), _ID_BYTES):
        digits = packed[start : start + _ID_BYTES].hex()
        yield "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
