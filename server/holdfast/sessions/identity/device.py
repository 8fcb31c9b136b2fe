"""The device that this machine is: a random id that goes into every entry, and a secret that never leaves the machine.

The file is named by the machine's fingerprint. A data directory that was copied to another machine, or a home
shared by two, therefore has one device per machine, and neither ever continues the other's series.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pydantic

from holdfast.errors import StorageError
from holdfast.sessions.identity.machine import machine_fingerprint
from holdfast.sessions.identity.write_once import keep_private, write_once


@dataclass(frozen=True, slots=True)
class Device:
    """`id` is 128 random bits as 32 hexadecimal digits; `secret` keys the hashes of text that is not stored."""

    id: str
    secret: bytes = field(repr=False)

    def hash_text(self, text: str) -> str:
        """`kb2:` and a keyed BLAKE2b-16: says whether two texts were the same, to nobody but this device."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=self.secret)
        return "kb2:" + digest.hexdigest()


class _DeviceFile(pydantic.BaseModel):
    id: Annotated[str, pydantic.Field(pattern="^[0-9a-f]{32}$")]
    secret: Annotated[str, pydantic.Field(pattern="^[0-9a-f]{64}$")]
    fingerprint: str


def load_device(data: Path, fingerprint: str | None = None) -> Device:
    """The device of this machine in the data directory `data`, made at the first call.

    `fingerprint` is this machine's unless given. Raises StorageError with the remedy.
    """
    machine = fingerprint if fingerprint is not None else machine_fingerprint()
    path = data / "devices" / f"{machine}.json"
    made = _DeviceFile(id=secrets.token_hex(16), secret=secrets.token_hex(32), fingerprint=machine)
    try:
        text = write_once(path, made.model_dump_json())
        keep_private(path)
        kept = _DeviceFile.model_validate_json(text)
        if kept.fingerprint != machine:
            raise StorageError(f"The device file {path} belongs to another machine.", remedy="Delete it.")
    except pydantic.ValidationError as error:
        raise StorageError(
            f"The device file {path} cannot be understood.",
            remedy="Delete it: this machine becomes a new device, and what is recorded stays.",
        ) from error
    return Device(id=kept.id, secret=bytes.fromhex(kept.secret))
