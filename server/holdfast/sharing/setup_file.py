"""What a person set up to share: over which places, under which name, and which projects never leave.

A small file in the data directory, of this machine alone.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pydantic

from holdfast.errors import StorageError
from holdfast.sharing.private_file import read_private, write_private

_LARGEST: Final = 1_000_000
_FILE: Final = Path("sharing") / "setup.json"


@dataclass(frozen=True, slots=True)
class Setup:
    """`folder` is a path, `git` a URL; `never` holds the ids of projects that are not shared."""

    name: str
    folder: str | None = None
    git: str | None = None
    never: frozenset[str] = frozenset()

    @property
    def has_place(self) -> bool:
        """Whether there is anything to share over."""
        return self.folder is not None or self.git is not None

    def without(self, project: str) -> "Setup":
        """The same, never sharing `project`."""
        return replace(self, never=self.never | {project})

    def with_again(self, project: str) -> "Setup":
        """The same, sharing `project` again."""
        return replace(self, never=self.never - {project})


class _SetupModel(pydantic.BaseModel):
    v: int = 1
    name: str
    folder: str | None = None
    git: str | None = None
    never: list[str] = []


def read_setup(data: Path) -> Setup | None:
    """What was set up in the data directory `data`; None when nothing was. Raises StorageError."""
    text = read_private(data / _FILE, _LARGEST)
    if text is None:
        return None
    try:
        model = _SetupModel.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise StorageError(
            f"{data / _FILE} cannot be understood.",
            remedy="Delete it and run `holdfast sync setup` again; nothing else is lost.",
        ) from error
    return Setup(model.name, model.folder, model.git, frozenset(model.never))


def write_setup(data: Path, setup: Setup) -> None:
    """Keep `setup`; raises StorageError or DiskFull."""
    model = _SetupModel(name=setup.name, folder=setup.folder, git=setup.git, never=sorted(setup.never))
    write_private(data / _FILE, model.model_dump_json(indent=2).encode())
