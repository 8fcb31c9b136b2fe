"""What statements count, when a member, a teammate or a thief with a member's keys writes them by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sharing.age import encrypt
from holdfast.sharing.signed import sign_document
from holdfast.sharing.statement import Statement, Verdict, state, write_statements
from holdfast.sharing.vault import vault_name
from paired_devices import NOW, OTHER_PROJECT, OWN, PROJECT, Machine, Place, machine, pair, standings

TEAMMATE = Verdict("teammate", PROJECT)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def desktop(tmp_path: Path, place: Place) -> Machine:
    desktop = machine(tmp_path, "desktop")
    desktop.found(place)
    return desktop


@pytest.fixture
def laptop(tmp_path: Path, place: Place, desktop: Machine) -> Machine:
    laptop = machine(tmp_path, "laptop")
    pair(desktop, laptop, place)
    return laptop


@pytest.fixture
def phone(tmp_path: Path) -> Machine:
    """A machine that belongs to nobody yet."""
    return machine(tmp_path, "phone")


def statement(
    signer: Machine, about: Machine, vault: str, verdict: Verdict = OWN, *, by: str = "", number: int = 100
) -> Statement:
    keys = signer.keys
    member = about.keys.public(about.name)
    return state(vault, by or keys.dev, keys.signing, member, verdict, number=number, at_ms=NOW)


def put(place: Place, *statements: Statement) -> None:
    """Behind what the place has of the same files."""
    for one in statements:
        place.files[one.name] = place.files.get(one.name, b"") + write_statements([one])


def vault_of(one: Machine, place: Place) -> str:
    return one.sync(place).membership.founding.id


def why_parked(one: Machine, place: Place) -> set[str]:
    return {parked.why for parked in one.sync(place).membership.parked}


def test_a_member_speaks_in_its_own_name_alone(desktop: Machine, laptop: Machine, phone: Machine, place: Place) -> None:
    put(place, statement(laptop, phone, vault_of(desktop, place), by=desktop.keys.dev))

    assert standings(laptop.sync(place)) == {"desktop": "own", "laptop": "own"}
    assert why_parked(laptop, place) == {"it is about “phone”, and signed by a device that nobody has admitted"}


def test_a_stranger_does_not_say_who_was_shut_out(
    tmp_path: Path, desktop: Machine, laptop: Machine, phone: Machine, place: Place
) -> None:
    shut_out = frozenset([desktop.keys.signing.public, laptop.keys.signing.public])
    put(
        place,
        statement(machine(tmp_path, "stranger"), phone, vault_of(desktop, place), Verdict("own", shut_out=shut_out)),
    )

    assert standings(laptop.sync(place)) == {"desktop": "own", "laptop": "own"}


def test_what_was_said_in_another_vault_does_not_count(
    desktop: Machine, laptop: Machine, phone: Machine, place: Place
) -> None:
    put(place, statement(desktop, phone, "f" * 64), statement(desktop, laptop, "f" * 64, Verdict("own", revoked=True)))

    assert standings(laptop.sync(place)) == {"desktop": "own", "laptop": "own"}
    assert why_parked(laptop, place) == {
        "it is about “phone” in another vault",
        "it is about “laptop” in another vault",
    }


@pytest.mark.parametrize(
    "verdict",
    [
        pytest.param(OWN, id="admits"),
        pytest.param(TEAMMATE, id="admits a teammate"),
        pytest.param(Verdict("own", revoked=True), id="shuts out"),
    ],
)
def test_what_a_teammate_says_does_not_count(
    tmp_path: Path, desktop: Machine, laptop: Machine, phone: Machine, place: Place, verdict: Verdict
) -> None:
    colleague = machine(tmp_path, "colleague")
    pair(desktop, colleague, place, TEAMMATE)
    about = laptop if verdict.revoked else phone

    put(place, statement(colleague, about, vault_of(desktop, place), verdict))

    expected = {"desktop": "own", "laptop": "own", "colleague": "teammate"}
    assert standings(desktop.sync(place)) == standings(laptop.sync(place)) == expected


def test_an_own_device_stays_one_whatever_another_member_says(desktop: Machine, laptop: Machine, place: Place) -> None:
    put(place, statement(desktop, laptop, vault_of(desktop, place), TEAMMATE))

    assert standings(laptop.sync(place)) == {"desktop": "own", "laptop": "own"}


def test_the_latest_word_about_a_teammate_counts_whoever_says_it(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    colleague, vault = machine(tmp_path, "colleague"), vault_of(desktop, place)
    put(place, statement(laptop, colleague, vault, Verdict("teammate", OTHER_PROJECT), number=8))
    put(place, statement(desktop, colleague, vault, TEAMMATE, number=7))

    for one in (desktop, laptop):
        member = one.sync(place).membership.signer(colleague.keys.signing.public)
        assert member is not None
        assert (member.project, member.admitted_by) == (OTHER_PROJECT, laptop.keys.dev)


def test_who_has_seen_a_revocation_no_longer_hears_the_revoked_device(
    tmp_path: Path, desktop: Machine, laptop: Machine, phone: Machine, place: Place
) -> None:
    tablet = machine(tmp_path, "tablet")
    pair(desktop, phone, place)
    pair(phone, tablet, place)
    desktop.revoke(place, "laptop")
    tablet.sync(place)

    # As near to the tablet as the desktop is, and too late.
    put(place, statement(laptop, desktop, vault_of(desktop, place), Verdict("own", revoked=True)))

    assert standings(tablet.sync(place)) == {"desktop": "own", "laptop": "revoked", "phone": "own", "tablet": "own"}


def test_of_a_device_that_two_have_revoked_counts_what_both_knew(
    tmp_path: Path, desktop: Machine, laptop: Machine, phone: Machine, place: Place
) -> None:
    old, unknown = machine(tmp_path, "old"), machine(tmp_path, "unknown")
    vault = vault_of(desktop, place)
    pair(desktop, phone, place)
    said = [statement(laptop, about, vault, number=50 + at) for at, about in enumerate((old, unknown))]
    put(place, *said)
    both, one = (frozenset(each.signed.digest for each in known) for known in (said, said[:1]))

    put(place, statement(desktop, laptop, vault, Verdict("own", revoked=True, kept=both, kept_segments=frozenset())))
    put(
        place,
        statement(phone, laptop, vault, Verdict("own", revoked=True, kept=one, kept_segments=frozenset(["a" * 32]))),
    )

    seen = desktop.sync(place)
    assert standings(seen) == {"desktop": "own", "laptop": "revoked", "phone": "own", "old": "own"}
    member = seen.membership.signer(laptop.keys.signing.public)
    assert member is not None
    assert member.kept_segments == frozenset()


def test_what_the_founder_said_before_it_was_shut_out_counts_for_a_newcomer(
    tmp_path: Path, desktop: Machine, laptop: Machine, phone: Machine, place: Place
) -> None:
    tablet = machine(tmp_path, "tablet")
    pair(desktop, phone, place)
    laptop.revoke(place, "desktop")

    pair(laptop, tablet, place)

    expected = {"desktop": "revoked", "laptop": "own", "phone": "own", "tablet": "own"}
    assert standings(tablet.sync(place)) == standings(phone.sync(place)) == expected


def test_a_teammate_without_a_project_is_no_teammate(desktop: Machine, phone: Machine, place: Place) -> None:
    vault = vault_of(desktop, place)
    good = statement(desktop, phone, vault, TEAMMATE)
    body = {**good.signed.body, "project": None}
    place.files[good.name] = _signed_by(desktop, body)

    assert standings(desktop.sync(place)) == {"desktop": "own"}


def _signed_by(one: Machine, body: JsonObject) -> bytes:
    return sign_document("member", body, one.keys.signing).line.encode()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda name, _: name.replace("approvals/", "approvals/f"), id="by somebody else"),
        pytest.param(lambda name, dev: name.replace(dev, "e" * 32), id="about another device"),
    ],
)
def test_a_statement_under_another_name_does_not_count(
    desktop: Machine, phone: Machine, place: Place, spoil: Callable[[str, str], str]
) -> None:
    one = statement(desktop, phone, vault_of(desktop, place))
    place.files[spoil(one.name, phone.keys.dev)] = write_statements([one])

    assert why_parked(desktop, place) == {"it speaks for another device than its name says"}
    assert standings(desktop.sync(place)) == {"desktop": "own"}


def test_one_bad_line_spoils_none_of_the_others(desktop: Machine, phone: Machine, place: Place) -> None:
    one = statement(desktop, phone, vault_of(desktop, place))
    newer = one.signed.line.replace('"v":1', '"v":2')
    place.files[one.name] = f"x\n{newer}\n\n".encode() + write_statements([one])

    assert why_parked(desktop, place) <= {
        "it is torn, or not what Holdfast writes",
        "a newer Holdfast wrote it: update this one",
    }
    assert standings(desktop.sync(place)) == {"desktop": "own", "phone": "own"}


def test_an_announcement_under_another_devices_name_does_not_count(
    desktop: Machine, phone: Machine, place: Place
) -> None:
    phone.wait(place)
    announced = place.files.pop(f"v1/devices/{phone.keys.dev}.json")
    place.files[f"v1/devices/{'e' * 32}.json"] = announced

    assert why_parked(desktop, place) == {"it speaks for another device than its name says"}
    assert desktop.sync(place).membership.pending == ()


# What members know is handed on by the owner's devices alone.


@pytest.mark.parametrize(
    ("forger", "vault", "why"),
    [
        pytest.param(
            ("stranger", "stranger"), None, "it is signed by a device that may not hand the vault on", id="stranger"
        ),
        pytest.param(
            ("colleague", "colleague"), None, "it is signed by a device that may not hand the vault on", id="teammate"
        ),
        pytest.param(
            ("stranger", "laptop"),
            None,
            "its signature does not fit: it was changed, or somebody else wrote it",
            id="stranger in a member's name",
        ),
        pytest.param(("laptop", "laptop"), "f" * 64, "it belongs to another vault", id="member of two vaults"),
    ],
)
def test_secrets_that_somebody_else_put_there_are_not_taken_over(
    tmp_path: Path,
    desktop: Machine,
    laptop: Machine,
    place: Place,
    forger: tuple[str, str],
    vault: str | None,
    why: str,
) -> None:
    machines = {
        "laptop": laptop,
        "colleague": machine(tmp_path, "colleague"),
        "stranger": machine(tmp_path, "stranger"),
    }
    pair(desktop, machines["colleague"], place, TEAMMATE)
    before, keys = desktop.sync(place).vault, machines[forger[0]].keys
    named_as = machines[forger[1]].keys.signing.public
    body: JsonObject = {
        "vault": vault or before.id,
        "signer": named_as,
        "naming": [{"generation": 9, "secret": "0" * 64}],
        "pseudonyms": "0" * 64,
    }
    line = sign_document("secrets", body, keys.signing).line
    place.files[vault_name(keys.dev, 9)] = encrypt(line.encode(), [desktop.keys.identity.recipient])

    access = desktop.sync(place)

    assert access.vault == before
    assert {one.why for one in access.membership.parked} == {why}
