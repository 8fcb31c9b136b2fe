"""Claude Cowork, the local agent of Claude's desktop app: transcripts of Claude Code in folders of its own.

`<app data>/Claude/local-agent-mode-sessions/<org>/<account>/local_<id>.json` describes a session, and `local_<id>/` beside it
holds its `.claude/projects/*/<session>.jsonl`. `Claude-3p` is the app with other providers.
https://claude.com/docs/cowork/3p/data-storage
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from holdfast.sessions.importers.claude_code import read_transcript, records_of, session_of
from holdfast.sessions.importers.fields import members, millis, record, text
from holdfast.sessions.importers.importer import Found, Item, SessionFacts
from holdfast.sessions.importers.surroundings import Surroundings

_APPS: Final = ("Claude", "Claude-3p")
_SESSIONS: Final = "local-agent-mode-sessions"
_LARGEST_DESCRIPTION: Final = 1024 * 1024


class Cowork:
    """The sessions of Cowork whose transcripts are on this machine."""

    tool = "cowork"
    title = "Claude Cowork"
    parser_version = 2
    is_appended = True

    def __init__(self, around: Surroundings) -> None:
        base = _app_data(around)
        self._roots = tuple(base / app / _SESSIONS for app in _APPS)

    def find(self) -> Iterator[Found]:
        """Every transcript, found by its place: the name of the folder it lies in is not built anew."""
        for root in self._roots:
            for path in _sorted(root, "*/*/local_*/.claude/projects/*/*.jsonl"):
                yield Found(path, is_part=path.name.startswith("agent-"))
                for helper in _sorted(path.parent, f"{path.stem}/subagents/agent-*.jsonl"):
                    yield Found(helper, is_part=True)

    def recognises(self, path: Path) -> bool:
        """A transcript in a folder of Cowork."""
        of_cowork = _described_by(path) is not None and any(folder.name == "projects" for folder in path.parents)
        return path.suffix == ".jsonl" and of_cowork and path.is_file()

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """The session as its description has it, and then what was said in it from `offset` on."""
        described = _description(path)
        folders = [folder for folder in members(described.get("userSelectedFolders")) if isinstance(folder, str)]
        folder = folders[0] if folders else text(described, "cwd")
        if described and not (path.parent.name == "subagents" or path.name.startswith("agent-")):
            session = session_of(path)
            started = millis(described.get("createdAt"))
            yield SessionFacts(session, title=text(described, "title"), title_rank=4, folder=folder, started_ms=started)
        yield from read_transcript(path, offset, records_of(path, folder))


def _app_data(around: Surroundings) -> Path:
    if around.platform == "darwin":
        return around.home / "Library" / "Application Support"
    if around.platform == "win32":
        return around.named("APPDATA") or around.home / "AppData" / "Roaming"
    return around.named("XDG_CONFIG_HOME") or around.home / ".config"


def _described_by(path: Path) -> Path | None:
    """The file that describes the session of the transcript at `path`."""
    for folder in path.parents:
        if folder.name.startswith("local_"):
            return folder.with_name(f"{folder.name}.json")
    return None


def _description(path: Path) -> Mapping[str, object]:
    described = _described_by(path)
    try:
        if described is None or not described.is_file():
            return {}
        with described.open("rb") as file:
            return record(json.loads(file.read(_LARGEST_DESCRIPTION).decode("utf-8", "replace")))
    except (OSError, ValueError, RecursionError):
        return {}


def _sorted(root: Path, pattern: str) -> list[Path]:
    try:
        return sorted(root.glob(pattern))
    except OSError:
        return []
