"""Since when outcomes count: `holdfast learning reset` writes the time. What was recorded stays in the session log."""

import json
import os
from pathlib import Path
from typing import Annotated, Final

import pydantic

from holdfast.errors import StorageError
from holdfast.locations import make_private
from holdfast.sqlite.connection import translated_errors

_FILE: Final = "learning.json"


class _Reset(pydantic.BaseModel):
    reset_ms: Annotated[int, pydantic.Field(ge=0)]


def counted_from_ms(data: Path) -> int:
    """The time of the last reset, in milliseconds since 1970; 0 when there was none. Raises StorageError."""
    path = data / _FILE
    try:
        return _Reset.model_validate_json(path.read_bytes()).reset_ms
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.", remedy="Check its permissions.") from error
    except pydantic.ValidationError as error:
        raise StorageError(
            f"{path} cannot be understood.", remedy="`holdfast learning reset` writes it anew."
        ) from error


def reset(data: Path, at_ms: int) -> None:
    """Count only what is recorded after `at_ms`. Raises StorageError or DiskFull; then nothing was changed."""
    make_private(data)
    path = data / _FILE
    temporary = path.with_name(f"{_FILE}.{os.getpid()}.tmp")
    with translated_errors(path):
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(json.dumps({"reset_ms": at_ms}))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
