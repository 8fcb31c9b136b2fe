"""The keys of this device: one pair to read with (age, X25519), one to sign with (Ed25519)."""

import secrets
from dataclasses import dataclass
from typing import Final

import pydantic

from holdfast.sharing.age import AgeIdentity, new_identity, read_identity
from holdfast.sharing.ed25519 import SigningKey
from holdfast.sharing.public_keys import DeviceId, KeyText, PublicKeys

_SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """What the device `dev` alone holds."""

    dev: str
    identity: AgeIdentity
    signing: SigningKey

    def public(self, name: str) -> PublicKeys:
        """What others may know, under `name`."""
        return PublicKeys(self.dev, self.identity.recipient, self.signing.public, name)

    @property
    def fingerprint(self) -> str:
        """That of the public keys."""
        return self.public("").fingerprint

    def secret_text(self) -> str:
        """All of it on one line, for a file or the editor's secret storage; `read_keys` reads it."""
        return _KeysModel(dev=self.dev, age=self.identity.text, ed25519=self.signing.seed.hex()).model_dump_json()


class _KeysModel(pydantic.BaseModel, strict=True):
    dev: DeviceId
    age: str
    ed25519: KeyText


def new_keys(dev: str) -> DeviceKeys:
    """Random keys for the device `dev`."""
    return DeviceKeys(dev, new_identity(), SigningKey(secrets.token_bytes(_SEED_BYTES)))


def read_keys(text: str) -> DeviceKeys:
    """The keys in what `secret_text` gave; raises ValueError, and says nothing of what stood there."""
    try:
        model = _KeysModel.model_validate_json(text)
        return DeviceKeys(model.dev, read_identity(model.age), SigningKey(bytes.fromhex(model.ed25519)))
    except ValueError:
        # The cause would print the secret.
        raise ValueError("these are no device keys") from None
