import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sharing.access import Access
from holdfast.sharing.announcement import announce
from holdfast.sharing.errors import (
    CodeUnknown,
    CopiedDevice,
    DeviceRevoked,
    NotAdmitted,
    NotAllowed,
    NotConfirmed,
    NotSetUp,
    SeveralVaults,
    VaultAway,
    WrongKeys,
)
from holdfast.sharing.key_files import renew_device_keys
from holdfast.sharing.pairing_code import confirmation_code, is_same_code, pairing_code
from holdfast.sharing.setting_up import Admission, NewVault, Waiting, begin, confirm
from holdfast.sharing.statement import RECOVERY, Verdict, state, write_statements
from paired_devices import NOW, OWN, PROJECT, Machine, Place, machine, pair, standings


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def desktop(tmp_path: Path, place: Place) -> Machine:
    """The machine that began the vault."""
    desktop = machine(tmp_path, "desktop")
    desktop.found(place)
    return desktop


@pytest.fixture
def laptop(tmp_path: Path) -> Machine:
    return machine(tmp_path, "laptop")


# Beginning.


def test_a_vault_begins_only_after_its_recovery_key_was_shown(tmp_path: Path, place: Place) -> None:
    desktop = machine(tmp_path, "desktop")

    step = desktop.set_up(place)

    assert isinstance(step, NewVault)
    assert (place.files, (desktop.data / "vault").exists()) == ({}, False)
    with pytest.raises(NotSetUp):
        desktop.sync(place)


def test_the_recovery_key_is_written_nowhere(tmp_path: Path, place: Place) -> None:
    desktop = machine(tmp_path, "desktop")

    recovery = desktop.found(place)

    secrets = (recovery.text.encode(), recovery.signing.seed.hex().encode(), recovery.signing.seed)
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert [data for data in (*kept, *place.files.values()) for secret in secrets if secret in data] == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(lambda text: text[-6:], True, id="its last six characters"),
        pytest.param(lambda text: text[-6:].lower() + "\n", True, id="in another case"),
        pytest.param(lambda text: text, True, id="all of it"),
        pytest.param(lambda _: "", False, id="nothing"),
        pytest.param(lambda text: text[-5:], False, id="too little"),
        pytest.param(lambda _: "yes", False, id="something else"),
    ],
)
def test_what_proves_that_the_recovery_key_was_written_down(
    tmp_path: Path,
    place: Place,
    typed: Callable[[str], str],
    expected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    recovery = machine(tmp_path, "desktop").found(place)

    assert recovery.is_proved_by(typed(recovery.text)) is expected


# Pairing.


def test_two_machines_pair_and_know_the_same(desktop: Machine, laptop: Machine, place: Place) -> None:
    admitted = desktop.approve(place, laptop.wait(place))
    admission = laptop.set_up(place)
    assert admission == Admission("desktop", admitted.confirmation, None)
    there = laptop.confirm(place)
    here = desktop.sync(place)

    assert standings(here) == standings(there) == {"desktop": "own", "laptop": "own"}
    assert here.vault == there.vault
    assert [_pseudonyms(desktop), _pseudonyms(laptop)] == [b"desktop".ljust(32)] * 2
    assert desktop.sync(place).publication.files == {}
    assert laptop.sync(place).publication.files == {}


def _pseudonyms(one: Machine) -> bytes:
    return pseudonym_key(one.data, load_device(one.data, one.fingerprint))


def test_a_third_machine_is_admitted_by_the_second(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    phone = machine(tmp_path, "phone")
    pair(desktop, laptop, place)

    pair(laptop, phone, place)

    everybody = {"desktop": "own", "laptop": "own", "phone": "own"}
    assert [standings(one.sync(place)) for one in (desktop, laptop, phone)] == [everybody] * 3
    assert phone.sync(place).vault == desktop.sync(place).vault


def test_the_same_step_twice_is_the_same_step(desktop: Machine, laptop: Machine, place: Place) -> None:
    codes = [laptop.wait(place), laptop.wait(place)]
    admitted = [desktop.approve(place, codes[0]).confirmation for _ in range(2)]
    again = laptop.set_up(place)

    assert codes[0] == codes[1]
    assert isinstance(again, Admission)
    assert {*admitted, again.confirmation} == {again.confirmation}
    assert isinstance(laptop.confirm(place), Access)
    assert isinstance(laptop.set_up(place), Access)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(str.lower, id="in lower case"),
        pytest.param(lambda code: code.replace("-", " "), id="with spaces"),
        pytest.param(
            lambda code: code.replace("-", "").replace("0", "O").replace("1", "l"), id="letters that look alike"
        ),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: Callable[[str], str]) -> None:
    code = pairing_code("f" * 64, "e" * 64)

    assert is_same_code(code, typed(code))


def test_a_code_has_eighty_bits_without_letters_that_look_alike() -> None:
    codes = [pairing_code(f"{n:064x}", "e" * 64) for n in range(200)]

    assert {len(code.replace("-", "")) for code in codes} == {16}
    assert set("".join(codes)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000", "ß", "\ud800"])
def test_a_code_that_nobody_has_is_an_error_with_its_remedy(
    desktop: Machine, laptop: Machine, place: Place, code: str
) -> None:
    laptop.wait(place)

    with pytest.raises(CodeUnknown, match="announcement has not come yet"):
        desktop.approve(place, code)


def test_nothing_but_the_announcement_leaves_before_the_person_said_yes(
    desktop: Machine, laptop: Machine, place: Place
) -> None:
    before = dict(place.files)
    code = laptop.wait(place)
    announced = place.files.keys() - before.keys()
    with pytest.raises(NotAdmitted) as waiting:
        laptop.sync(place)
    confirmation = desktop.approve(place, code).confirmation
    with pytest.raises(NotConfirmed) as admitted:
        laptop.sync(place)

    assert announced == {f"v1/devices/{laptop.keys.dev}.json"}
    assert (waiting.value.code, admitted.value.confirmation) == (code, confirmation)
    assert f"sync approve {code}" in str(waiting.value)


# Somebody else can write there.


def test_keys_that_were_exchanged_on_the_way_are_not_admitted(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    code = laptop.wait(place)
    thief = machine(tmp_path, "thief").keys
    vault = desktop.sync(place).membership.founding.id
    # Under the laptop's name and id, with the thief's keys.
    forged = announce(type(thief)(laptop.keys.dev, thief.identity, thief.signing), "laptop", vault, NOW)
    place.files[f"v1/devices/{laptop.keys.dev}.json"] = forged

    with pytest.raises(CodeUnknown):
        desktop.approve(place, code)


def test_a_false_vault_gets_an_announcement_and_no_device(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    thief, seen_by_laptop = machine(tmp_path, "thief"), Place()
    thief.found(seen_by_laptop)
    code = laptop.wait(seen_by_laptop)
    place.files[f"v1/devices/{laptop.keys.dev}.json"] = seen_by_laptop.files[f"v1/devices/{laptop.keys.dev}.json"]

    with pytest.raises(CodeUnknown, match="another vault than this one"):
        desktop.approve(place, code)
    confirmation = thief.approve(seen_by_laptop, code).confirmation
    admission = laptop.set_up(seen_by_laptop)

    # The person's own machine shows no such confirmation, and until they say that it does, nothing is sent.
    assert admission == Admission("thief", confirmation, None)
    with pytest.raises(NotConfirmed):
        laptop.sync(seen_by_laptop)
    assert [name for name in seen_by_laptop.files if laptop.keys.dev in name and "devices" in name] == [
        f"v1/devices/{laptop.keys.dev}.json"
    ]


def test_a_false_vault_that_comes_later_changes_nothing(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    thief, elsewhere = machine(tmp_path, "thief"), Place()
    pair(desktop, laptop, place)
    thief.found(elsewhere)
    thief.approve(elsewhere, machine(tmp_path, "accomplice").wait(elsewhere))
    place.files.update(elsewhere.files)

    access = laptop.sync(place)

    assert standings(access) == {"desktop": "own", "laptop": "own"}
    assert sorted({parked.why for parked in access.membership.parked}) == [
        "it is about “accomplice” in another vault",
        "“accomplice” wants to join another vault than this one",
        "“thief” began another vault here",
        "“thief” wants to join another vault than this one",
    ]


def test_of_two_vaults_a_person_must_say_which(tmp_path: Path, desktop: Machine, laptop: Machine, place: Place) -> None:
    other = Place()
    machine(tmp_path, "tablet").found(other)
    place.files.update(other.files)

    with pytest.raises(SeveralVaults, match="begun by “tablet”"):
        laptop.set_up(place)
    step = laptop.set_up(place, vault=desktop.sync(place).membership.founding.id[:12])

    assert isinstance(step, Waiting)
    assert step.founder == "desktop"


def test_a_device_does_not_put_its_vault_beside_somebody_elses(tmp_path: Path, desktop: Machine) -> None:
    other = Place()
    machine(tmp_path, "tablet").found(other)

    with pytest.raises(SeveralVaults, match="“tablet” began lies here"):
        desktop.set_up(other)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut off"),
        pytest.param(lambda _: b"\xff\xfe\x00", id="no text"),
        pytest.param(lambda data: data.decode("utf-8", "replace").encode("utf-16"), id="in another encoding"),
        pytest.param(lambda data: data.replace(b'"name":"', b'"name":"\\ud800'), id="half a character"),
        pytest.param(lambda _: b"[" * 5000, id="deep"),
        pytest.param(lambda _: b'{"body": {"v": 1}, "sig": ""}', id="nothing in it"),
        pytest.param(lambda _: b'{"body": [], "sig": {}}', id="other types"),
        pytest.param(lambda data: data.replace(b'"v":1', b'"v":2'), id="of a newer version"),
        pytest.param(lambda data: data.replace(b"desktop", b"dasktop").replace(b"laptop", b"leptop"), id="changed"),
        pytest.param(lambda _: b"x" * 2_000_000, id="large"),
    ],
)
def test_damaged_files_are_reported_and_change_nothing(
    desktop: Machine,
    laptop: Machine,
    place: Place,
    damage: Callable[[bytes], bytes],
) -> None:
    pair(desktop, laptop, place)
    members = standings(laptop.sync(place))
    whole = dict(place.files)
    place.files = {name: damage(data) for name, data in whole.items()}

    parked = _sync_without_mending(laptop, place).membership.parked

    assert {one.name for one in parked} >= {name for name in whole if name.endswith(".json")}
    laptop.sync(place)
    assert standings(desktop.sync(place)) == members
    assert standings(laptop.sync(place)) == members
    assert set(place.files) >= set(whole)
    assert desktop.sync(place).membership.parked == laptop.sync(place).membership.parked == ()


@given(
    which=st.integers(0, 100),
    at=st.floats(0, 1),
    length=st.integers(0, 60),
    other=st.binary(max_size=60) | st.just(b'"'),
)
@settings(max_examples=80, deadline=None)
def test_whatever_is_written_there_a_member_goes_on(
    shared: tuple[Machine, Place], which: int, at: float, length: int, other: bytes
) -> None:
    laptop, place = shared
    names = sorted(place.files)
    name = names[which % len(names)]
    data = place.files[name]
    start = int(at * len(data))

    there = Place({**place.files, name: data[:start] + other + data[start + length :]})

    assert standings(laptop.sync(there)) == {"desktop": "own", "laptop": "own"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Machine, Place]:
    """A member, and the place it shares over; the other member is away."""
    place, folder = Place(), tmp_path_factory.mktemp("shared")
    desktop, laptop = machine(folder, "desktop"), machine(folder, "laptop")
    desktop.found(place)
    pair(desktop, laptop, place)
    return laptop, place


def _sync_without_mending(one: Machine, place: Place) -> Access:
    files = dict(place.files)
    access = one.sync(place)
    place.files = files
    return access


def test_files_that_disappear_come_back(desktop: Machine, laptop: Machine, place: Place) -> None:
    pair(desktop, laptop, place)
    whole = set(place.files)
    place.files.clear()

    laptop.sync(place)
    desktop.sync(place)

    assert set(place.files) == whole
    assert standings(laptop.sync(place)) == {"desktop": "own", "laptop": "own"}


def test_a_name_from_another_machine_is_shown_without_what_could_mislead(
    tmp_path: Path, desktop: Machine, place: Place
) -> None:
    odd = Machine(tmp_path / "odd", "\x1b[31mlap\u202etop\n\n" + "x" * 200, "0d" * 16)

    odd.wait(place)

    [pending] = desktop.sync(place).membership.pending
    assert pending.keys.name == "[31mlaptop " + "x" * 53


# Shutting out.


def test_a_revoked_device_is_told_and_the_others_go_on_with_a_new_secret(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    phone = machine(tmp_path, "phone")
    pair(desktop, laptop, place)
    pair(desktop, phone, place)
    before = desktop.sync(place)

    after = desktop.revoke(place, "laptop")
    phone.sync(place)

    assert standings(phone.sync(place)) == {"desktop": "own", "laptop": "revoked", "phone": "own"}
    with pytest.raises(DeviceRevoked, match="--new-keys"):
        laptop.sync(place)
    assert laptop.keys.identity.recipient not in after.membership.readers("s", PROJECT)
    assert after.vault.series_tag("d", "s") != before.vault.series_tag("d", "s")
    assert before.vault.series_tag("d", "s") in after.vault.series_tags("d", "s")
    assert phone.sync(place).vault == desktop.sync(place).vault
    readable = [name for name, data in place.files.items() if name.endswith(".age") and _reads(laptop, data)]
    assert readable == [name for name in readable if laptop.keys.dev in name]


def _reads(one: Machine, data: bytes) -> bool:
    try:
        one.keys.identity.decrypt(data)
    except Exception:  # noqa: BLE001 - whatever it is, it cannot be read
        return False
    return True


def test_a_revocation_that_was_seen_once_cannot_be_undone_by_who_writes_there(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    phone = machine(tmp_path, "phone")
    pair(desktop, laptop, place)
    pair(desktop, phone, place)
    before = dict(place.files)
    desktop.revoke(place, "laptop")
    phone.sync(place)

    place.files = before

    assert standings(phone.sync(place))["laptop"] == "revoked"
    assert standings(desktop.sync(place))["laptop"] == "revoked"


def test_what_a_revoked_device_said_before_stays_and_what_it_says_later_does_not(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    phone, accomplice = machine(tmp_path, "phone"), machine(tmp_path, "accomplice")
    pair(desktop, laptop, place)
    pair(laptop, phone, place)
    stolen = Machine(shutil.copytree(laptop.data, tmp_path / "stolen"), "laptop", laptop.fingerprint)
    kept_back = Place(dict(place.files))
    desktop.revoke(place, "laptop")

    # The thief has not seen the revocation, admits a machine and shuts the desktop out; all of it gets into the place.
    stolen.approve(kept_back, accomplice.wait(kept_back))
    stolen.revoke(kept_back, "desktop")
    for name, data in kept_back.files.items():
        place.files.setdefault(name, data)
        if stolen.keys.dev in name or accomplice.keys.dev in name:
            place.files[name] = data

    expected = {"desktop": "own", "laptop": "revoked", "phone": "own"}
    seen = desktop.sync(place)
    assert standings(seen) == expected
    assert "“accomplice” was admitted by a device that has been revoked: approve it again if it is yours" in {
        one.why for one in seen.membership.parked
    }


def test_of_two_devices_that_revoke_each_other_the_nearer_one_is_believed_or_none(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    phone, tablet = machine(tmp_path, "phone"), machine(tmp_path, "tablet")
    pair(desktop, laptop, place)
    pair(laptop, phone, place)
    pair(phone, tablet, place)
    ours, theirs = Place(dict(place.files)), Place(dict(place.files))
    desktop.revoke(ours, "laptop")
    laptop.revoke(theirs, "desktop")
    place.files = {**ours.files, **theirs.files}

    seen = [standings(one.sync(place)) for one in (desktop, laptop, phone, tablet)]

    others = {"phone": "own", "tablet": "own"}
    assert seen == [
        {"desktop": "own", "laptop": "revoked", **others},
        {"desktop": "revoked", "laptop": "own", **others},
        # The laptop admitted the phone; nobody is nearer to the tablet.
        {"desktop": "revoked", "laptop": "own", **others},
        {"desktop": "revoked", "laptop": "revoked", **others},
    ]


def test_a_revoked_device_comes_back_with_new_keys(desktop: Machine, laptop: Machine, place: Place) -> None:
    pair(desktop, laptop, place)
    old = laptop.keys
    desktop.revoke(place, "laptop")

    renew_device_keys(laptop.data, fingerprint=laptop.fingerprint)
    with pytest.raises(WrongKeys):
        laptop.sync(place)
    pair(desktop, laptop, place)

    assert old.fingerprint != laptop.keys.fingerprint
    members = [(one.keys.ed25519, one.standing) for one in laptop.sync(place).membership.members]
    assert sorted(members) == sorted(
        [(desktop.keys.signing.public, "own"), (laptop.keys.signing.public, "own"), (old.signing.public, "revoked")]
    )


def test_a_revocation_cannot_be_held_back_from_a_newcomer_without_its_admission(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    phone, shown = machine(tmp_path, "phone"), Place()
    pair(desktop, laptop, place)
    before = dict(place.files)
    desktop.revoke(place, "laptop")
    desktop.approve(place, phone.wait(place))

    # The phone is shown its own admission, and of everything else what was there before the revocation.
    shown.files = {**place.files, **before}

    assert standings(phone.confirm(shown)) == {"desktop": "own", "laptop": "revoked", "phone": "own"}
    assert laptop.keys.identity.recipient not in phone.sync(shown).membership.readers("s", None)


def test_only_what_the_person_compared_is_confirmed(desktop: Machine, laptop: Machine, place: Place) -> None:
    desktop.approve(place, laptop.wait(place))

    with pytest.raises(NotConfirmed):
        confirm(laptop.home, laptop.keys, place.files, "0000-0000")
    with pytest.raises(NotConfirmed):
        laptop.sync(place)


@pytest.mark.parametrize("device", ["", "nobody", "desktop laptop"])
def test_a_device_that_is_not_there_is_not_revoked(
    desktop: Machine, laptop: Machine, place: Place, device: str
) -> None:
    pair(desktop, laptop, place)

    with pytest.raises(UsageError, match=r"There are: “(laptop|desktop)”"):
        desktop.revoke(place, device)


def test_a_device_is_named_by_the_beginning_of_its_id(desktop: Machine, laptop: Machine, place: Place) -> None:
    pair(desktop, laptop, place)

    desktop.revoke(place, laptop.keys.dev[:8].upper())

    assert standings(desktop.sync(place))["laptop"] == "revoked"


def test_a_device_does_not_shut_itself_out(desktop: Machine, place: Place) -> None:
    with pytest.raises(NotAllowed, match="another one"):
        desktop.revoke(place, "desktop")


# Copies and losses.


def test_a_copied_data_directory_is_told_before_anything_moves_and_pairs_as_another_device(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    pair(desktop, laptop, place)
    copy = Machine(shutil.copytree(laptop.data, tmp_path / "copy"), "copy", "c0" * 16)
    before = dict(place.files)

    with pytest.raises(CopiedDevice, match="“laptop”, on another machine"):
        copy.sync(place)
    assert place.files == before
    pair(desktop, copy, place)

    assert copy.keys.dev != laptop.keys.dev
    assert standings(laptop.sync(place)) == {"desktop": "own", "laptop": "own", "copy": "own"}


def test_a_device_whose_vault_file_was_lost_gets_it_again(desktop: Machine, laptop: Machine, place: Place) -> None:
    pair(desktop, laptop, place)
    (laptop.data / "vault" / "vault.age").unlink()

    assert laptop.sync(place).vault == desktop.sync(place).vault


def test_without_any_vault_file_a_device_waits_for_one(desktop: Machine, laptop: Machine, place: Place) -> None:
    pair(desktop, laptop, place)
    (laptop.data / "vault" / "vault.age").unlink()
    place.files = {name: data for name, data in place.files.items() if not name.endswith(".age")}

    with pytest.raises(VaultAway) as away:
        laptop.sync(place)

    assert away.value.is_transient


def test_a_device_that_an_unknown_one_admitted_is_not_in(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    laptop.wait(place)
    thief, vault = machine(tmp_path, "thief").keys, desktop.sync(place).membership.founding.id
    forged = [
        state(vault, by, thief.signing, laptop.keys.public("laptop"), OWN, number=1, at_ms=NOW)
        for by in (thief.dev, desktop.keys.dev, RECOVERY)
    ]
    place.files.update({one.name: write_statements([one]) for one in forged})

    with pytest.raises(NotAdmitted):
        laptop.sync(place)
    assert standings(desktop.sync(place)) == {"desktop": "own"}
    assert {one.why for one in desktop.sync(place).membership.parked} == {
        "it is about “laptop”, and signed by a device that nobody has admitted"
    }


# Teammates.


def test_a_teammate_gets_no_secret_of_the_vault_and_sees_the_others_as_teammates(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    colleague = machine(tmp_path, "colleague")
    pair(desktop, laptop, place)

    pair(desktop, colleague, place, Verdict("teammate", PROJECT, injected=True))
    theirs, ours = colleague.sync(place), laptop.sync(place)

    assert standings(ours) == {"desktop": "own", "laptop": "own", "colleague": "teammate"}
    assert standings(theirs) == {"desktop": "teammate", "laptop": "teammate", "colleague": "own"}
    assert {(one.keys.name, one.project, one.injected) for one in theirs.membership.members} == {
        ("desktop", PROJECT, False),
        ("laptop", PROJECT, False),
        ("colleague", PROJECT, True),
    }
    assert [one.injected for one in ours.membership.members] == [True, True, True]
    assert set(theirs.vault.naming).isdisjoint(ours.vault.naming)
    assert [name for name, data in place.files.items() if name.endswith(".age") and _reads(colleague, data)] == []


def test_a_teammate_admits_and_shuts_out_nobody(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    colleague = machine(tmp_path, "colleague")
    pair(desktop, colleague, place, Verdict("teammate", PROJECT))
    code = laptop.wait(place)

    with pytest.raises(NotAllowed):
        colleague.approve(place, code)
    with pytest.raises(NotAllowed):
        colleague.revoke(place, "desktop")


def test_what_is_agreed_with_a_teammate_can_change_and_an_own_device_stays_one(
    tmp_path: Path, desktop: Machine, laptop: Machine, place: Place
) -> None:
    colleague = machine(tmp_path, "colleague")
    code, own_code = colleague.wait(place), laptop.wait(place)
    desktop.approve(place, own_code, OWN)
    desktop.approve(place, code, Verdict("teammate", PROJECT))
    quiet = desktop.sync(place).membership.signer(colleague.keys.signing.public)

    desktop.approve(place, code, Verdict("teammate", PROJECT, injected=True))
    desktop.approve(place, own_code, Verdict("teammate", PROJECT))

    loud = desktop.sync(place).membership.signer(colleague.keys.signing.public)
    assert [one is not None and one.injected for one in (quiet, loud)] == [False, True]
    assert standings(desktop.sync(place))["laptop"] == "own"


def test_of_two_windows_that_begin_a_vault_at_once_one_is_told(tmp_path: Path, place: Place) -> None:
    desktop = machine(tmp_path, "desktop")
    first, second = desktop.set_up(place), desktop.set_up(place)
    assert isinstance(first, NewVault)
    assert isinstance(second, NewVault)

    begun = begin(desktop.home, desktop.keys, first, place.files)
    with pytest.raises(SeveralVaults, match="was set up just now"):
        begin(desktop.home, desktop.keys, second, place.files)

    assert desktop.sync(place).vault == begun.vault
    assert begun.membership.founding.recovery_age == first.recovery.identity.recipient


def test_a_confirmation_cannot_be_met_by_trying_keys() -> None:
    code = confirmation_code("f" * 64, "a" * 64, "b" * 64)

    assert len(code.replace("-", "")) * 5 >= 60
