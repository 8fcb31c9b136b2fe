"""The recovery key: read by everything that is encrypted, kept by nobody but the person who wrote it down.

It is an identity of age. A signing key is made from it, with which a vault is founded and lost devices are replaced: who
holds the recovery key, and nobody else, can admit a device when no other is left.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from holdfast.sharing.age import AgeIdentity, new_identity, read_identity
from holdfast.sharing.ed25519 import SigningKey
from holdfast.sharing.errors import RecoveryWrong

_LAST_GROUP: Final = 6


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """Shown once, and never written anywhere."""

    identity: AgeIdentity = field(repr=False)

    @property
    def text(self) -> str:
        """What the person writes down."""
        return self.identity.text

    @property
    def signing(self) -> SigningKey:
        """The key that speaks for the person without any device."""
        return SigningKey(hmac.digest(self.identity.text.encode(), b"holdfast recovery signing", hashlib.sha256))

    def is_proved_by(self, typed: str) -> bool:
        """Whether `typed` shows that the key was written down: its last six characters, or all of it."""
        answer = "".join(typed.split()).upper()
        return hmac.compare_digest(answer.encode(), self.text[-_LAST_GROUP:].encode()) or hmac.compare_digest(
            answer.encode(), self.text.encode()
        )


def new_recovery_key() -> RecoveryKey:
    """A random one."""
    return RecoveryKey(new_identity())


def read_recovery_key(text: str) -> RecoveryKey:
    """The key that a person typed; raises RecoveryWrong."""
    try:
        return RecoveryKey(read_identity(text))
    except ValueError as error:
        raise RecoveryWrong(
            "This is no recovery key.", remedy="It begins with AGE-SECRET-KEY-1 and has 74 characters; type it whole."
        ) from error
