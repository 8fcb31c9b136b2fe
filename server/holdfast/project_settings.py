"""The settings of a workspace from every source, its manifest's block among them, and what else that block declares."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from holdfast.env_local import resolve_for
from holdfast.errors import StorageError
from holdfast.index.declared_rules import declare_rules
from holdfast.locations import Locations
from holdfast.manifest.project_block import ProjectBlock, read_project_block
from holdfast.settings import ResolvedSettings, Settings
from holdfast.workspace_folder import manifests_of, project_folder

logger = logging.getLogger(__name__)

_UNKNOWN: Final = ProjectBlock(is_known=False)


def folders_of(roots: Sequence[Path], settings: Settings) -> tuple[Path, ...]:
    """The folders of a window; of the first one, the part that is the project (`projectRoot`)."""
    first = [project_folder(root, settings.project_root) for root in roots[:1]]
    return tuple(dict.fromkeys([*first, *roots[1:]]))


def resolve_window(
    roots: Sequence[Path], locations: Locations, *, trusted: bool, editor: object = None
) -> ResolvedSettings:
    """The settings of a window with these folders; what their manifests leave out is left out of their indexes."""
    resolved, first = settings_for(roots[0] if roots else None, locations, trusted=trusted, editor=editor)
    for number, root in enumerate(folders_of(roots, resolved.settings)):
        block = first
        if number:
            block = block_of(root, locations, resolved.settings.context_file) if trusted else _UNKNOWN
        try:
            take_over(block, root, locations)
        except StorageError as error:
            logger.warning("%s", error)
    return resolved


def settings_for(
    root: Path | None, locations: Locations, *, trusted: bool, editor: object = None
) -> tuple[ResolvedSettings, ProjectBlock]:
    """The settings for work in `root`, and the block that some of them came from: unknown where it is not trusted.

    What is wrong with the block is among the problems. Blocking.
    """
    resolved = resolve_for(root, trusted=trusted, editor=editor)
    if root is None or not trusted:
        return resolved, _UNKNOWN
    folder = project_folder(root, resolved.settings.project_root)
    block = block_of(folder, locations, resolved.settings.context_file)
    if block.settings:
        resolved = resolve_for(root, trusted=trusted, editor=editor, manifest=block.settings)
    return replace(resolved, problems=(*resolved.problems, *block.problems)), block


def block_of(root: Path, locations: Locations, name: str) -> ProjectBlock:
    """The block of the manifests of a trusted workspace, where `name` stands for CLAUDE.md."""
    manifests = manifests_of(root, locations, name)
    try:
        reading = manifests.read("")
        return replace(read_project_block(reading.files_for("")), is_known=not reading.is_provisional)
    finally:
        manifests.close()


def take_over(block: ProjectBlock, root: Path, locations: Locations) -> None:
    """Let what the block leaves out be left out of the index; raises StorageError.

    A block that is not known takes nothing back: the index is shared with windows that know it.
    """
    if block.is_known:
        declare_rules(locations.workspace_cache(root), block.ignore)
