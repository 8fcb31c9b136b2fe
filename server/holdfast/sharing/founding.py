"""How a vault begins: one document that names its founder and its recovery key, signed by both.

The digest of that document is the vault's id. Whoever knows the id, because a person compared a code that is made from it,
can tell from these few lines which keys everything else must lead back to.
"""

import json
from dataclasses import dataclass
from typing import Final, cast

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject, canonical_json
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.public_keys import KeyText, PublicKeys, PublicKeysModel, Recipient
from holdfast.sharing.recovery import RecoveryKey
from holdfast.sharing.signed import DocumentRefused, Signed, read_signed, sign_document

VAULTS: Final = "v1/vault/"


@dataclass(frozen=True, slots=True)
class Founding:
    """The vault `id`: its founder, and what the recovery key reads (`recovery_age`) and signs with (`recovery_ed25519`)."""

    id: str
    founder: PublicKeys
    recovery_age: str
    recovery_ed25519: str
    document: bytes

    @property
    def name(self) -> str:
        """The name of the file that holds it."""
        return f"{VAULTS}{self.founder.dev}.json"


class _RecoveryModel(pydantic.BaseModel, strict=True):
    age: Recipient
    ed25519: KeyText


class _FoundingModel(pydantic.BaseModel, strict=True):
    founder: PublicKeysModel
    recovery: _RecoveryModel
    at_ms: int


def found(keys: DeviceKeys, name: str, recovery: RecoveryKey, at_ms: int) -> Founding:
    """The beginning of a new vault. Keys are random, so no two have one id."""
    founder = keys.public(name)
    body: JsonObject = {
        "founder": founder.as_json(),
        "recovery": {"age": recovery.identity.recipient, "ed25519": recovery.signing.public},
        "at_ms": at_ms,
    }
    by_founder = sign_document("vault", body, keys.signing)
    by_recovery = sign_document("vault", body, recovery.signing)
    document: JsonObject = {"body": by_founder.body, "sig": by_founder.signature, "recovery_sig": by_recovery.signature}
    return read_founding(canonical_json(document).encode() + b"\n")


def read_founding(data: bytes) -> Founding:
    """The vault that `data` began; raises DocumentRefused unless founder and recovery key both signed it."""
    signed = read_signed(data, "vault")
    try:
        model = _FoundingModel.model_validate(signed.body)
        second = cast("object", json.loads(signed.line)["recovery_sig"])
    except (pydantic.ValidationError, KeyError) as error:
        raise DocumentRefused("it is torn, or not what Holdfast writes") from error
    signed.check(model.founder.ed25519)
    Signed("vault", signed.line, signed.body, str(second), signed.digest).check(model.recovery.ed25519)
    return Founding(signed.digest, model.founder.keys(), model.recovery.age, model.recovery.ed25519, data)
