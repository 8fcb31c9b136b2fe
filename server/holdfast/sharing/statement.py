"""What a member says about a device: that it belongs, as what, or that it no longer does.

A statement names the exact keys it is about, so nothing that lies around can change whom it admits, and the vault, so that it
means nothing in another one. Its `number` is higher than that of every statement about these keys that its writer knew: the
highest one counts.
A revocation is final for the keys it names, and lists what the revoked device said (`kept`) and sealed (`kept_segments`)
before: whatever else its keys sign was signed by a thief, for all that one can tell.

One file holds what one member ever said about one device, a statement a line, in order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import pydantic

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sharing.ed25519 import SigningKey
from holdfast.sharing.public_keys import KeyText, PublicKeys, PublicKeysModel
from holdfast.sharing.signed import DocumentRefused, Signed, read_signed, sign_document

APPROVALS: Final = "v1/approvals/"
RECOVERY: Final = "recovery"
"""Stands in the place of a device's id where the recovery key speaks."""
_MOST_LINES: Final = 1000
LARGEST_NUMBER: Final = 2**53 - 1
MOST_SAID: Final = 1000
"""Statements by one device that count."""
MOST_SEGMENTS: Final = 6000
MOST_SHUT_OUT: Final = 2000
"""What a statement can list, so that it stays small enough to be read."""

Standing = Literal["own", "teammate"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said: whose device it is, for which project (a teammate's) and whether its sessions may go into prompts.

    `shut_out`: the signing keys that the writer knew to be revoked by then. So who holds a revocation back from a newcomer
    would have to hold back the newcomer's own admission.
    """

    standing: Standing
    project: str | None = None
    injected: bool = False
    revoked: bool = False
    kept: frozenset[str] = frozenset()
    kept_segments: frozenset[str] = frozenset()
    shut_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """`verdict` on `member`, by the device `by` (or `recovery`), which signs with `signer`; `signed` as it travels."""

    vault: str
    by: str
    signer: str
    number: int
    at_ms: int
    member: PublicKeys
    verdict: Verdict
    signed: Signed

    @property
    def name(self) -> str:
        """The name of the file it stands in."""
        return f"{APPROVALS}{self.by}/{self.member.dev}.json"


_Hash = Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{32}$")]


class _StatementModel(pydantic.BaseModel, strict=True):
    vault: KeyText
    by: Annotated[str, pydantic.Field(pattern=r"^([0-9a-f]{32}|recovery)$")]
    signer: KeyText
    number: Annotated[int, pydantic.Field(ge=0, le=LARGEST_NUMBER)]
    at_ms: int
    member: PublicKeysModel
    standing: Standing
    project: KeyText | None
    injected: bool
    revoked: bool
    kept: Annotated[list[KeyText], pydantic.Field(max_length=MOST_SAID)]
    kept_segments: Annotated[list[_Hash], pydantic.Field(max_length=MOST_SEGMENTS)]
    shut_out: Annotated[list[KeyText], pydantic.Field(max_length=MOST_SHUT_OUT)]


def state(
    vault: str, by: str, key: SigningKey, member: PublicKeys, verdict: Verdict, *, number: int, at_ms: int
) -> Statement:
    """`verdict` on `member`, signed with `key`."""
    body: JsonObject = {
        "vault": vault,
        "by": by,
        "signer": key.public,
        "number": number,
        "at_ms": at_ms,
        "member": member.as_json(),
        "standing": verdict.standing,
        "project": verdict.project,
        "injected": verdict.injected,
        "revoked": verdict.revoked,
        "kept": sorted(verdict.kept),
        "kept_segments": sorted(verdict.kept_segments),
        "shut_out": sorted(verdict.shut_out),
    }
    return read_statement(sign_document("member", body, key))


def next_number(statements: Iterable[Statement], about: PublicKeys) -> int:
    """That of the next statement about the keys `about`, where `statements` are known."""
    number = 1 + max((one.number for one in statements if one.member.ed25519 == about.ed25519), default=0)
    # A thief may have said something with the highest there is: about those keys it is then the last word, and no more.
    return min(number, LARGEST_NUMBER)


def read_statements(name: str, data: bytes) -> tuple[list[Statement], list[str]]:
    """The statements in the file `name`, each signed by whom it names, and why other lines of it are none."""
    statements, refused = [], []
    lines = [line for line in data.splitlines() if line.strip()]
    if not 0 < len(lines) <= _MOST_LINES:
        return [], ["it is too large" if lines else "it is empty"]
    for line in lines:
        try:
            statements.append(_found_as(name, read_statement(read_signed(line, "member"))))
        except DocumentRefused as error:
            refused.append(error.why)
    return statements, refused


def write_statements(statements: Iterable[Statement]) -> bytes:
    """The file with `statements`, in order of their numbers; each once."""
    lines = {statement.signed.digest: statement for statement in statements}
    ordered = sorted(lines.values(), key=lambda one: (one.number, one.signed.digest))
    return "".join(f"{statement.signed.line}\n" for statement in ordered).encode()


def _found_as(name: str, statement: Statement) -> Statement:
    statement.signed.check(statement.signer)
    if statement.name != name:
        raise DocumentRefused("it speaks for another device than its name says")
    return statement


def read_statement(signed: Signed) -> Statement:
    """The statement in `signed`, whose signature the caller checks; raises DocumentRefused."""
    try:
        model = _StatementModel.model_validate(signed.body)
    except pydantic.ValidationError as error:
        raise DocumentRefused("it is torn, or not what Holdfast writes") from error
    verdict = Verdict(
        standing=model.standing,
        project=model.project,
        injected=model.injected,
        revoked=model.revoked,
        kept=frozenset(model.kept),
        kept_segments=frozenset(model.kept_segments),
        shut_out=frozenset(model.shut_out),
    )
    if verdict.standing == "teammate" and verdict.project is None:
        raise DocumentRefused("it admits a teammate to no project")
    if not verdict.revoked and (verdict.kept or verdict.kept_segments):
        raise DocumentRefused("it lists what only a revocation does")
    member = model.member.keys()
    return Statement(model.vault, model.by, model.signer, model.number, model.at_ms, member, verdict, signed)
