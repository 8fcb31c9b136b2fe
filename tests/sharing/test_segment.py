from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forged_segment import SESSION, content_of, forged, header_of, named, said, signature_line
from holdfast.redaction.redactor import RULES_VERSION, Redactor
from holdfast.sessions.entries.entry import Entry, read_entry
from holdfast.sessions.entries.kinds import CONTROL
from holdfast.sharing.age import encrypt
from holdfast.sharing.clearing import clear
from holdfast.sharing.errors import NotAllowed, SegmentTooLarge
from holdfast.sharing.members import Membership
from holdfast.sharing.open_segment import OpenedSegment, open_segment
from holdfast.sharing.seal import SealedSegment, seal_segment
from holdfast.sharing.segment import LARGEST_SEGMENT, Forgotten, Line, SegmentRefused, content_hash, segment_name
from holdfast.sharing.statement import Verdict
from holdfast.sharing.zstd import compress
from paired_devices import OTHER_PROJECT, PROJECT, Machine, Place, machine, pair

REDACTOR = Redactor(b"key")
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@dataclass(frozen=True)
class World:
    """A person with two machines, a teammate for one project, and a stranger with a vault of their own in another place."""

    place: Place
    desktop: Machine
    laptop: Machine
    colleague: Machine
    stranger: Machine
    elsewhere: Place

    def opened(self, name: str, data: bytes, by: Machine | None = None) -> OpenedSegment:
        return (by or self.laptop).open(self.place, name, data)

    def refused(self, name: str, data: bytes, by: Machine | None = None) -> tuple[str, str]:
        with pytest.raises(SegmentRefused) as refused:
            self.opened(name, data, by)
        return refused.value.kind, refused.value.why

    @property
    def readers(self) -> Sequence[str]:
        return [one.keys.identity.recipient for one in (self.desktop, self.laptop, self.colleague)]

    @property
    def vault(self) -> str:
        return self.desktop.sync(self.place).membership.founding.id


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("world"))


def new_world(folder: Path) -> World:
    place, elsewhere = Place(), Place()
    desktop, laptop, colleague, stranger = (
        machine(folder, name) for name in ("desktop", "laptop", "colleague", "stranger")
    )
    desktop.found(place)
    pair(desktop, laptop, place)
    pair(desktop, colleague, place, Verdict("teammate", PROJECT))
    stranger.found(elsewhere)
    return World(place, desktop, laptop, colleague, stranger, elsewhere)


# What is sealed is what is opened.


@st.composite
def _lines(draw: st.DrawFn) -> list[Line]:
    texts = draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=8))
    entries: list[Entry] = said("d" * 32, *texts, rules_v=RULES_VERSION)
    first = draw(st.integers(0, len(entries) - 1))
    gone = draw(st.sets(st.integers(0, len(entries) - 1)))
    return [_forgotten(entry) if n in gone else entry for n, entry in enumerate(entries)][first:]


def _forgotten(entry: Entry) -> Forgotten:
    place = entry.place
    return Forgotten(entry.id, place.dev, place.session, place.seq, place.prev, place.hlc)


@pytest.fixture(scope="module")
def writer(world: World) -> tuple[Membership, Callable[[Sequence[Line]], SealedSegment]]:
    """The desktop, as if its id were the one that the lines are from."""
    access = world.desktop.sync(world.place)
    keys = replace(world.desktop.keys, dev="d" * 32)
    members = tuple(
        replace(one, keys=replace(one.keys, dev=keys.dev)) if one.keys.dev == world.desktop.keys.dev else one
        for one in access.membership.members
    )
    membership = replace(access.membership, members=members)

    def seal(lines: Sequence[Line]) -> SealedSegment:
        return seal_segment(clear(lines, REDACTOR), keys=keys, membership=membership, vault=access.vault)

    return membership, seal


Writer = tuple[Membership, Callable[[Sequence[Line]], SealedSegment]]


@given(lines=_lines())
@settings(max_examples=60, deadline=None)
def test_what_is_opened_is_what_was_sealed(world: World, writer: Writer, lines: list[Line]) -> None:
    membership, seal = writer
    sealed = seal(lines)

    opened = open_segment(sealed.name, sealed.data, identity=world.laptop.keys.identity, membership=membership)

    assert list(opened.lines) == lines
    first = lines[0] if isinstance(lines[0], Forgotten) else lines[0].place
    assert (opened.session, opened.first, opened.last, opened.prev) == (
        SESSION,
        first.seq,
        first.seq + len(lines) - 1,
        first.prev,
    )
    assert (opened.rules_version, opened.sealed_by.keys.name) == (RULES_VERSION, "desktop")


@given(lines=_lines(), share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_goes_unnoticed(
    world: World, writer: Writer, lines: list[Line], share: float, bit: int
) -> None:
    membership, seal = writer
    sealed = seal(lines)
    at = int(share * len(sealed.data))
    changed = sealed.data[:at] + bytes([sealed.data[at] ^ 1 << bit]) + sealed.data[at + 1 :]

    kinds = []
    # Under its own name, and by somebody who gives it the name that its bytes now call for.
    for name in (sealed.name, sealed.name.replace(content_hash(sealed.data), content_hash(changed))):
        with pytest.raises(SegmentRefused) as refused:
            open_segment(name, changed, identity=world.laptop.keys.identity, membership=membership)
        kinds.append(refused.value.kind)

    assert kinds[0] == "tampered"
    assert kinds[1] in {"malformed", "not_for_us"}


@given(lines=_lines(), share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=40, deadline=None)
def test_a_segment_that_has_not_come_whole_is_told_from_a_changed_one(
    world: World, writer: Writer, lines: list[Line], share: float
) -> None:
    membership, seal = writer
    sealed = seal(lines)
    length = int(share * len(sealed.data))

    with pytest.raises(SegmentRefused) as refused:
        open_segment(sealed.name, sealed.data[:length], identity=world.laptop.keys.identity, membership=membership)

    assert refused.value.kind == "truncated"


@given(data=st.binary(max_size=300), name=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_lies_there_is_refused_and_raises_nothing_else(world: World, data: bytes, name: str) -> None:
    membership = world.laptop.sync(world.place).membership
    for one in (name, f"v1/series/{'0' * 32}/0-0.{content_hash(data)}.seg"):
        with pytest.raises(SegmentRefused):
            open_segment(one, data, identity=world.laptop.keys.identity, membership=membership)


# Names.


def test_a_name_says_nothing_of_its_series_and_the_same_series_has_one(world: World) -> None:
    entries = said(world.desktop.keys.dev, "a", "b", "c")
    first, second = world.desktop.seal(world.place, entries[:2]), world.desktop.seal(world.place, entries[2:])
    others = said(world.stranger.keys.dev, "a")
    elsewhere = world.stranger.seal(world.elsewhere, others)

    tags = [str(segment_name(one.name)).split("/")[2] for one in (first, second, elsewhere)]
    assert tags[0] == tags[1] != tags[2]
    assert [part for part in (SESSION, SESSION[:8], world.desktop.keys.dev) if part in first.name] == []
    assert world.desktop.sync(world.place).vault.series_tag(world.laptop.keys.dev, SESSION) != tags[0]


def test_sealing_again_gives_another_name_and_the_same_entries(world: World) -> None:
    entries = said(world.desktop.keys.dev, "a", "b")

    one, other = (world.desktop.seal(world.place, entries) for _ in range(2))

    assert one.name != other.name
    assert world.opened(one.name, one.data) == world.opened(other.name, other.data)


@pytest.mark.parametrize(
    ("of", "to"),
    [
        pytest.param("/0-1.", "/2-3.", id="another place in the series"),
        pytest.param("/0-1.", "/0-2.", id="more entries"),
        pytest.param("v1/series/", "v1/series/f", id="another series"),
    ],
)
def test_a_segment_under_another_name_is_refused(world: World, of: str, to: str) -> None:
    sealed = world.desktop.seal(world.place, said(world.desktop.keys.dev, "a", "b"))
    tag = str(segment_name(sealed.name)).split("/")[2]
    name = sealed.name.replace(of, to).replace(f"f{tag}", f"{int(tag, 16) ^ 1:032x}")

    assert world.refused(name, sealed.data) == ("name_mismatch", "it lies under another name than it was sealed for")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "v1/series/x.seg",
        f"v1/series/{'0' * 32}/0-0.{'0' * 31}.seg",
        f"v1/series/{'0' * 32}/0-0.{'0' * 32}.seg\n",
        f"v1/series/../{'0' * 32}/0-0.{'0' * 32}.seg",
        f"v1/series/{'0' * 32}/-1-0.{'0' * 32}.seg",
    ],
)
def test_what_is_no_segments_name(name: str) -> None:
    assert segment_name(name) is None


# Who may read.


def test_a_teammate_reads_the_project_agreed_on_and_nothing_else(world: World) -> None:
    dev = world.desktop.keys.dev
    shared = world.desktop.seal(world.place, said(dev, "a"))
    private = [
        world.desktop.seal(world.place, said(dev, "a", project=OTHER_PROJECT)),
        world.desktop.seal(world.place, said(dev, "a", project=None)),
        world.desktop.seal(world.place, said(dev, "a", session=CONTROL)),
        world.desktop.seal(world.place, [said(dev, "a")[0], *_second_in(dev, OTHER_PROJECT)]),
        world.desktop.seal(world.place, [_forgotten(entry) for entry in said(dev, "a")]),
    ]

    seen = world.opened(shared.name, shared.data, world.colleague)

    assert (seen.sealed_by.standing, seen.sealed_by.project, seen.sealed_by.injected) == ("teammate", PROJECT, False)
    assert [world.refused(one.name, one.data, world.colleague)[0] for one in private] == ["not_for_us"] * 5
    assert [world.opened(one.name, one.data).dev for one in private] == [dev] * 5


def test_a_teammate_learns_that_something_was_forgotten_so_that_the_rest_can_follow(world: World) -> None:
    access, gone = world.desktop.sync(world.place), [_forgotten(entry) for entry in said(world.desktop.keys.dev, "a")]
    keys = world.desktop.keys

    sealed = seal_segment(
        clear(gone, REDACTOR), keys=keys, membership=access.membership, vault=access.vault, project=PROJECT
    )

    assert list(world.opened(sealed.name, sealed.data, world.colleague).lines) == gone


def _second_in(dev: str, project: str) -> list[Entry]:
    """The entry behind one of another project in the same series."""
    first = said(dev, "a")[0]
    body = said(dev, "a", "b", project=project)[1].body
    old = said(dev, "a", project=project)[0].id
    return [read_entry(body.replace(old, first.id))]


def test_a_teammates_sessions_come_in_as_theirs(world: World) -> None:
    sealed = world.colleague.seal(world.place, said(world.colleague.keys.dev, "a"))

    opened = world.opened(sealed.name, sealed.data)

    assert (opened.sealed_by.standing, opened.sealed_by.keys.name, opened.project) == ("teammate", "colleague", PROJECT)


@pytest.mark.parametrize(
    ("session", "project"),
    [
        pytest.param(SESSION, OTHER_PROJECT, id="another project"),
        pytest.param(SESSION, None, id="no project"),
        pytest.param(CONTROL, PROJECT, id="what the device says to itself"),
    ],
)
def test_nothing_else_of_a_teammate_leaves(world: World, session: str, project: str | None) -> None:
    entries = said(world.colleague.keys.dev, "a", session=session, project=project)

    with pytest.raises(NotAllowed):
        world.colleague.seal(world.place, entries)


def test_a_newcomer_reads_what_is_sealed_from_then_on(tmp_path: Path) -> None:
    here = new_world(tmp_path)
    newcomer, entries = machine(tmp_path, "newcomer"), said(here.desktop.keys.dev, "a", "b")
    before = here.desktop.seal(here.place, entries[:1])
    pair(here.desktop, newcomer, here.place)
    after = here.desktop.seal(here.place, entries[1:])

    assert here.refused(before.name, before.data, newcomer)[0] == "not_for_us"
    assert here.opened(after.name, after.data, newcomer).first == 1
    again = here.laptop.seal(here.place, entries)
    assert here.opened(again.name, again.data, newcomer).sealed_by.keys.name == "laptop"


def test_a_revoked_device_reads_nothing_that_is_sealed_later(tmp_path: Path) -> None:
    here = new_world(tmp_path)
    entries = said(here.desktop.keys.dev, "a", "b")
    laptop = here.laptop.sync(here.place).membership
    here.desktop.revoke(here.place, "laptop")

    sealed = here.desktop.seal(here.place, entries)

    with pytest.raises(SegmentRefused) as refused:
        open_segment(sealed.name, sealed.data, identity=here.laptop.keys.identity, membership=laptop)
    assert refused.value.kind == "not_for_us"
    assert here.laptop.keys.identity.recipient not in sealed.readers


# Who may write.


def test_of_a_revoked_device_only_what_was_known_before_counts(tmp_path: Path) -> None:
    here = new_world(tmp_path)
    entries = said(here.laptop.keys.dev, "a", "b", "c")
    known, unknown = here.laptop.seal(here.place, entries[:1]), here.laptop.seal(here.place, entries[1:])
    here.desktop.revoke(here.place, "laptop", content_hash(known.data))

    opened = here.opened(known.name, known.data, here.desktop)

    assert (opened.sealed_by.standing, opened.lines) == ("revoked", tuple(entries[:1]))
    assert here.refused(unknown.name, unknown.data, here.desktop) == (
        "wrong_signer",
        "it is signed by “laptop”, which has been revoked",
    )


def test_what_a_lost_device_recorded_another_one_passes_on(tmp_path: Path) -> None:
    here = new_world(tmp_path)
    entries = said(here.laptop.keys.dev, "a", "b")
    here.desktop.revoke(here.place, "laptop")

    sealed = here.desktop.seal(here.place, entries)

    opened = here.opened(sealed.name, sealed.data, here.colleague)
    assert (opened.dev, opened.sealed_by.keys.name, list(opened.lines)) == (here.laptop.keys.dev, "desktop", entries)


@pytest.mark.parametrize("writer_name", ["desktop", "colleague"])
def test_a_device_does_not_speak_for_somebody_elses(world: World, writer_name: str) -> None:
    by, of = {"desktop": (world.desktop, world.colleague), "colleague": (world.colleague, world.desktop)}[writer_name]
    entries = said(of.keys.dev, "a")
    header = header_of(entries, by.keys.signing.public, world.vault)

    with pytest.raises(NotAllowed):
        by.seal(world.place, entries)
    kind, why = world.refused(*forged(header, [entries[0].body], by.keys.signing, world.readers))

    assert (kind, why) == ("wrong_signer", f"“{writer_name}” speaks for a device of somebody else's")


def test_a_segment_of_another_vault_is_worth_nothing_here(world: World) -> None:
    entries = said(world.desktop.keys.dev, "a")
    header = header_of(
        entries, world.desktop.keys.signing.public, world.stranger.sync(world.elsewhere).membership.founding.id
    )

    refused = world.refused(*forged(header, [entries[0].body], world.desktop.keys.signing, world.readers))

    assert refused == ("wrong_signer", "it belongs to another vault")


@pytest.mark.parametrize(
    ("session", "projects", "why"),
    [
        pytest.param(
            SESSION, (OTHER_PROJECT, OTHER_PROJECT), "“colleague” was approved for another project", id="another"
        ),
        pytest.param(SESSION, (None, None), "“colleague” was approved for another project", id="none"),
        pytest.param(SESSION, (PROJECT, OTHER_PROJECT), "entry 0 is of another project", id="another than it says"),
        pytest.param(
            CONTROL,
            (PROJECT, PROJECT),
            "“colleague” is a teammate's, and says nothing about other devices' entries",
            id="tombstones",
        ),
    ],
)
def test_a_teammate_cannot_speak_about_anything_else(
    world: World, session: str, projects: tuple[str | None, str | None], why: str
) -> None:
    keys = world.colleague.keys
    entries = said(keys.dev, "a", session=session, project=projects[1])
    header = header_of(entries, keys.signing.public, world.vault, project=projects[0])

    refused = world.refused(*forged(header, [entries[0].body], keys.signing, world.readers))

    assert refused == ("wrong_signer", why)


def test_a_stranger_who_knows_all_public_keys_is_refused(world: World) -> None:
    entries = said(world.desktop.keys.dev, "a")
    stranger, desktop = world.stranger.keys.signing, world.desktop.keys.signing

    own_name = forged(header_of(entries, stranger.public, world.vault), [entries[0].body], stranger, world.readers)
    as_desktop = forged(header_of(entries, desktop.public, world.vault), [entries[0].body], stranger, world.readers)

    assert world.refused(*own_name) == ("wrong_signer", "it is signed by a device that nobody has admitted")
    assert world.refused(*as_desktop)[0] == "tampered"


# What a member's own broken or newer program could write.


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"v": 2}, ("unknown_version", "a newer Holdfast sealed it: update this one"), id="newer"),
        pytest.param({"v": "1"}, ("malformed", "what was encrypted is no segment"), id="no version"),
        pytest.param({"dev": "x"}, ("malformed", "what was encrypted is no segment"), id="no device"),
        pytest.param({"session": ""}, ("malformed", "what was encrypted is no segment"), id="no session"),
        pytest.param({"session": "other"}, ("malformed", "entry 0 is of another place"), id="other session"),
        pytest.param({"first": 1, "last": 2}, ("malformed", "entry 1 is of another place"), id="other numbers"),
        pytest.param({"last": 5}, ("malformed", "entries are missing from it"), id="too many promised"),
        pytest.param({"last": -1}, ("name_mismatch", "its name is not a segment's"), id="last before first"),
    ],
)
def test_a_header_that_is_not_true_is_refused(
    world: World, change: dict[str, str | int | None], expected: tuple[str, str]
) -> None:
    keys, entries = world.desktop.keys, said(world.desktop.keys.dev, "a", "b")
    header = header_of(entries, keys.signing.public, world.vault, **change)

    assert world.refused(*forged(header, [one.body for one in entries], keys.signing, world.readers)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda b: [b[0], b[0]], "entry 1 is of another place", id="repeated"),
        pytest.param(lambda b: [b[1], b[0]], "entry 0 is of another place", id="swapped"),
        pytest.param(lambda b: [b[0], b[1].replace('"b"', '"c"')], None, id="another text is another entry"),
        pytest.param(
            lambda b: [b[0].replace('"a"', '"c"'), b[1]], "entry 1 does not follow the one before it", id="changed"
        ),
        pytest.param(
            lambda b: [b[0], b[1].replace('"seq":1', '"seq":1.0')], "an entry in it cannot be understood", id="float"
        ),
        pytest.param(
            lambda b: [b[0], b[1].replace(":", ": ", 1)], "an entry in it is not in canonical form", id="spaces"
        ),
        pytest.param(lambda b: [b[0], "[" * 100_000], "an entry in it cannot be understood", id="deep"),
        pytest.param(lambda b: [b[0], ""], "an entry in it cannot be understood", id="empty"),
        pytest.param(
            lambda b: [b[0], '{"forgotten":{}}'], "an entry in it cannot be understood", id="nothing forgotten"
        ),
        pytest.param(
            lambda b: [b[0], '{"forgotten":[{}]}'], "an entry in it cannot be understood", id="many forgotten"
        ),
        pytest.param(
            lambda b: [b[0].replace('"prev":null', f'"prev":"b2:{"0" * 32}"'), b[1]],
            "entry 0 is of another place",
            id="a beginning that follows something",
        ),
        pytest.param(lambda b: [b[0]], "entries are missing from it", id="cut off"),
        pytest.param(lambda b: [*b, b[1]], "entries are missing from it", id="more"),
    ],
)
def test_lines_that_are_no_series_are_refused(
    world: World, change: Callable[[list[str]], list[str]], expected: str | None
) -> None:
    keys, entries = world.desktop.keys, said(world.desktop.keys.dev, "a", "b")
    header = header_of(entries, keys.signing.public, world.vault)
    segment = forged(header, change([one.body for one in entries]), keys.signing, world.readers)

    if expected is None:
        assert world.opened(*segment).lines[1] != entries[1]
    else:
        assert world.refused(*segment) == ("malformed", expected)


def test_time_that_runs_backwards_is_refused(world: World) -> None:
    keys, entries = world.desktop.keys, said(world.desktop.keys.dev, "a", "b")
    late = entries[1].body.replace(entries[1].place.hlc, entries[0].place.hlc)
    header = header_of(entries, keys.signing.public, world.vault)

    refused = world.refused(*forged(header, [entries[0].body, late], keys.signing, world.readers))

    assert refused == ("malformed", "entry 1 does not follow the one before it")


@pytest.mark.parametrize(
    ("bytes_", "expected"),
    [
        pytest.param(lambda _: b"", "malformed", id="nothing"),
        pytest.param(lambda plain: plain, "malformed", id="not compressed"),
        pytest.param(lambda plain: compress(plain)[:-1], "malformed", id="cut off before it was encrypted"),
        pytest.param(lambda plain: compress(plain) + b"x", "malformed", id="something behind"),
        pytest.param(lambda plain: compress(plain) * 2, "malformed", id="twice"),
        pytest.param(lambda _: compress(b"\n"), "malformed", id="one empty line"),
        pytest.param(lambda _: compress(b""), "malformed", id="no line"),
        pytest.param(lambda plain: compress(plain.splitlines(keepends=True)[-1]), "malformed", id="a signature alone"),
        pytest.param(
            lambda plain: compress(b"".join(plain.splitlines(keepends=True)[:-1])), "malformed", id="no signature"
        ),
        pytest.param(lambda plain: compress(plain.replace(b'"a"', b'"z"')), "tampered", id="another text"),
        pytest.param(lambda _: compress(bytes(200 * 1024 * 1024)), "bomb", id="bomb"),
    ],
)
def test_what_is_inside_must_be_one_whole_signed_segment(
    world: World, bytes_: Callable[[bytes], bytes], expected: str
) -> None:
    keys, entries = world.desktop.keys, said(world.desktop.keys.dev, "a")
    header = header_of(entries, keys.signing.public, world.vault)
    content = content_of(header, [entries[0].body])
    data = encrypt(bytes_(content + signature_line(content, keys.signing)), world.readers)

    assert world.refused(*named(header, data))[0] == expected


def test_bytes_that_are_no_text_are_refused_even_when_signed(world: World) -> None:
    keys, entries = world.desktop.keys, said(world.desktop.keys.dev, "a")
    header = header_of(entries, keys.signing.public, world.vault)
    content = content_of(header, ["x"]).replace(b"x", b"\xff")
    data = encrypt(compress(content + signature_line(content, keys.signing)), world.readers)

    assert world.refused(*named(header, data)) == ("malformed", "its text is no UTF-8")


def test_a_file_larger_than_any_segment_is_not_even_looked_at(world: World) -> None:
    data = bytes(LARGEST_SEGMENT + 1)
    name = f"v1/series/{'0' * 32}/0-0.{content_hash(data)}.seg"

    assert world.refused(name, data) == ("bomb", "it is larger than any segment")


# What is sealed.


@pytest.mark.parametrize(
    "choose",
    [
        pytest.param(lambda _one, _other: [], id="nothing"),
        pytest.param(lambda one, _: [one[0], one[2]], id="a gap"),
        pytest.param(lambda one, _: [one[1], one[0]], id="backwards"),
        pytest.param(lambda one, other: [one[0], other[1]], id="two series"),
    ],
)
def test_only_a_piece_of_one_series_can_be_sealed(
    world: World, choose: Callable[[list[Entry], list[Entry]], list[Entry]]
) -> None:
    dev = world.desktop.keys.dev
    entries = choose(said(dev, "a", "b", "c"), said(dev, "a", "b", session="other"))

    with pytest.raises(ValueError, match=r"follow|at least one"):
        world.desktop.seal(world.place, entries)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(Random(7).randbytes(4_500_000).hex(), id="dense"),
        pytest.param("a" * 10_000_000, id="repeated"),
    ],
)
def test_what_others_would_refuse_is_not_sealed(world: World, text: str) -> None:
    entries = said(world.desktop.keys.dev, text, rules_v=RULES_VERSION)

    with pytest.raises(SegmentTooLarge, match=f"Entry 0 of session {SESSION}"):
        world.desktop.seal(world.place, entries)


# Nothing leaves that the rules of today would take out.


def test_a_secret_that_only_newer_rules_find_stays_behind(world: World) -> None:
    entries = said(world.desktop.keys.dev, "a", f"use {SECRET}", "c")

    cleared = clear(entries, REDACTOR)
    sealed = world.desktop.seal(world.place, entries)
    opened = world.opened(sealed.name, sealed.data)

    assert opened.lines == (entries[0], _forgotten(entries[1]), entries[2])
    [withheld] = cleared.withheld
    assert withheld.entry == entries[1]
    assert withheld.draft.parts == ({"type": "text", "text": f"use {REDACTOR.redact(SECRET).text}"},)
    assert withheld.draft.redact == {"rules_v": RULES_VERSION, "counts": {"github-token": 1}}
    assert (withheld.draft.kind, withheld.draft.role, withheld.draft.at_ms) == ("msg", "user", 1_795_000_000_001)
    assert dict(cleared.counts) == {"github-token": 1}


def test_what_is_recorded_anew_may_leave(world: World) -> None:
    [withheld] = clear(said(world.desktop.keys.dev, f"use {SECRET}"), REDACTOR).withheld
    text = withheld.draft.parts[0]["text"]
    assert isinstance(text, str)

    assert clear(said(world.desktop.keys.dev, text), REDACTOR).withheld == ()


def test_an_entry_that_names_a_secret_in_its_source_stays_behind_too(world: World) -> None:
    [entry] = said(world.desktop.keys.dev, "a")
    named_so = read_entry(entry.body.replace('"native_id":null', f'"native_id":"file {SECRET}"'))

    [withheld] = clear([named_so], REDACTOR).withheld

    assert SECRET not in str(withheld.draft)


@given(
    texts=st.lists(st.sampled_from(["a", SECRET, f"password = '{SECRET}'", "AKIAQ3EGRZ7PLQ2MB4XV", "ok"]), min_size=1)
)
@settings(max_examples=30, deadline=None)
def test_no_planted_secret_is_in_what_leaves(texts: list[str]) -> None:
    cleared = clear(said("d" * 32, *texts), REDACTOR)

    bodies = "".join(line.body for line in cleared.lines if isinstance(line, Entry))
    assert [secret for secret in (SECRET, "AKIAQ3EGRZ7PLQ2MB4XV") if secret in bodies] == []
    assert len(cleared.lines) == len(texts)
