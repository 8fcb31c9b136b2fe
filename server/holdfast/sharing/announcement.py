"""What a device says of itself to the others: its keys, and which vault it wants to belong to. Signed with those keys."""

from dataclasses import dataclass
from typing import Final

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.public_keys import KeyText, PublicKeys, PublicKeysModel
from holdfast.sharing.signed import DocumentRefused, read_signed, sign_document

DEVICES: Final = "v1/devices/"


@dataclass(frozen=True, slots=True)
class Announcement:
    """`keys` wants to belong to `vault`, or does; `at_ms` is for display."""

    keys: PublicKeys
    vault: str
    at_ms: int


class _AnnouncementModel(pydantic.BaseModel, strict=True):
    device: PublicKeysModel
    vault: KeyText
    at_ms: int


def announcement_name(dev: str) -> str:
    """The name of the file in which `dev` announces itself."""
    return f"{DEVICES}{dev}.json"


def announce(keys: DeviceKeys, name: str, vault: str, at_ms: int) -> bytes:
    """The file."""
    body: JsonObject = {"device": keys.public(name).as_json(), "vault": vault, "at_ms": at_ms}
    return sign_document("device", body, keys.signing).line.encode() + b"\n"


def read_announcement(name: str, data: bytes) -> Announcement:
    """What `data`, found as `name`, says; raises DocumentRefused."""
    signed = read_signed(data, "device")
    try:
        model = _AnnouncementModel.model_validate(signed.body)
    except pydantic.ValidationError as error:
        raise DocumentRefused("it is torn, or not what Holdfast writes") from error
    signed.check(model.device.ed25519)
    if announcement_name(model.device.dev) != name:
        raise DocumentRefused("it speaks for another device than its name says")
    return Announcement(model.device.keys(), model.vault, model.at_ms)
