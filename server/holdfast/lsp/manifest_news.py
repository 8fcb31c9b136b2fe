"""What a person is told of manifests: once, and only what waits for them."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from holdfast.inference.readable import readable
from holdfast.manifest.loaded_file import LoadedFile
from holdfast.manifest.workspace_manifests import Reading
from holdfast.workspace_folder import WorkspaceFolder

logger = logging.getLogger(__name__)

_MOST_NAMES: Final = 3
_LONGEST_NAME: Final = 80
_LONGEST_ROOT: Final = 500
_NO_LINK: Final = str.maketrans("[]()", "［］（）")  # noqa: RUF001 - they look the same and are no markup
"""An editor makes a link of `[words](command:...)`, also in a message; anybody may call himself so in a commit."""


class ManifestNews:
    """Looks at the manifests that were read. `on_change` is awaited when the ones at a folder's root have changed."""

    def __init__(self, server: LanguageServer, on_change: Callable[[], Awaitable[None]]) -> None:
        self._server = server
        self._on_change = on_change
        self._files: dict[Path, tuple[LoadedFile, ...]] = {}
        self._told: set[object] = set()
        self._messages: list[str] = []
        self._has_changed = False

    def look(self, folders: Iterable[WorkspaceFolder]) -> None:
        """Blocking: read what has changed at the roots, and note what is new in all that was read."""
        for folder in folders:
            if folder.manifests is None:
                continue
            # What was read is compared, not a stamp: a folder that was built anew or forgotten counts from the start again.
            files = folder.manifests.read("").files
            if self._files.setdefault(folder.root, files) != files:
                self._has_changed = True
                self._files[folder.root] = files
            self._note(folder.root, folder.manifests.known())

    async def tell(self) -> None:
        """On the loop: say what was noted, and take over what has changed."""
        messages, self._messages = self._messages, []
        for message in messages:
            params = types.ShowMessageParams(types.MessageType.Warning, message)
            self._server.window_show_message(params)
        if self._has_changed:
            self._has_changed = False
            await self._on_change()

    def _note(self, root: Path, readings: tuple[Reading, ...]) -> None:
        held = {(change.file, change.digest): change for reading in readings for change in reading.held}
        if new := [change for key, change in held.items() if key not in self._told]:
            self._told.update((change.file, change.digest) for change in new)
            names = _named(change.file.name for change in new)
            authors = _named(dict.fromkeys(author for change in new for author in change.authors))
            self._messages.append(
                f"Holdfast: {names} changed ({authors}). What was approved before is used until you look at it: run "
                f"`holdfast manifest diff`, then `holdfast manifest approve`, in {_plain(str(root), _LONGEST_ROOT)}."
            )
        outside = {file: name for reading in readings for file, name in reading.outside.items()}
        if strangers := {file: name for file, name in outside.items() if file not in self._told}:
            self._told.update(strangers)
            self._messages.append(
                f"Holdfast: {_named(strangers.values())} outside of {_plain(root.name)} is named by a manifest and is not read. "
                f"If it may be sent along, run `holdfast manifest approve PATH` in {_plain(str(root), _LONGEST_ROOT)}."
            )
        for problem in dict.fromkeys(problem for reading in readings for problem in reading.problems):
            if (root, problem) not in self._told:
                self._told.add((root, problem))
                logger.warning("%s", problem)


def _named(names: Iterable[str]) -> str:
    known = [_plain(name) for name in names]
    more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
    return ", ".join(known[:_MOST_NAMES]) + more


def _plain(name: str, limit: int = _LONGEST_NAME) -> str:
    """A name as words alone."""
    return readable(name, limit).translate(_NO_LINK)
