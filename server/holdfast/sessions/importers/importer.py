"""What every importer gives, whatever tool it reads: sessions, messages, and how far it has read.

An importer is one file. It knows where a tool keeps its sessions and how to read one of its files as a stream of `Item`s,
in the order in which they stand there. It opens files for reading alone, keeps no more in memory than one record, and never
raises for what a file holds: a record that it does not know becomes an `UnknownRecord`, a torn last line of a file that
grows ends the stream, and what cannot be read at all is told as `Unreadable`. An OSError may pass. What is stored of all
this, redacted, capped and without repetition, is decided in one place for all of them (`record.py`).

A session may lie in several files, which are read in any order, and in turns while they grow. What the session's own file
says has no `strand`; what another one says names it, so that each file's order is kept and none has to wait for another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from holdfast.sessions.entries.strand import Strand

Role = Literal["user", "assistant", "system", "tool"]


@dataclass(frozen=True, slots=True)
class Text:
    """What was said. `private` blocks and secrets are still in it."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a tool was asked: its name, and its input as the tool's JSON text."""

    id: str
    name: str
    input: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered to the call with `id`, as text."""

    id: str
    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """Something named: `to` is `file` (value: its path), `commit`, `url`, `attachment` (its name), `plan`."""

    to: str
    value: str


Part = Text | ToolCall | ToolResult | Reference


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known of a session; may come several times, None for what this record does not say. Later words count.

    `folder` is the working directory as the file itself names it, `started_ms` since 1970.
    """

    session: str
    title: str | None = None
    title_rank: int = 0
    """A title gives way to one of the same rank or higher: what a person wrote to what a model made up."""
    folder: str | None = None
    branch: str | None = None
    started_ms: int | None = None
    continues: str | None = None
    """The native id of the session that this one goes on with."""
    second_source: str = ""
    """With what the ids of all that follows begin, where another file of the tool holds the same session under other ids."""
    strand: Strand | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said or done. `session` and `id` are the tool's own ids; `parent` is the id it answers.

    Where a tool gives no ids, `id` is made from what does not change when the session grows: its number in the session,
    its role, and a digest of its text *without* anything secret (`stable_id.stable_id`).
    """

    session: str
    id: str
    role: Role
    parts: tuple[Part, ...]
    at_ms: int | None = None
    parent: str | None = None
    is_sidechain: bool = False
    """Said between a model and a helper of it, not to the person."""
    is_summary: bool = False
    """Written by a model about other messages, whoever the file says it is from."""
    model: str | None = None
    strand: Strand | None = None


@dataclass(frozen=True, slots=True)
class UnknownRecord:
    """A record that the importer has no rule for; `text` is its JSON, `session` "" where it does not say."""

    session: str
    id: str
    record: str
    text: str
    strand: Strand | None = None


@dataclass(frozen=True, slots=True)
class ReadTo:
    """Everything before the byte `offset` has been given: where reading may begin the next time."""

    offset: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should be a session, or the rest of one, cannot be read; it is tried again when the file changes.

    `why` in words that follow a path: `the file ends in the middle`.
    """

    why: str
    session: str = ""


Told = SessionFacts | Message | UnknownRecord
"""What is told of a session."""
Item = Told | ReadTo | Unreadable


@dataclass(frozen=True, slots=True)
class Found:
    """A file (or a folder that is one session) with sessions in it; `folder` is the project where the tool tells it cheaply."""

    path: Path
    folder: str | None = None
    is_part: bool = False
    """Holds more of a session that another file begins, as what a helper of the model did."""


class Importer(Protocol):
    """One tool's sessions."""

    tool: str
    """Its name on the command line and in entries: `claude-code`, `cline`, `chatgpt`."""
    title: str
    """Its name for a person: `Claude Code`."""
    parser_version: int
    """Goes up when the same file would give other messages; a file read by an older one is read again."""
    is_appended: bool
    """Whether its files only grow, so that reading may begin at an offset."""

    def find(self) -> Iterator[Found]:
        """What of it is on this machine, in a steady order; nothing where the tool is not used."""

    def recognises(self, path: Path) -> bool:
        """Whether the file or folder at `path`, which a person named, is one of this tool's; reads its beginning at most."""

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """What stands in `path` from the byte `offset` on (0 for tools whose files are rewritten)."""
