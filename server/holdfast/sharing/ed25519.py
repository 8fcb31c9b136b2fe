"""Signatures (Ed25519, RFC 8032): the only file that knows the library. Keys and signatures are hexadecimal outside."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs: 32 bytes, of which the key pair is made."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """What others check signatures with: 64 hexadecimal digits."""
        return self._key().public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """The signature of `message`: 128 hexadecimal digits."""
        return self._key().sign(message).hex()

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def is_signed(public: str, signature: str, message: bytes) -> bool:
    """Whether who holds the private half of `public` signed `message`; False as well for what is no key or signature."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
