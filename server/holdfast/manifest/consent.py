"""What may be used of a manifest: its text as it is now, or as it was when it was last let pass.

The first reading accepts what a workspace holds, and every later one what its owner has changed. What another person's
commit has changed since waits for a look: the text accepted before goes on being used. So it does while git is at work,
and where its answer is not clear: what is accepted by mistake stays accepted.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from holdfast.manifest.file_text import FileText, digest_of, read_file_text
from holdfast.manifest.git_history import (
    CheckedOut,
    GitDoesNotAnswer,
    GitHangs,
    authors_since,
    checked_out,
    content_at_head,
)
from holdfast.manifest.ledger import Accepted, Ledger
from holdfast.manifest.links import LINK, is_link_digest
from holdfast.manifest.looked_at import LookedAt


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change that waits: `before` is what is used meanwhile ("" for a file that is new), `authors` who made it.

    `after` is "" where the file was deleted. Without `authors` it waits only until git has finished.
    """

    file: Path
    before: str
    after: str
    digest: str
    authors: tuple[str, ...]


class Consent:
    """Asks ledger and git; one for each reading, which then asks git about a repository once. Blocking.

    `is_unsure` once git did not answer, or was at work: a later reading may find something else.
    """

    def __init__(self, ledger: Ledger, root: Path, looked: LookedAt | None = None) -> None:
        self.is_unsure = False
        self._ledger = ledger
        self._root = root.resolve()
        self._looked = looked
        self._trees: dict[Path, CheckedOut | None] = {}
        self._hangs: GitHangs | None = None

    def see_workspace(self) -> bool:
        """Remember at which commit the workspace was first met, also where it has no manifest yet; False: not known."""
        try:
            tree = self._tree(self._root)
            if tree is not None:
                self._baseline(tree)
        except GitDoesNotAnswer:
            self.is_unsure = True
            return False
        return True

    def judge(self, file: Path, now: FileText) -> HeldChange | None:
        """None where `now` may be used as it is; `file` is resolved, or a link. Raises StorageError.

        A `now` without a digest is a file that is gone.
        """
        last, is_accepted = self._ledger.accepted(file, now.digest)
        if last is not None and last.digest == now.digest and not last.head:
            return None  # outside of git there is no commit to go on from
        before = last.text if last is not None and not is_link_digest(last.digest) else ""
        try:
            tree = self._tree(file.parent)
            if is_accepted and last is not None:
                self._meet_again(file, now, last, tree)
                return None
            authors = self._authors(file, last, tree) if tree is not None else ()
            is_at_work = tree is not None and (tree.is_at_work or self._has_moved(tree))
        except GitDoesNotAnswer as error:
            self.is_unsure = True
            return None if is_accepted else HeldChange(file, before, now.text, now.digest, (str(error),))
        if authors or is_at_work:
            self.is_unsure = self.is_unsure or is_at_work
            return HeldChange(file, before, now.text, now.digest, authors)
        self._ledger.accept(file, Accepted(now.digest, now.text, tree.head if tree is not None else ""))
        return None

    def accept(self, file: Path, text: str, digest: str) -> None:
        """Let this content of `file` pass from now on, and what git says of it until now if it still is the file's."""
        head = ""
        try:
            tree = self._tree(file.parent)
            if tree is not None:
                last, _ = self._ledger.accepted(file, digest)
                is_still = is_link_digest(digest) or read_file_text(file).digest == digest
                head = tree.head if is_still or last is None else last.head
        except GitDoesNotAnswer:
            pass
        self._ledger.accept(file, Accepted(digest, text, head))

    def _authors(self, file: Path, last: Accepted | None, tree: CheckedOut) -> tuple[str, ...]:
        """The others that changed it since it was accepted, or who brought the repository that it lies in."""
        since = last.head if last is not None else ""
        if not since:
            since, brought = self._baseline(tree)
            if brought:
                return brought
        if since == tree.head and not tree.coming:
            return ()
        with self._asking():
            authors = authors_since(file, since, tree)
            if not authors or tree.is_at_work:
                return authors
            # What is committed was let pass: what differs from it is not committed, and this person's own.
            is_let_pass = any(self._ledger.accepted(file, digest)[1] for digest in _digests_at_head(file, tree))
            return () if is_let_pass else authors

    def _meet_again(self, file: Path, now: FileText, last: Accepted, tree: CheckedOut | None) -> None:
        """An accepted content at a later commit: where it is that commit's, later changes count from there."""
        head = last.head
        if tree is not None and not tree.is_at_work and head != tree.head:
            with self._asking():
                head = tree.head if now.digest in _digests_at_head(file, tree) else head
        if (now.digest, head) != (last.digest, last.head):
            self._ledger.accept(file, Accepted(now.digest, now.text, head))

    def _baseline(self, tree: CheckedOut) -> tuple[str, tuple[str, ...]]:
        """The commit at which a repository was first met: this one, if it is met now and no other person brought it."""
        known = self._ledger.first_seen(tree.top)
        if known is not None:
            return known, ()
        brought = self._brought_by(Path(tree.top))
        if not brought:
            self._ledger.see(tree.top, tree.head)
        return tree.head, brought

    def _brought_by(self, top: Path) -> tuple[str, ...]:
        """Who, but this person, has put the repository at `top` into the workspace's: a submodule that is new."""
        if top == self._root or not top.is_relative_to(self._root):
            return ()
        around = self._tree(top.parent)
        if around is None:
            return ()
        if around.is_at_work:
            raise GitDoesNotAnswer(f"git is at work in {around.top}")
        since, brought = self._baseline(around)
        if brought or since == around.head:
            return brought
        with self._asking():
            return authors_since(top, since, around)

    def _tree(self, folder: Path) -> CheckedOut | None:
        place = self._repository_of(folder)
        if place not in self._trees:
            with self._asking():
                self._trees[place] = checked_out(place)
        tree = self._trees[place]
        if tree is None and place != self._root and place.is_relative_to(self._root):
            return self._tree(self._root)
        if tree is not None and self._looked is not None:
            for mark in tree.marks if tree.is_at_work else ():
                self._looked.is_there(mark)
        return tree

    def _repository_of(self, folder: Path) -> Path:
        """Where to ask. Below the root only what `.git` marks: anybody can commit files that look like a repository."""
        if not folder.is_relative_to(self._root):
            return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
        below = (place for place in (folder, *folder.parents) if place.is_relative_to(self._root))
        return next((place for place in below if os.path.lexists(place / ".git")), self._root)

    def _has_moved(self, tree: CheckedOut) -> bool:
        """Whether git has begun or ended something since it was asked: it writes the files before it moves HEAD."""
        with self._asking():
            now = checked_out(Path(tree.top))
        return now is None or now.is_at_work or now.head != tree.head

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Git is waited for once: after that it is not asked in this reading."""
        if self._hangs is not None:
            raise self._hangs
        try:
            yield
        except GitHangs as error:
            self._hangs = error
            raise


def _digests_at_head(file: Path, tree: CheckedOut) -> tuple[str, ...]:
    """Of what is committed, with either end of line, as a file or as a link."""
    data = content_at_head(file, tree)
    if data is None:
        return ()
    return (digest_of(data), digest_of(data.replace(b"\n", b"\r\n")), LINK + digest_of(data))
