"""Counts edits per file, so that a file worked on for an hour is a dozen entries and not ten thousand."""

import threading
from dataclasses import dataclass, field
from typing import Final

QUIET_S: Final = 300.0
"""After an entry for a file, the next one for it comes this much later at the earliest, in seconds."""
_MOST_LINES: Final = 200


@dataclass(frozen=True, slots=True)
class FileEdits:
    """`edits` changes to one file that no entry speaks of yet, and the lines (from 1) where they were made, as then numbered."""

    path: str
    language: str
    edits: int
    lines: tuple[int, ...] = ()


@dataclass(slots=True)
class _Counted:
    language: str
    told_at: float
    edits: int = 0
    lines: set[int] = field(default_factory=set)


class FileActivity:
    """The first edit of a file is told at once, later ones together. Times are monotonic seconds; any thread."""

    def __init__(self) -> None:
        self._files: dict[str, _Counted] = {}
        self._lock = threading.Lock()

    def edited(self, path: str, language: str, now: float, line: int) -> FileEdits | None:
        """Count an edit in `line` (from 1); what is to be told of it now, if anything."""
        with self._lock:
            file = self._files.get(path)
            if file is None:
                self._files[path] = _Counted(language, now)
                return FileEdits(path, language, 1, (line,))
            file.language = language
            file.edits += 1
            if len(file.lines) < _MOST_LINES:
                file.lines.add(line)
            return _told(path, file, now) if _waited(file, now, QUIET_S) else None

    def due(self, now: float) -> list[FileEdits]:
        """What has waited long enough."""
        return self._take(now, QUIET_S)

    def rest(self, now: float) -> list[FileEdits]:
        """All that has not been told."""
        return self._take(now, 0.0)

    def _take(self, now: float, quiet_s: float) -> list[FileEdits]:
        with self._lock:
            return [_told(path, file, now) for path, file in self._files.items() if _waited(file, now, quiet_s)]


def _waited(file: _Counted, now: float, quiet_s: float) -> bool:
    return file.edits > 0 and now - file.told_at >= quiet_s


def _told(path: str, file: _Counted, now: float) -> FileEdits:
    edits = FileEdits(path, file.language, file.edits, tuple(sorted(file.lines)))
    file.told_at, file.edits, file.lines = now, 0, set()
    return edits
