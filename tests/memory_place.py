"""A shared place in memory, and what may happen to files on their way from one machine's copy of it to another's."""

import hashlib
from collections.abc import Mapping, Sequence
from random import Random

from holdfast.sharing.transport import is_shared_name, not_there


class MemoryPlace:
    """One machine's copy of a folder that something carries."""

    def __init__(self, name: str) -> None:
        self.files: dict[str, bytes] = {}
        self._name = name

    @property
    def label(self) -> str:
        return f"copy of {self._name}"

    def refresh(self) -> None:
        pass

    def stamps(self, prefix: str = "") -> Mapping[str, str]:
        return {
            name: hashlib.blake2b(data, digest_size=8).hexdigest()
            for name, data in self.files.items()
            if name.startswith(prefix) and is_shared_name(name) and data
        }

    def sizes(self, prefix: str = "") -> Mapping[str, int]:
        return {name: len(self.files[name]) for name in self.stamps(prefix)}

    def names(self, prefix: str = "") -> list[str]:
        return sorted(self.stamps(prefix))

    def read(self, name: str) -> bytes:
        if not self.files.get(name):
            raise not_there(name, self.label)
        return self.files[name]

    def write(self, files: Mapping[str, bytes], remove: Sequence[str] = ()) -> None:
        self.files.update(files)
        for name in remove:
            self.files.pop(name, None)


def carry(source: MemoryPlace, target: MemoryPlace, chance: Random) -> None:
    """Bring some of the files over, in any order: a few half, a few under the names of copies in conflict, none deleted."""
    names = list(source.files)
    chance.shuffle(names)
    for name in names:
        data = source.files[name]
        match chance.randrange(6):
            case 0:
                continue
            case 1 if name not in target.files:
                target.files[name] = data[: chance.randrange(len(data) + 1)]
            case 2:
                folder, _, file = name.rpartition("/")
                target.files[f"{folder}/{file}.sync-conflict-20261121-101010-ABC.seg"] = data
            case _:
                if name.endswith(".seg") or len(data) >= len(target.files.get(name, b"")):
                    target.files[name] = data


def carry_all(places: Sequence[MemoryPlace]) -> None:
    """What a sync tool has done once it is done: every copy holds every file, whole, that its writer has."""
    whole: dict[str, bytes] = {}
    for place in places:
        for name, data in place.files.items():
            if len(data) >= len(whole.get(name, b"")):
                whole[name] = data
    for place in places:
        place.files = dict(whole)
