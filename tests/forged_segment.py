"""Segments as an attacker makes them who knows the format and everybody's public keys: any header, lines, signature, bytes."""

import json
from collections.abc import Callable, Sequence

from holdfast.sessions.entries.canonical_json import canonical_json
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.series import Series
from holdfast.sharing.age import encrypt
from holdfast.sharing.ed25519 import SigningKey
from holdfast.sharing.segment import SegmentName, content_hash, signed_message
from holdfast.sharing.zstd import compress
from paired_devices import NOW, PROJECT

SESSION = "01932f2e-9c00-7abc-8def-0123456789ab"
JsonFields = dict[str, str | int | None]


def said(dev: str, *texts: str, session: str = SESSION, project: str | None = PROJECT, rules_v: int = 0) -> list[Entry]:
    """A series of `dev` with these messages."""
    series = Series(dev=dev, session=session, project=project)
    return [
        series.extend(
            Draft(
                NOW + n,
                "msg",
                ({"type": "text", "text": text},),
                role="user",
                redact={"rules_v": rules_v, "counts": {}},
            )
        )
        for n, text in enumerate(texts)
    ]


def header_of(entries: Sequence[Entry], signer: str, vault: str, **other: str | int | None) -> JsonFields:
    """The header that an honest device would write, with fields changed as wanted."""
    first, last = entries[0].place, entries[-1].place
    header: JsonFields = {
        "v": 1,
        "vault": vault,
        "tag": "0" * 32,
        "dev": first.dev,
        "session": first.session,
        "project": first.project,
        "first": first.seq,
        "last": last.seq,
        "rules_v": 1,
        "signer": signer,
    }
    return header | other


def content_of(header: JsonFields, lines: Sequence[str]) -> bytes:
    """What is signed."""
    return "".join(f"{line}\n" for line in (canonical_json(header), *lines)).encode()


def signature_line(content: bytes, key: SigningKey) -> bytes:
    """The last line."""
    return json.dumps({"sig": key.sign(signed_message(content))}).encode() + b"\n"


def forged(
    header: JsonFields,
    lines: Sequence[str],
    key: SigningKey,
    readers: Sequence[str],
    pack: Callable[[bytes], bytes] = compress,
) -> tuple[str, bytes]:
    """A segment, and the name that fits it."""
    content = content_of(header, lines)
    return named(header, encrypt(pack(content + signature_line(content, key)), readers))


def named(header: JsonFields, data: bytes) -> tuple[str, bytes]:
    """`data` under the name that its header and bytes call for."""
    first, last = int(header["first"] or 0), int(header["last"] or 0)
    return str(SegmentName(str(header["tag"]), first, last, content_hash(data))), data
