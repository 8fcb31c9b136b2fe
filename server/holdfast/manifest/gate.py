"""Which of a project's files may be looked at, followed and read as they are, for one reading.

A ledger that did not answer is not asked again: whatever would need it is refused with what it said.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.manifest.consent import Consent, HeldChange
from holdfast.manifest.file_text import FileText
from holdfast.manifest.ledger import Ledger
from holdfast.manifest.links import link_text, links_on_the_way
from holdfast.manifest.looked_at import LookedAt

_RULES: Final = "rules"
GIT_IS_AT_WORK: Final = "has changed while git is at work here; until that has ended, the text from before is used"
_OUTSIDE: Final = "lies outside of the workspace and was not approved (holdfast manifest approve)"
_LINK_WAITS: Final = (
    "is behind a link that another person's commit has changed, which waits for `holdfast manifest approve`"
)
_NETWORK: Final = ("//", "\\\\", "/net/")


class Gate:
    """`held` are the changes that wait, `outside` what would be read if it was approved, with the names they are shown by."""

    def __init__(self, ledger: Ledger, root: Path, looked: LookedAt, shown: Callable[[Path], str]) -> None:
        self.held: dict[Path, HeldChange] = {}
        self.outside: dict[Path, str] = {}
        self.broken: StorageError | None = None
        self._ledger = ledger
        self._root = root
        self._real_root = root.resolve()
        self._looked = looked
        self._shown = shown
        self._consent = Consent(ledger, root, looked)
        self._places: dict[tuple[Path, bool], Path | str] = {}
        self._judged: dict[Path, HeldChange | None] = {}
        self._remembered: dict[Path, list[Path]] | None = None

    @property
    def is_provisional(self) -> bool:
        """Whether ledger or git did not answer, or git was at work: a later reading may find something else."""
        return self._consent.is_unsure or self.broken is not None

    def see_workspace(self) -> bool:
        """Remember the commit at which the workspace was first met; False where that has to be tried again."""
        try:
            return self._consent.see_workspace()
        except StorageError as error:
            self.broken = error
            return False

    def is_there(self, path: Path) -> bool:
        """Whether something is at `path`, or was until another person's commit deleted it."""
        if self._looked.is_there(path):
            return True
        below = self.remembered_at(path)
        return any(self.is_missed(file) for file in below if path.name in {file.name, _RULES})

    def remembered_at(self, path: Path) -> list[Path]:
        """The files that were let pass at `path` or below it."""
        if self._remembered is None:
            self._remembered = {}
            for file in self._remembered_files():
                for above in (file, *file.parents) if _RULES in file.parts else (file,):
                    self._remembered.setdefault(above, []).append(file)
        if not self._remembered:
            return []
        place = self.place(path, is_users=True)
        return self._remembered.get(place, []) if isinstance(place, Path) else []

    def _remembered_files(self) -> tuple[Path, ...]:
        if self.broken is not None:
            return ()
        try:
            return self._ledger.remembered()
        except StorageError as error:
            self.broken = error
            return ()

    def is_missed(self, file: Path) -> bool:
        """Whether `file` was let pass, and is gone by a commit that waits."""
        if self._looked.is_there(file) or file not in self.remembered_at(file) or os.path.lexists(file):
            return False
        try:
            return self.judge(file, FileText()) is not None
        except StorageError:
            return False

    def place(self, path: Path, *, is_users: bool) -> Path | str:
        """`path` resolved, if each link on the way may be followed."""
        key = (path, is_users)
        if key not in self._places:
            try:
                links = () if is_users else links_on_the_way(path, self._real_root)
                held = [link for link in links if self.judge(link, link_text(link)) is not None]
                self._places[key] = _LINK_WAITS if held else path.resolve()
            except StorageError as error:
                self._places[key] = unknown(error)
            except (OSError, RuntimeError, ValueError):
                self._places[key] = "cannot be read: its links go in a circle"
        return self._places[key]

    def judge(self, file: Path, text: FileText) -> HeldChange | None:
        """What holds this content back; raises StorageError, at once after the first time."""
        if self.broken is not None:
            raise self.broken
        if file not in self._judged:
            try:
                held = self._consent.judge(file, text)
            except StorageError as error:
                self.broken = error
                raise
            self._judged[file] = held
            if held is not None and held.authors:
                self.held[file] = held
        return self._judged[file]

    def why_not_touched(self, target: Path) -> str:
        """Why a file is not even asked for: its name alone says that it lies outside, and looking may call another machine."""
        place = Path(os.path.normpath(target))
        if place.is_relative_to(self._root) or place.is_relative_to(self._real_root):
            return ""
        refusal = self.why_outside(place, place)
        if not refusal or self.broken is not None or str(place).startswith(_NETWORK) or not self._has_approvals():
            return refusal
        file = place.resolve()
        if self.why_outside(place, file):
            return refusal
        self.outside.pop(place)
        return ""

    def _has_approvals(self) -> bool:
        try:
            return self._ledger.has_approvals()
        except StorageError:
            return False

    def why_outside(self, path: Path, file: Path) -> str:
        """Why a file is not read: it (`file` is `path` resolved) lies outside and was not approved. "" where it may be."""
        if file.is_relative_to(self._real_root):
            return ""
        try:
            if self.broken is not None:
                raise self.broken
            if self._ledger.is_approved_outside(file):
                return ""
        except StorageError as error:
            self.broken = error
            return f"lies outside of the workspace, and nobody can say whether it was approved: {said(error)}"
        self.outside[file] = self._shown(path)
        return _OUTSIDE


def unknown(error: StorageError) -> str:
    """Why a file is not read whose consent is not known."""
    return f"is not read, because nobody can say whether it was let pass: {said(error)}"


def said(error: StorageError) -> str:
    """Its words, for the middle of a sentence."""
    return str(error).rstrip(".")
