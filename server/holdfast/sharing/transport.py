"""The place that devices share: a set of named files, each written by one device and read by all.

A transport carries bytes and judges none of them: whoever can write to a folder or push to a repository can put anything
there. What a file says counts once its signature has been checked. A name is a relative path whose first part is the
version of the layout:

    v1/devices/<device>.json              who a device says it is
    v1/approvals/<by>/<device>.json       who admitted it
    v1/vault/<by>-<number>.age            what all devices of a person know
    v1/series/<tag>/<first>-<last>.<hash>.seg

Segments never change; the others are written again by their owner.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from holdfast.errors import HoldfastError

LARGEST_FILE: Final = 5 * 1024 * 1024
"""No file that devices share is larger, in bytes; what is larger is not read."""

SERIES: Final = "v1/series/"
"""What the names of all segments begin with."""

_NAME: Final = re.compile(r"v1(?:/[0-9A-Za-z_-][0-9A-Za-z_.-]{0,127}){1,4}")
_ENDS: Final = (".json", ".age", ".seg")
_CONFLICT: Final = ".sync-conflict-"


class TransportError(HoldfastError):
    """The place that devices share cannot be used. Transient: it may answer next time; all else needs a person."""

    def __init__(self, message: str, *, remedy: str = "", transient: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.is_transient = transient


class Transport(Protocol):
    """A shared place. For one thread; every method may block on a disk or a network, and raises TransportError."""

    @property
    def label(self) -> str:
        """What a person calls it: `folder /home/ada/Sync` or `git example.org`. Holds no credentials."""
        ...

    def refresh(self) -> None:
        """Learn what the others have written since; `names` and `read` answer from there."""
        ...

    def stamps(self, prefix: str = "") -> Mapping[str, str]:
        """Every name that begins with `prefix`, whoever wrote it, and a text that changes when its bytes do."""
        ...

    def names(self, prefix: str = "") -> list[str]:
        """The names of `stamps`, sorted."""
        ...

    def sizes(self, prefix: str = "") -> Mapping[str, int]:
        """The same names, and how many bytes each file has; of a file that this device wrote, what is there of it."""
        ...

    def read(self, name: str) -> bytes:
        """The whole file, at most `LARGEST_FILE` bytes; a TransportError, transient, while it is not there yet."""
        ...

    def write(self, files: Mapping[str, bytes], remove: Sequence[str] = ()) -> None:
        """Put `files` there, each whole or not at all, and take away `remove`.

        What another device wrote can be taken away in a folder, and stays where each device has its own part.
        """
        ...


def is_shared_name(name: str) -> bool:
    """Whether `name` can be a shared file: not the copy that a sync tool made of one, not a temporary file, no way out."""
    return bool(_NAME.fullmatch(name)) and name.endswith(_ENDS) and _CONFLICT not in name and ".." not in name


def not_there(name: str, label: str) -> TransportError:
    """The error for a file that has not come, or is gone."""
    return TransportError(f"{name} is not there ({label}).", remedy="It may come with the next sync.", transient=True)
