"""A file of the workspace that the bridge would write, as a plan that can be looked at before it is carried out."""

from dataclasses import dataclass
from pathlib import Path

from holdfast.bridge.shown_diff import shown_diff
from holdfast.errors import StorageError
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
        """A unified diff with secrets masked, "" where nothing but line ends changes."""
        return shown_diff(self.path, self.before, self.after, is_private=self.private)


def present_text(root: Path, path: str) -> str | None:
    """The text of a file in the workspace, None where there is none. Raises ManifestRefused and StorageError."""
    file = root / path
    if not file.exists() and not file.is_symlink():
        return None
    return read_file(root, file).decode("utf-8", "surrogateescape")


def carry_out(root: Path, change: FileChange) -> None:
    """Write the file whole or not at all; what somebody else changed meanwhile stays. Raises ManifestRefused, StorageError."""
    file, data = root / change.path, change.after.encode("utf-8", "surrogateescape")
    if change.before is not None:
        replace_file(root, file, data, expected=change.before.encode("utf-8", "surrogateescape"))
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{change.path} cannot be written: {error.strerror}.",
            remedy="Its folder must be a folder that you may write.",
        ) from error
    create_file(root, file, data, mode=0o600 if change.private else None)
