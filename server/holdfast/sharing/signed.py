"""Signed documents: one line of canonical JSON, `{"body": {"v": 1, …}, "sig": "…"}`, and what can be wrong with one.

What is signed is the body's canonical text behind the name of its kind, so that no document passes for one of another kind.
Whose key it must be that signed, the body says or the reader knows; whether that key counts is decided elsewhere.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from holdfast.sessions.entries.canonical_json import JsonObject, canonical_json
from holdfast.sharing.ed25519 import SigningKey, is_signed
from holdfast.sharing.json_tokens import has_more_tokens

DOCUMENT_VERSION: Final = 1
LARGEST_DOCUMENT: Final = 1024 * 1024
_MOST_TOKENS: Final = 50_000

Kind = Literal["device", "member", "vault", "secrets"]


class DocumentRefused(Exception):
    """`why` says in words for a person what is wrong with a file that another device should have written."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Signed:
    """A document as it came: `line` without its end, `body`, its signature, and the `digest` that names it."""

    kind: Kind
    line: str
    body: JsonObject
    signature: str
    digest: str
    """SHA-256 of what is signed, hexadecimal: the same for whoever signs it."""

    def check(self, public: str) -> None:
        """Raises DocumentRefused unless the holder of `public` signed it."""
        if not is_signed(public, self.signature, _signed_bytes(self.kind, self.body)):
            raise DocumentRefused("its signature does not fit: it was changed, or somebody else wrote it")


def sign_document(kind: Kind, body: JsonObject, key: SigningKey) -> Signed:
    """`body`, with the version of today, signed by `key`."""
    whole = {**body, "v": DOCUMENT_VERSION}
    message = _signed_bytes(kind, whole)
    signature = key.sign(message)
    line = canonical_json({"body": whole, "sig": signature})
    return Signed(kind, line, whole, signature, hashlib.sha256(message).hexdigest())


def read_signed(data: bytes, kind: Kind) -> Signed:
    """The document that `data` is, its signature not checked yet; raises DocumentRefused."""
    if len(data) > LARGEST_DOCUMENT or has_more_tokens(data, _MOST_TOKENS):
        raise DocumentRefused("it is too large")
    try:
        # Given bytes, json would read other encodings too.
        line = data.decode("utf-8").strip()
        raw = json.loads(line)
        body, signature = raw["body"], raw["sig"]
        version = body["v"]
        message = _signed_bytes(kind, body)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DocumentRefused("it is torn, or not what Holdfast writes") from error
    if not isinstance(body, Mapping) or not isinstance(signature, str) or not isinstance(version, int):
        raise DocumentRefused("it is torn, or not what Holdfast writes")
    if version > DOCUMENT_VERSION:
        raise DocumentRefused("a newer Holdfast wrote it: update this one")
    return Signed(kind, line, cast("JsonObject", body), signature, hashlib.sha256(message).hexdigest())


def _signed_bytes(kind: Kind, body: JsonObject) -> bytes:
    return f"holdfast {kind}\n{canonical_json(body)}".encode()
