"""What the embedded engine learns from, whoever supplies it."""

from typing import Protocol


class Source(Protocol):
    """One file: `path` relative to the workspace with "/" separators, `language` an LSP language id, `text` decoded."""

    @property
    def path(self) -> str:
        """Where it stands in the workspace."""

    @property
    def language(self) -> str:
        """Its LSP language id."""

    @property
    def text(self) -> str:
        """Its whole text."""
