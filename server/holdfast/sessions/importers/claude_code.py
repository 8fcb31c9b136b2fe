"""Claude Code: `${CLAUDE_CONFIG_DIR:-~/.claude}/projects/<folder>/<session>.jsonl`, which grow line by line.

What its helpers did lies beside them, in `<session>/subagents/agent-<id>.jsonl` (in older versions `agent-<id>.jsonl`), and
belongs to the same session, each file as a strand of its own. The folder's name is no way back to the folder: where a session
worked, its lines say. A session saved from Claude Code on the web is one JSON file, `{"loglines": [...]}`.
https://code.claude.com/docs/en/settings; the form of the lines is not documented.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.claude_records import HEAD, WINDOW, ClaudeRecords
from holdfast.sessions.importers.fields import record, text
from holdfast.sessions.importers.importer import Found, Item, ReadTo, Unreadable
from holdfast.sessions.importers.json_lines import first_records, read_json_lines
from holdfast.sessions.importers.json_stream import stream_json
from holdfast.sessions.importers.surroundings import Surroundings

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HELPER: Final = "agent-"
_LOOKED_AT: Final = 64 * 1024
_SPOKEN: Final = frozenset(
    {"user", "assistant", "system", "summary", "attachment", "progress", "file-history-snapshot"}
)


class ClaudeCode:
    """The sessions of Claude Code on this machine."""

    tool = "claude-code"
    title = "Claude Code"
    parser_version = 2
    is_appended = True

    def __init__(self, around: Surroundings) -> None:
        self._roots = claude_folders(around)

    def find(self) -> Iterator[Found]:
        """Every session's file, and after it those of its helpers."""
        for root in self._roots:
            for folder in _sorted(root / "projects", "*"):
                yield from find_in(folder)

    def recognises(self, path: Path) -> bool:
        """A file of lines that name their session, or one from the web."""
        if not path.is_file():
            return False
        if path.suffix == ".json":
            return b'"loglines"' in _beginning(path)
        of_cowork = any(folder.name.startswith("local_") for folder in path.parents)
        return (
            path.suffix == ".jsonl"
            and not of_cowork
            and any(_is_ours(line) for line in first_records(path, _LOOKED_AT))
        )

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The file's items from `offset` on."""
        if path.suffix == ".json":
            return _read_loglines(path)
        return read_transcript(path, offset, records_of(path))


def claude_folders(around: Surroundings) -> tuple[Path, ...]:
    """Where Claude Code keeps its things: what `CLAUDE_CONFIG_DIR` names (several with commas), or the two usual places."""
    named = [name.strip() for name in around.environment.get("CLAUDE_CONFIG_DIR", "").split(",")]
    folders = [around.home / name[2:] if name.startswith("~/") else Path(name) for name in named if name]
    usual = (around.home / ".claude", (around.named("XDG_CONFIG_HOME") or around.home / ".config") / "claude")
    return tuple(dict.fromkeys(folders or usual))


def folder_name(workspace: Path) -> str:
    """What the folder of a workspace's sessions is called: its path with a `-` for each character that is no letter or digit."""
    return re.sub(r"[^A-Za-z0-9]", "-", str(workspace))


def find_in(folder: Path) -> Iterator[Found]:
    """The transcripts in one project's folder, each with those of its helpers."""
    for path in _sorted(folder, "*.jsonl"):
        is_part = path.name.startswith(_HELPER)
        yield Found(path, folder.name, is_part=is_part)
        for helper in _sorted(folder / path.stem / "subagents", "agent-*.jsonl"):
            yield Found(helper, folder.name, is_part=True)


def session_of(path: Path) -> str:
    """The native id of the session that a transcript is of: its name; or, where that is none, what its lines say."""
    if _UUID.fullmatch(path.stem):
        return path.stem
    found = (text(line, "sessionId") for line in first_records(path, _LOOKED_AT))
    return next((session for session in found if session), path.stem)


def records_of(path: Path, folder: str | None = None) -> ClaudeRecords:
    """What reads the transcript at `path`; `folder` as `ClaudeRecords` has it."""
    if path.parent.name == "subagents":
        return ClaudeRecords(path.parents[1].name, path.stem, is_helper=True, folder=folder)
    return ClaudeRecords(session_of(path), path.stem, is_beside=path.name.startswith(_HELPER), folder=folder)


def working_folder(path: Path) -> str | None:
    """The first working directory that the lines of a transcript name."""
    return next((folder for line in first_records(path, _LOOKED_AT) if (folder := text(line, "cwd"))), None)


def read_transcript(path: Path, offset: int, records: ClaudeRecords) -> Iterator[Item]:
    """The items of a transcript from `offset` on."""
    with path.open("rb") as file:
        if offset:
            for line in read_json_lines(file, 0):
                if line.start >= min(HEAD, offset):
                    break
                records.note_summary(line.start, line.record or {})
            for line in read_json_lines(file, _line_start(path, offset - WINDOW)):
                if line.start >= offset:
                    break
                records.look_at(line.start, line.record or {})
        for line in read_json_lines(file, offset):
            if line.record is None:
                yield Unreadable(line.why)
            else:
                yield from records.read(line.start, line.record)
            yield ReadTo(line.end)


def _read_loglines(path: Path) -> Iterator[Item]:
    records = None
    for number, member in enumerate(stream_json(path, ("loglines",))):
        if isinstance(member, Unreadable):
            yield member
        elif member.name == "loglines":
            line = record(member.value)
            records = records or ClaudeRecords(text(line, "sessionId") or path.stem, path.stem)
            yield from records.read(number, line)


def _line_start(path: Path, offset: int) -> int:
    """Where the first line at or behind `offset` begins."""
    if offset <= 0:
        return 0
    with path.open("rb") as file:
        file.seek(offset - 1)
        file.readline(WINDOW)
        return file.tell()


def _sorted(folder: Path, pattern: str) -> list[Path]:
    """What lies in `folder`; nothing where it is missing or may not be looked into."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LOOKED_AT)
    except OSError:
        return b""


def _is_ours(line: dict[str, object]) -> bool:
    return isinstance(line.get("sessionId"), str) and (line.get("type") in _SPOKEN or "uuid" in line)
