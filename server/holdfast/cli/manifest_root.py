"""The workspace whose manifests a command is about: the one that an editor has open there, where one is known."""

import os
from contextlib import suppress
from pathlib import Path

from holdfast.cli.place import readable_folder, workspace_around, workspace_of
from holdfast.errors import StorageError
from holdfast.locations import Locations, find_locations
from holdfast.manifest.ledger import Ledger
from holdfast.trust import trusted_folders


def manifest_root(file: Path | None) -> Path:
    """For `file`, or for a new one of the current folder.

    Where a repository lies around, a folder below its top counts that was opened or trusted by itself: what an editor asks
    about in that window is recorded for that folder. Of several the deepest, and around the current folder before others.
    """
    here = readable_folder(Path())
    outer = workspace_around(here)
    root = _known_between(here, outer)
    if file is None:
        return root
    resolved = file.absolute().resolve()
    if workspace_of(file) == outer and resolved.is_relative_to(root):
        return root
    return _known_between(resolved.parent, workspace_of(file))


def _known_between(inner: Path, outer: Path) -> Path:
    """The deepest known workspace from `inner` up to `outer`, which counts in any case."""
    locations = find_locations(os.environ)
    trusted = set(trusted_folders(locations))
    for folder in (inner, *inner.parents):
        if folder == outer or not folder.is_relative_to(outer):
            break
        if folder in trusted or _was_opened(folder, locations):
            return folder
    return outer


def _was_opened(folder: Path, locations: Locations) -> bool:
    database = locations.data / "manifests.db"
    with suppress(StorageError):  # told where it is read
        if database.is_file():
            ledger = Ledger(database, folder)
            try:
                return ledger.is_known()
            finally:
                ledger.close()
    return False
