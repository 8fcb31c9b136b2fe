"""`.env.local` of a trusted workspace, and the settings of a folder from every source."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from holdfast.settings import ResolvedSettings, resolve_settings

logger = logging.getLogger(__name__)

_ENV_FILE: Final = ".env.local"
_LARGEST_BYTES: Final = 64 * 1024


def resolve_for(
    root: Path | None, *, trusted: bool, editor: object = None, manifest: Mapping[str, object] | None = None
) -> ResolvedSettings:
    """The settings for work in `root`; its `.env.local` and what its `manifest` sets count only when it is trusted."""
    return resolve_settings(editor, os.environ, read_env_local(root) if trusted else {}, manifest if trusted else {})


def read_env_local(root: Path | None) -> dict[str, str]:
    """The variables of `root/.env.local`; empty when there is none that can be read."""
    if root is None:
        return {}
    file = root / _ENV_FILE
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST_BYTES:
            return {}
        values = dotenv_values(file, interpolate=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        logger.warning("%s cannot be read: %s", _ENV_FILE, error)
        return {}
    return {name: value for name, value in values.items() if value is not None}
