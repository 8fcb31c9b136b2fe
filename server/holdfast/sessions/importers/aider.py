"""Aider: `.aider.chat.history.md`, one Markdown file in each folder it was started in, to which it appends.

`# aider chat started at …` begins a session, `#### ` stands before each line of the person and `> ` before each line of the
program's own; everything else the model said. Neither sessions nor messages have ids: those given here come from what does
not change when the file grows. Within a fence of code nothing but the header is a mark. After `aider/io.py` of Aider-AI/aider.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from holdfast.sessions.importers.fields import millis
from holdfast.sessions.importers.importer import (
    Found,
    Item,
    Message,
    Part,
    ReadTo,
    Reference,
    Role,
    SessionFacts,
    Text,
    ToolResult,
)
from holdfast.sessions.importers.markdown_fence import Fence
from holdfast.sessions.importers.on_disk import is_file
from holdfast.sessions.importers.stable_id import stable_id, text_digest
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_HISTORY: Final = ".aider.chat.history.md"
_STARTED: Final = "# aider chat started at "
_HEADER: Final = re.compile(r"# aider chat started at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s*")
_LONGEST_LINE: Final = 1024 * 1024
_LONGEST_BLOCK: Final = 8 * 1024 * 1024
_BEGINNING: Final = 16 * 1024
_EDITED: Final = re.compile(r"(?:Applied edit to|Creating empty file|Added) ([^\s][^\n]{0,500}?)(?: to the chat\.?)?")
_COMMIT: Final = re.compile(r"Commit ([0-9a-f]{7,40}) ")
_COSTS: Final = re.compile(r"Tokens: .{1,80}|Cost: .{1,80}|Aider v\d.{0,40}")


class Aider:
    """An `Importer`."""

    tool = "aider"
    title = "Aider"
    parser_version = 1
    is_appended = True

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """The history that the environment names, that of the home folder, and those of this folder and the ones above."""
        folder = self._where.folder
        named = self._where.named("AIDER_CHAT_HISTORY_FILE")
        above = [folder, *folder.parents] if folder is not None else []
        candidates = [
            *([(folder or self._where.home) / named] if named is not None else []),
            *(at / _HISTORY for at in (*above, self._where.home)),
        ]
        for path in dict.fromkeys(candidates):
            if is_file(path):
                yield Found(path, str(path.parent))

    def recognises(self, path: Path) -> bool:
        """A file in whose beginning a session begins."""
        if path.name != _HISTORY and path.suffix != ".md":
            return False
        try:
            with path.open("rb") as file:
                return f"\n{_STARTED}".encode() in b"\n" + file.read(_BEGINNING)
        except OSError:
            return False

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The sessions from the byte `offset` on, at which one begins.

        What the last block says is held back while more can follow: the program's lines are written one by one.
        """
        with path.open("rb") as file:
            yield from _read(file, offset, path.parent)


@dataclass(slots=True)
class _Chat:
    """The session that is being read."""

    session: str
    _number: int = field(default=0, init=False)
    _role: Role | None = field(default=None, init=False)
    _lines: list[str] = field(default_factory=list, init=False)
    _length: int = field(default=0, init=False)
    _ended: bool = field(default=False, init=False)
    _fence: Fence = field(default_factory=Fence, init=False)
    _opened: int = field(default=0, init=False)

    def read(self, line: str) -> Iterator[Message]:
        """Take the next line of the file; gives the block before it, where this begins another."""
        is_code = self._fence.is_open
        if not is_code and (line.startswith("#### ") or line == "####"):
            yield from self._line("user", line[5:].rstrip())
        elif not is_code and (line.startswith("> ") or line == ">"):
            yield from self._line("tool", line[2:].rstrip())
        elif not line.strip():
            self._blank()
        else:
            yield from self._line("assistant", line)
            self._fence.line(line)
            if self._fence.is_open and not is_code:
                self._opened = len(self._lines)

    def close(self) -> Iterator[Message]:
        """The end of the session: a fence that was never closed was none, and what follows it is looked at again."""
        while self._fence.is_open:
            rest = self._lines[self._opened :]
            del self._lines[self._opened :]
            self._fence = Fence()
            for line in rest:
                yield from self.read(line)
        yield from self.end()

    def _line(self, role: Role, said: str) -> Iterator[Message]:
        if role != self._role or self._ended:
            yield from self.end()
            self._role = role
        self._add(said)

    def _blank(self) -> None:
        """A line with nothing in it: it ends what the person says, and belongs to what anybody else does."""
        if self._role == "user":
            self._ended = True
        elif self._lines:
            self._add("")

    def _add(self, said: str) -> None:
        if self._length < _LONGEST_BLOCK:
            self._lines.append(said)
            self._length += len(said) + 1

    def is_whole(self) -> bool:
        """Whether the last block is one that nothing is added to: Aider writes a message and a blank line at once."""
        if self._fence.is_open:
            return False
        return self._role == "user" or (self._role == "assistant" and bool(self._lines) and not self._lines[-1].strip())

    def end(self) -> Iterator[Message]:
        """The block that was being read, as a message."""
        role, said = self._role, "\n".join(self._lines).strip()
        self._role, self._length, self._ended = None, 0, False
        self._lines.clear()
        if role is None or said in {"", "<blank>"}:
            return
        parts = tuple(_program(said)) if role == "tool" else (Text(said),)
        number = self._number
        self._number += 1
        if parts:
            yield Message(self.session, stable_id(number, role, said), role, parts)


def _read(file: BinaryIO, offset: int, folder: Path) -> Iterator[Item]:
    chat: _Chat | None = None
    header, alike = "", 0
    for start, line in _lines(file, offset):
        if _HEADER.fullmatch(line):
            if chat is not None:
                yield from chat.close()
            named = line.removeprefix(_STARTED).strip()
            # Two that began in the same second are told apart by their order, so that reading begins at the first again.
            alike = alike + 1 if named == header else 0
            header = named
            if alike == 0:
                yield ReadTo(start)
            session = text_digest(f"{folder.name}\n{named}") + (f":{alike}" if alike else "")
            chat = _Chat(session)
            yield SessionFacts(session, folder=str(folder), started_ms=_local_ms(named))
        elif chat is not None:
            yield from chat.read(line)
    if chat is not None and chat.is_whole():
        yield from chat.end()


def _program(said: str) -> Iterator[Part]:
    """The program's own lines, and the files and commits that they name; what it cost is no part of the conversation."""
    lines = [line for line in said.split("\n") if line.strip() and not _COSTS.match(line)]
    if not lines:
        return
    yield ToolResult("", "\n".join(lines))
    for line in lines:
        if (edited := _EDITED.fullmatch(line.strip())) is not None:
            yield Reference("file", edited[1])
        elif (commit := _COMMIT.match(line)) is not None:
            yield Reference("commit", commit[1])


def _lines(file: BinaryIO, offset: int) -> Iterator[tuple[int, str]]:
    """Each whole line and where it begins; a very long one comes in pieces, the last one only when it has an end."""
    file.seek(offset)
    start = offset
    while raw := file.readline(_LONGEST_LINE):
        if not raw.endswith(b"\n") and len(raw) < _LONGEST_LINE:
            return
        yield start, raw.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
        start += len(raw)


def _local_ms(named: str) -> int | None:
    """Aider writes the time of its machine, and not which zone that is in: it is taken as this machine's."""
    try:
        return millis(datetime.strptime(named[:19], "%Y-%m-%d %H:%M:%S").astimezone().timestamp())
    except (ValueError, OverflowError, OSError):
        return None
