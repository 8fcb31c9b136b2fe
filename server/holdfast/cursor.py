"""A place in a live document: what a person types at."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cursor:
    """The document as the editor holds it, split at the cursor.

    `path` is relative to `root` with "/" separators, or the file's name where there is no workspace (`root` None).
    """

    uri: str
    root: Path | None
    path: str
    language: str
    before: str
    after: str

    @property
    def line(self) -> int:
        """0-based line of the cursor."""
        return self.before.count("\n")

    @property
    def line_before(self) -> str:
        """What stands before the cursor on its line."""
        return self.before[max(self.before.rfind("\n"), self.before.rfind("\r")) + 1 :]

    @property
    def line_after(self) -> str:
        """What stands after the cursor on its line, without the line's end."""
        return self.after.split("\n", 1)[0].rstrip("\r")
