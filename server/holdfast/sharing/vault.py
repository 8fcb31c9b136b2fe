"""What all devices of a person know: the secret that names of series are made with, and the key of the pseudonyms.

It travels encrypted to each of them and to the recovery key, signed by the device that wrote it. Each device writes its own
files, and what they hold is added together: nothing is lost when two write at once. After a device is revoked a new secret
is added; older ones stay, to find what was named with them.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sharing.age import AgeIdentity, encrypt
from holdfast.sharing.device_keys import DeviceKeys
from holdfast.sharing.founding import VAULTS
from holdfast.sharing.public_keys import KeyText
from holdfast.sharing.signed import DocumentRefused, read_signed, sign_document

_SECRET_BYTES: Final = 32
_TAG_DIGITS: Final = 32
_MOST_SECRETS: Final = 1000


@dataclass(frozen=True, slots=True, order=True)
class NamingSecret:
    """The secret of one `generation`; the highest is in use."""

    generation: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vault:
    """The secrets of the vault `id`; `naming` newest first. In another's vault a device has only a naming secret of its own."""

    id: str
    naming: tuple[NamingSecret, ...]
    pseudonyms: bytes | None = field(repr=False)

    def series_tag(self, dev: str, session: str) -> str:
        """What stands for the series in names: 32 hexadecimal digits that say nothing to who has no secret."""
        return _tag(self.naming[0].secret, dev, session)

    def series_tags(self, dev: str, session: str) -> tuple[str, ...]:
        """What stands, or stood, for the series; the present one first."""
        return tuple(_tag(one.secret, dev, session) for one in self.naming)

    def rotated(self) -> "Vault":
        """With a new naming secret, for after a revocation. Generations are counted anew: who is revoked may have given the last."""
        kept = self.naming[: _MOST_SECRETS - 1]
        newest = NamingSecret(len(kept), secrets.token_bytes(_SECRET_BYTES))
        counted = [NamingSecret(len(kept) - at, one.secret) for at, one in enumerate(kept, start=1)]
        return replace(self, naming=(newest, *counted))

    def joined(self, other: "Vault") -> "Vault":
        """With what `other`, of the same vault, knows besides; each secret at its lowest generation, and no more than can be read."""
        lowest: dict[bytes, NamingSecret] = {}
        for one in sorted({*self.naming, *other.naming}):
            lowest.setdefault(one.secret, one)
        mine = {one.secret for one in self.naming}
        new = sorted((one for one in lowest.values() if one.secret not in mine), reverse=True)
        known = [one for one in lowest.values() if one.secret in mine]
        naming = tuple(sorted([*known, *new[: _MOST_SECRETS - len(known)]], reverse=True))
        keys = sorted(key for key in (self.pseudonyms, other.pseudonyms) if key is not None)
        return replace(self, naming=naming, pseudonyms=self.pseudonyms or (keys[0] if keys else None))


class _SecretModel(pydantic.BaseModel, strict=True):
    generation: Annotated[int, pydantic.Field(ge=0, lt=2**31)]
    secret: KeyText


class _VaultModel(pydantic.BaseModel, strict=True):
    vault: KeyText
    signer: KeyText
    naming: Annotated[list[_SecretModel], pydantic.Field(min_length=1, max_length=_MOST_SECRETS)]
    pseudonyms: KeyText | None


def new_vault(vault: str, *, pseudonyms: bytes | None) -> Vault:
    """Secrets for the vault with the id `vault`; `pseudonyms` are those that the founder has used until now."""
    return Vault(vault, (NamingSecret(0, secrets.token_bytes(_SECRET_BYTES)),), pseudonyms)


def vault_name(dev: str, number: int) -> str:
    """The name of the file in which `dev` hands the vault on for the `number`th time."""
    return f"{VAULTS}{dev}-{number}.age"


def seal_vault(vault: Vault, keys: DeviceKeys, readers: Sequence[str]) -> bytes:
    """The file, for `readers`."""
    body: JsonObject = {
        "vault": vault.id,
        "signer": keys.signing.public,
        "naming": [{"generation": one.generation, "secret": one.secret.hex()} for one in vault.naming],
        "pseudonyms": vault.pseudonyms.hex() if vault.pseudonyms else None,
    }
    return encrypt(sign_document("secrets", body, keys.signing).line.encode(), readers)


def open_vault(data: bytes, identity: AgeIdentity, vault: str, signers: Iterable[str]) -> Vault:
    """What `data` hands on; raises CannotDecrypt, or DocumentRefused unless one of `signers` wrote it for this vault."""
    signed = read_signed(identity.decrypt(data), "secrets")
    try:
        model = _VaultModel.model_validate(signed.body)
    except pydantic.ValidationError as error:
        raise DocumentRefused("it is torn, or not what Holdfast writes") from error
    if model.vault != vault:
        raise DocumentRefused("it belongs to another vault")
    if model.signer not in set(signers):
        raise DocumentRefused("it is signed by a device that may not hand the vault on")
    signed.check(model.signer)
    naming = tuple(
        sorted((NamingSecret(one.generation, bytes.fromhex(one.secret)) for one in model.naming), reverse=True)
    )
    return Vault(model.vault, naming, bytes.fromhex(model.pseudonyms) if model.pseudonyms else None)


def _tag(secret: bytes, dev: str, session: str) -> str:
    return hmac.new(secret, f"{dev}|{session}".encode(), hashlib.sha256).hexdigest()[:_TAG_DIGITS]
