"""Whose statements count: from the founder and the recovery key, along admissions, without those whom a member shut out.

A device is in when a chain of statements leads to it from the founder or the recovery key. A revocation ends what the keys
it names may do, whatever else says otherwise, except for what it lists as said before. Two devices that revoke each other
are both out, unless one of them is nearer to this device's own trust: the recovery key, this device itself, the member that
admitted it. So a thief can stop sharing, and never read or write.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from holdfast.sharing.founding import Founding
from holdfast.sharing.statement import RECOVERY, Statement


@dataclass(frozen=True, slots=True)
class Judgement:
    """For `vault`. `speakers`: the signing keys whose statements count, to their device's id. `barred`: revoked ones to what still counts."""

    vault: str
    speakers: dict[str, str]
    barred: dict[str, frozenset[str]]
    revocations: tuple[Statement, ...]

    def counts(self, statement: Statement) -> bool:
        """Whether `statement` was made by somebody who may, before they were revoked if they were."""
        return self.is_members(statement) and not self.is_barred(statement)

    def is_members(self, statement: Statement) -> bool:
        """Whether a member of this vault, revoked or not, made `statement` about it, in its own name."""
        return statement.vault == self.vault and self.speakers.get(statement.signer) == statement.by

    def is_barred(self, statement: Statement) -> bool:
        """Whether its signer is revoked, and it is not among what they had said before."""
        return statement.signed.digest not in self.barred.get(statement.signer, {statement.signed.digest})


def judge(founding: Founding, statements: Sequence[Statement], nearest: Sequence[str] = ()) -> Judgement:
    """Whose of `statements` count; `nearest` are the signing keys that this device trusts most, in order."""
    barred: dict[str, frozenset[str]] = {}
    effective: list[Statement] = []
    ranked = (founding.recovery_ed25519, *nearest)
    everybody = {one.signer for one in statements}
    for tier in (*({key} for key in ranked), everybody - set(ranked)):
        now = Judgement(founding.id, _speakers(founding, statements, barred), dict(barred), ())
        found = [one for one in statements if _shuts_out(one, founding) and one.signer in tier and now.counts(one)]
        for one in found:
            key = one.member.ed25519
            barred[key] = barred.get(key, one.verdict.kept) & one.verdict.kept
        effective += found
    told = Judgement(founding.id, _speakers(founding, statements, barred), dict(barred), ())
    for one in statements:
        if told.counts(one):
            # What a member knew counts even where the revocation itself has not come, with nothing said before.
            shut_out = one.verdict.shut_out - {founding.recovery_ed25519}
            barred = dict.fromkeys(shut_out, frozenset[str]()) | barred
    return Judgement(founding.id, _speakers(founding, statements, barred), barred, tuple(effective))


def _shuts_out(statement: Statement, founding: Founding) -> bool:
    """Whether `statement` is a revocation; the recovery key can have none: it is what remains when a thief was faster."""
    return statement.verdict.revoked and statement.member.ed25519 != founding.recovery_ed25519


def _speakers(founding: Founding, statements: Iterable[Statement], barred: dict[str, frozenset[str]]) -> dict[str, str]:
    """Everybody that a chain of admissions leads to; of the revoked, those whose earlier words count."""
    found = {founding.founder.ed25519: founding.founder.dev, founding.recovery_ed25519: RECOVERY}
    admissions = [one for one in statements if one.verdict.standing == "own" and not one.verdict.revoked]
    grown = True
    while grown:
        judgement = Judgement(founding.id, found, barred, ())
        new = {one.member.ed25519: one.member.dev for one in admissions if judgement.counts(one)}
        grown = _add(found, new)
    return found


def _add(found: dict[str, str], new: dict[str, str]) -> bool:
    missing: Collection[str] = new.keys() - found.keys()
    found.update({key: new[key] for key in missing})
    return bool(missing)
