"""Where importers look for the tools of this user: the home directory, the environment, the system, the current folder."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything outside of the files themselves that decides where sessions are; tests make their own."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    platform: str = "linux"
    """As `sys.platform` says it."""
    folder: Path | None = None
    """The folder that the person works in: some tools keep their history in the project."""

    def named(self, variable: str) -> Path | None:
        """The folder that an environment variable names, with `~` as the home directory; None when unset or empty."""
        value = self.environment.get(variable, "").strip()
        if not value:
            return None
        return self.home / value[1:].lstrip("/\\") if value.startswith("~") else Path(value)


def surroundings() -> Surroundings:
    """Those of this process."""
    return Surroundings(Path.home(), os.environ, sys.platform, Path.cwd())
