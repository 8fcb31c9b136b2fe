"""A file of the workspace that the bridge would write, as a plan that can be looked at before it is carried out."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from holdfast.manifest.writing.replace_file import create_file, read_file, replace_file


@dataclass(frozen=True, slots=True)
class FileChange:
    """`before` is None for a new file; `replaced` names what has another value now and would lose it.

    Of a `private` file, which may hold secrets, nobody but its owner may read, and a diff shows changed lines alone.
    """

    path: str
    before: str | None
    after: str
    replaced: tuple[str, ...] = ()
    private: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """A unified diff, "" where nothing changes."""
        old, new = (self.before or "").splitlines(keepends=True), self.after.splitlines(keepends=True)
        source = f"a/{self.path}" if self.before is not None else "/dev/null"
        lines = difflib.unified_diff(old, new, source, f"b/{self.path}", n=0 if self.private else 3)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def present_text(root: Path, path: str) -> str | None:
    """The text of a file in the workspace, None where there is none. Raises ManifestRefused and StorageError."""
    file = root / path
    if not file.exists() and not file.is_symlink():
        return None
    return read_file(root, file).decode("utf-8", "surrogateescape")


def carry_out(root: Path, change: FileChange) -> None:
    """Write the file whole or not at all; what somebody else changed meanwhile stays."""
    file, data = root / change.path, change.after.encode("utf-8", "surrogateescape")
    if change.before is not None:
        replace_file(root, file, data, expected=change.before.encode("utf-8", "surrogateescape"))
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    create_file(root, file, data, mode=0o600 if change.private else None)
