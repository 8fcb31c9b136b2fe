"""Folders a person trusts, for the command line and for editors without a notion of trust: `holdfast trust DIR`."""

import json
import logging
import os
import tempfile
from pathlib import Path

from holdfast.errors import StorageError
from holdfast.locations import Locations, make_private

logger = logging.getLogger(__name__)


def is_trusted(locations: Locations, folder: Path) -> bool:
    """Whether `folder`, or a folder above it, was trusted."""
    trusted = set(trusted_folders(locations))
    resolved = folder.resolve()
    return any(place in trusted for place in (resolved, *resolved.parents))


def trusted_folders(locations: Locations) -> tuple[Path, ...]:
    """Every trusted folder, sorted; a damaged list counts as empty, which trusts nothing."""
    return _read(locations) or ()


def trust(locations: Locations, folder: Path) -> None:
    """Trust `folder` and everything below it from now on; a damaged list is kept beside the new one."""
    known = _read(locations)
    make_private(locations.data)
    try:
        if known is None and locations.trusted_folders.is_file():
            locations.trusted_folders.replace(locations.trusted_folders.with_suffix(".damaged"))
        folders = sorted({str(folder.resolve()), *map(str, known or ())})
        _replace(locations.trusted_folders, json.dumps(folders, indent=1))
    except OSError as error:
        raise StorageError(
            f"{locations.trusted_folders} cannot be written: {error.strerror}.", remedy="Check space and permissions."
        ) from error


def _read(locations: Locations) -> tuple[Path, ...] | None:
    """The list, empty when there is none yet; None when it is damaged."""
    try:
        raw = json.loads(locations.trusted_folders.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("%s cannot be read, so no folder is trusted: %s", locations.trusted_folders, error)
        return None
    if not isinstance(raw, list):
        return None
    return tuple(sorted(Path(entry) for entry in raw if isinstance(entry, str)))


def _replace(place: Path, text: str) -> None:
    """All of `text` or nothing: a reader never meets half a list."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix="trusted-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
