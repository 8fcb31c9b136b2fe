"""The list that a tool keeps of its sessions: read once for all of them, and again when it has changed."""

from collections.abc import Callable, Mapping
from pathlib import Path

from holdfast.sessions.importers.fields import record, text
from holdfast.sessions.importers.json_stream import Member, stream_json


class IndexFile:
    """Rows of a JSON array by their id, which stands in the field `key`; of each only what `keep` makes of it."""

    def __init__(self, key: str, keep: Callable[[Mapping[str, object]], Mapping[str, object]]) -> None:
        self._key = key
        self._keep = keep
        self._read: tuple[tuple[Path, int, int], dict[str, Mapping[str, object]]] | None = None

    def row(self, path: Path, identity: str) -> Mapping[str, object]:
        """The row of the file at `path`; empty where there is no such row, or no such file."""
        try:
            status = path.stat()
            stamp = (path, status.st_mtime_ns, status.st_size)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, self._rows(path))
        except OSError:
            return {}
        return self._read[1].get(identity, {})

    def _rows(self, path: Path) -> dict[str, Mapping[str, object]]:
        rows: dict[str, Mapping[str, object]] = {}
        for member in stream_json(path):
            row = record(member.value) if isinstance(member, Member) else {}
            if (identity := text(row, self._key)) is not None:
                rows[identity] = self._keep(row)
        return rows
