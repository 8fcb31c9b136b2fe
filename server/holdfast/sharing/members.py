"""Who belongs: whose segments are taken in, as one's own or a teammate's, and who can read what is sealed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sharing.announcement import DEVICES, Announcement, read_announcement
from holdfast.sharing.errors import NotAllowed
from holdfast.sharing.founding import Founding
from holdfast.sharing.hearing import too_much
from holdfast.sharing.judgement import Judgement, judge
from holdfast.sharing.public_keys import PublicKeys
from holdfast.sharing.signed import DocumentRefused
from holdfast.sharing.statement import APPROVALS, Statement, read_statements


@dataclass(frozen=True, slots=True)
class Member:
    """A device as this one sees it. A teammate's counts for `project` alone, and goes into prompts if `injected`.

    Of a revoked one only `kept_segments` are taken in (the hashes in their names). `is_owners`: of the vault's owner, whoever
    looks at it. `admitted_by` is a device, or `recovery`, that signed with `admitted_with`.
    """

    keys: PublicKeys
    standing: Literal["own", "teammate", "revoked"]
    project: str | None
    injected: bool
    admitted_by: str
    admitted_with: str
    at_ms: int
    is_owners: bool
    kept_segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parked:
    """A file that does not count, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Membership:
    """All that is known about who belongs to the vault of `founding`; `limited_to` is this device's project in another's vault.

    `pending` have announced themselves for this vault and are no members. `statements` are those that count or once did:
    they are kept, so that what disappears from the shared place is not forgotten here.
    """

    founding: Founding
    members: tuple[Member, ...]
    pending: tuple[Announcement, ...]
    parked: tuple[Parked, ...]
    statements: tuple[Statement, ...]
    limited_to: str | None = None

    def signer(self, ed25519: str) -> Member | None:
        """The member that signs with this key."""
        return next((member for member in self.members if member.keys.ed25519 == ed25519), None)

    def may_seal(self, signer: Member, dev: str) -> bool:
        """Whether `signer` may seal series of the device `dev`: its own, and of the vault's owner any device for any other.

        A device's id is its own word: who takes one that is in use on this side of the vault speaks for nobody.
        """
        sides = {member.is_owners for member in self.members if member.keys.dev == dev}
        if len(sides) > 1 and signer.is_owners != (self.limited_to is None):
            return False
        owners = signer.is_owners and any(member.is_owners and member.keys.dev == dev for member in self.members)
        return signer.keys.dev == dev or owners

    def readers(self, session: str, project: str | None) -> tuple[str, ...]:
        """Whom a segment of `session` in `project` is encrypted to; raises NotAllowed when it may not leave at all."""
        if self.limited_to is not None and (session == CONTROL or project != self.limited_to):
            raise NotAllowed(
                "In a vault of somebody else's, only the sessions of the project agreed on are shared.",
                remedy="Share your other sessions through a vault of your own.",
            )
        shared = project if session != CONTROL else None
        readers = [
            member.keys.age
            for member in self.members
            if member.standing == "own" or (member.standing == "teammate" and member.project == shared)
        ]
        return (*readers, self.founding.recovery_age)

    def seen_by(self, ed25519: str, *, injected: bool) -> "Membership":
        """As the device with this key sees it: in another's vault, it has all others for teammates in its one project."""
        me = self.signer(ed25519)
        if me is None or me.standing != "teammate":
            return self
        there = [self._beside(member, me, injected=injected) for member in self.members]
        return replace(self, members=tuple(member for member in there if member), limited_to=me.project)

    @staticmethod
    def _beside(member: Member, me: Member, *, injected: bool) -> Member | None:
        if member == me:
            return replace(member, standing="own")
        if not member.is_owners and member.project != me.project:
            return None
        if member.standing == "revoked":
            return replace(member, project=me.project)
        return replace(member, standing="teammate", project=me.project, injected=injected)


def read_membership(
    founding: Founding,
    files: Mapping[str, bytes],
    *,
    known: Sequence[Statement] = (),
    nearest: Sequence[str] = (),
) -> Membership:
    """Who belongs, by the announcements and approvals in `files` and the statements `known` from before.

    Never raises for what a file holds: it is parked. `nearest`: see `judge`.
    """
    found, refused = _statements(files)
    before = judge(founding, known, nearest)
    old = {one.signed.digest for one in known}
    # Who was revoked here once says nothing new, even where it is the first to be heard elsewhere.
    late = [one for one in found if one.signed.digest not in old and before.is_barred(one)]
    barred = {one.signed.digest for one in late}
    new = [one for one in found if one.signed.digest not in old | barred]
    beyond = too_much(known, new)
    statements = [*known, *(one for one in new if one.signed.digest not in beyond)]
    judgement = judge(founding, statements, nearest)
    accepted = tuple(one for one in statements if judgement.is_members(one))
    members = _members(founding, accepted, judgement)
    counted = {one.signed.digest for one in accepted if judgement.counts(one)}
    for one in found:
        if one.signed.digest in beyond:
            refused.append(Parked(one.name, "who signed it has said more than any device has to say"))
        elif one.signed.digest not in counted:
            refused.append(Parked(one.name, _why(one, founding, judgement, late=one.signed.digest in barred)))
    pending, unheard = _pending(founding, files, members)
    return Membership(founding, members, pending, (*refused, *unheard), accepted)


def _statements(files: Mapping[str, bytes]) -> tuple[list[Statement], list[Parked]]:
    found: dict[str, Statement] = {}
    parked: list[Parked] = []
    for name in sorted(name for name in files if name.startswith(APPROVALS)):
        statements, refused = read_statements(name, files[name])
        found.update({one.signed.digest: one for one in statements})
        parked += [Parked(name, why) for why in refused]
    return list(found.values()), parked


def _members(founding: Founding, statements: Sequence[Statement], judgement: Judgement) -> tuple[Member, ...]:
    first = founding.founder
    founder = Member(
        first, "own", None, injected=True, admitted_by=first.dev, admitted_with=first.ed25519, at_ms=0, is_owners=True
    )
    members = {founding.founder.ed25519: founder}
    ordered = sorted(statements, key=lambda one: (one.number, one.signed.digest))
    for one in ordered:
        if one.verdict.revoked or not judgement.counts(one):
            continue
        known = members.get(one.member.ed25519)
        if known is None or known.standing != "own":
            members[one.member.ed25519] = _admitted(one)
    for one in judgement.revocations:
        members[one.member.ed25519] = _revoked(one, members.get(one.member.ed25519))
    for key in judgement.barred.keys() & members.keys():
        members[key] = replace(members[key], standing="revoked", injected=False)
    return tuple(sorted(members.values(), key=lambda member: (member.keys.dev, member.keys.ed25519)))


def _admitted(statement: Statement) -> Member:
    verdict = statement.verdict
    is_own = verdict.standing == "own"
    return Member(
        statement.member,
        verdict.standing,
        None if is_own else verdict.project,
        injected=is_own or verdict.injected,
        admitted_by=statement.by,
        admitted_with=statement.signer,
        at_ms=statement.at_ms,
        is_owners=is_own,
    )


def _revoked(statement: Statement, known: Member | None) -> Member:
    kept = statement.verdict.kept_segments
    if known is None:
        known = _admitted(statement)
    elif known.standing == "revoked":
        kept = kept & known.kept_segments
    return replace(known, standing="revoked", injected=False, at_ms=statement.at_ms, kept_segments=kept)


def _why(statement: Statement, founding: Founding, judgement: Judgement, *, late: bool) -> str:
    name = statement.member.name
    if statement.vault != founding.id:
        return f"it is about “{name}” in another vault"
    if late or judgement.is_barred(statement):
        return f"“{name}” was admitted by a device that has been revoked: approve it again if it is yours"
    return f"it is about “{name}”, and signed by a device that nobody has admitted"


def _pending(
    founding: Founding, files: Mapping[str, bytes], members: Iterable[Member]
) -> tuple[tuple[Announcement, ...], list[Parked]]:
    inside = {member.keys.fingerprint for member in members}
    pending: list[Announcement] = []
    parked: list[Parked] = []
    for name in sorted(name for name in files if name.startswith(DEVICES)):
        try:
            announcement = read_announcement(name, files[name])
        except DocumentRefused as error:
            parked.append(Parked(name, error.why))
            continue
        if announcement.vault != founding.id:
            parked.append(Parked(name, f"“{announcement.keys.name}” wants to join another vault than this one"))
        elif announcement.keys.fingerprint not in inside:
            pending.append(announcement)
    return tuple(pending), parked
