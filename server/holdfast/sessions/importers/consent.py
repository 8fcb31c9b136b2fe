"""Which tools' sessions may be read: asked once for each, before the first read, and kept in the data directory."""

import json
import logging
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import pydantic

from holdfast.errors import StorageError
from holdfast.locations import make_private

_LOG: Final = logging.getLogger(__name__)
_NAME: Final = "consents.json"


@lru_cache(maxsize=8)
def _warn(message: str) -> None:
    """Say it once: who follows a tool asks every few seconds."""
    _LOG.warning("%s", message)


class _Consents(pydantic.RootModel[dict[str, str]]):
    """When consent was given, by tool."""


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents in the data directory `data`."""

    data: Path

    @property
    def path(self) -> Path:
        """The file that holds them (0600)."""
        return self.data / _NAME

    def has(self, tool: str) -> bool:
        """Whether the sessions of `tool` may be read; a file that cannot be read means no."""
        return tool in self._read()

    def give(self, tools: Iterable[str]) -> None:
        """Keep that the sessions of `tools` may be read from now on; raises StorageError."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._write({**dict.fromkeys(tools, now), **self._read()})

    def withdraw(self, tool: str) -> None:
        """Ask again before the sessions of `tool` are read; raises StorageError."""
        self._write({name: when for name, when in self._read().items() if name != tool})

    def _read(self) -> Mapping[str, str]:
        try:
            return _Consents.model_validate_json(self.path.read_bytes()).root
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _warn(f"{self.path} cannot be read, so nothing is imported unasked: {type(error).__name__}.")
            return {}

    def _write(self, consents: Mapping[str, str]) -> None:
        make_private(self.data)
        torn = None
        try:
            handle, torn = tempfile.mkstemp(dir=self.data, prefix=f"{_NAME}.")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(sorted(consents.items())), file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(torn).replace(self.path)
        except OSError as error:
            if torn is not None:
                Path(torn).unlink(missing_ok=True)
            raise StorageError(
                f"{self.path} cannot be written: {error.strerror}.", remedy="Check space and permissions."
            ) from error
