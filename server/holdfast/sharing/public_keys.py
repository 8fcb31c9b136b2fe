"""What others know of a device: its id, its keys, and the name that a person gave it."""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Final

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject, canonical_json
from holdfast.sharing.age import is_recipient

LONGEST_NAME: Final = 64
_LONGEST_WRITTEN: Final = 1000
_NO_NAME: Final = "unnamed"


def _recipient(text: str) -> str:
    if not is_recipient(text):
        raise ValueError("no recipient of age")
    return text


DeviceId = Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{32}$")]
KeyText = Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{64}$")]
Recipient = Annotated[str, pydantic.Field(max_length=100), pydantic.AfterValidator(_recipient)]


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The device `dev`: what is encrypted to it (`age`), what it signs with (`ed25519`, hexadecimal), and its `name`."""

    dev: str
    age: str
    ed25519: str
    name: str

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that stand for device and keys, whatever its name."""
        keys = canonical_json({"dev": self.dev, "age": self.age, "ed25519": self.ed25519})
        return hashlib.sha256(b"holdfast keys\n" + keys.encode()).hexdigest()

    def as_json(self) -> JsonObject:
        """As documents hold it."""
        return {"dev": self.dev, "age": self.age, "ed25519": self.ed25519, "name": self.name}


class PublicKeysModel(pydantic.BaseModel, strict=True):
    """PublicKeys in a document."""

    dev: DeviceId
    age: Recipient
    ed25519: KeyText
    name: Annotated[str, pydantic.Field(max_length=_LONGEST_WRITTEN)]

    def keys(self) -> PublicKeys:
        """What it says, the name fit to be shown."""
        return PublicKeys(self.dev, self.age, self.ed25519, shown_name(self.name))


def shown_name(name: str) -> str:
    """`name` on one line, without control and invisible characters, at most 64 long: it comes from another machine."""
    visible = "".join(
        " " if char.isspace() else char for char in name if unicodedata.category(char)[0] != "C" or char.isspace()
    )
    return " ".join(visible.split())[:LONGEST_NAME].strip() or _NO_NAME
