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
    try:
        raw = json.loads(locations.trusted_folders.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("%s cannot be read, so no folder is trusted: %s", locations.trusted_folders, error)
        return ()
    entries = raw if isinstance(raw, list) else []
    return tuple(sorted(Path(entry) for entry in entries if isinstance(entry, str)))


def trust(locations: Locations, folder: Path) -> None:
    """Trust `folder` and everything below it from now on."""
    folders = sorted({str(folder.resolve()), *map(str, trusted_folders(locations))})
    make_private(locations.data)
    try:
        _replace(locations.trusted_folders, json.dumps(folders, indent=1))
    except OSError as error:
        raise StorageError(
            f"{locations.trusted_folders} cannot be written: {error.strerror}.", remedy="Check space and permissions."
        ) from error


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
