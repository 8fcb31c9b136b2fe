"""What may be used of a manifest: its text as it is now, or as it was when it was last let pass.

Trusting a workspace accepts what it holds at that moment, and what its owner changes later. What another person's commit
has changed since waits for a look: the text accepted before goes on being used.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from holdfast.manifest.file_text import FileText
from holdfast.manifest.git_history import CheckedOut, GitDoesNotAnswer, authors_since, checked_out
from holdfast.manifest.ledger import Accepted, Ledger


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change that waits: `before` is what is used meanwhile ("" for a file that is new), `authors` who made it."""

    file: Path
    before: str
    after: str
    digest: str
    authors: tuple[str, ...]


class Consent:
    """Asks ledger and git; one for each reading, which then asks git about a folder once. Blocking."""

    def __init__(self, ledger: Ledger, root: Path) -> None:
        self._ledger = ledger
        self._root = root
        self._trees: dict[Path, CheckedOut | None] = {}

    def see_workspace(self) -> None:
        """Remember at which commit the workspace was first met, also where it has no manifest yet."""
        with suppress(GitDoesNotAnswer):  # asked again at the next reading
            self._baseline(self._tree(self._root))

    def judge(self, file: Path, now: FileText) -> HeldChange | None:
        """None where `now` may be used as it is; `file` is resolved. Raises StorageError."""
        last, is_accepted = self._ledger.accepted(file, now.digest)
        if is_accepted and last is not None and last.digest == now.digest:
            return None
        before = last.text if last is not None else ""
        try:
            tree = self._tree(file.parent)
            if not is_accepted and tree is not None:
                since = (last.head if last is not None else "") or self._baseline(tree)
                authors = authors_since(file, since) if since and since != tree.head else ()
                if authors:
                    return HeldChange(file, before, now.text, now.digest, authors)
        except GitDoesNotAnswer as error:
            return HeldChange(file, before, now.text, now.digest, (str(error),))
        self.accept(file, now.text, now.digest)
        return None

    def accept(self, file: Path, text: str, digest: str) -> None:
        """Let this content of `file` pass from now on."""
        try:
            tree = self._tree(file.parent)
        except GitDoesNotAnswer:
            tree = None
        self._ledger.accept(file, Accepted(digest, text, tree.head if tree is not None else ""))

    def _tree(self, folder: Path) -> CheckedOut | None:
        if folder not in self._trees:
            self._trees[folder] = checked_out(folder)
        return self._trees[folder]

    def _baseline(self, tree: CheckedOut | None) -> str:
        """The commit at which a repository was first met: this one, if it is met now."""
        if tree is None:
            return ""
        known = self._ledger.first_seen(tree.top)
        if known is None:
            self._ledger.see(tree.top, tree.head)
            return tree.head
        return known
