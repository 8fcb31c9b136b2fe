"""How much a file tells about another: the nested scopes of the model, file over folder over project."""

import posixpath
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

CURRENT_FILE: Final = 2.0
OPEN_FILE: Final = 1.0
SAME_FOLDER: Final = 2.0
PROJECT: Final = 1.0
_OTHER_KIND: Final = 0.5


class FilePlaces:
    """The folder and the ending of every file, as numbers, so that all are weighed at once."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._folders: dict[str, int] = {}
        self._endings: dict[str, int] = {}
        self._folder_of = np.array([_number(self._folders, posixpath.dirname(path)) for path in paths], np.int64)
        self._ending_of = np.array([_number(self._endings, _ending(path)) for path in paths], np.int64)

    def nearness(self, path: str) -> npt.NDArray[np.float32]:
        """The weight of what stands in each file for somebody who writes in `path`."""
        is_sibling = self._folder_of == self._folders.get(posixpath.dirname(path), -1)
        is_alike = self._ending_of == self._endings.get(_ending(path), -1)
        weights = np.where(is_sibling, SAME_FOLDER, PROJECT) * np.where(is_alike, 1.0, _OTHER_KIND)
        return weights.astype(np.float32)


def nearness(path: str, other: str) -> float:
    """The weight of one file for another."""
    return float(FilePlaces([other]).nearness(path)[0])


def _number(numbers: dict[str, int], name: str) -> int:
    return numbers.setdefault(name, len(numbers))


def _ending(path: str) -> str:
    return posixpath.splitext(path)[1]
