import json

import pytest

from holdfast.sessions.entries.entry import Draft, Place, entry_id, read_entry, seal_entry
from holdfast.sessions.entries.series import Series

PLACE = Place(
    dev="00112233445566778899aabbccddeeff",
    session="01932f2e-9c00-7abc-8def-0123456789ab",
    project="ab" * 32,
    seq=1,
    prev="b2:000102030405060708090a0b0c0d0e0f",
    hlc="01932f2e9c01-0000",
)
DRAFT = Draft(
    at_ms=0x01932F2E9C01,
    kind="session.meta",
    parts=({"type": "ref", "to": "file", "path": "src/gruß.py", "language": "python", "edits": 3},),
)
BODY = (
    '{"dev":"00112233445566778899aabbccddeeff","hlc":"01932f2e9c01-0000","kind":"session.meta","parent":null,'
    '"parts":[{"edits":3,"language":"python","path":"src/gruß.py","to":"file","type":"ref"}],'
    '"prev":"b2:000102030405060708090a0b0c0d0e0f",'
    '"project":"abababababababababababababababababababababababababababababababab",'
    '"redact":{"counts":{},"rules_v":0},"role":null,"seq":1,"session":"01932f2e-9c00-7abc-8def-0123456789ab",'
    '"src":{"native_id":null,"parser_v":1,"tool":"holdfast"},"v":1}'
)
# printf %s BODY | b2sum -l 128
ID = "b2:94913d825210ed0d05582a5cc62f6666"


def test_an_entry_is_sealed_as_this_text_under_this_id() -> None:
    entry = seal_entry(DRAFT, PLACE)

    assert (entry.body, entry.id) == (BODY, ID)


def test_an_entry_reads_back_as_it_was_sealed() -> None:
    assert read_entry(BODY) == seal_entry(DRAFT, PLACE)


def test_fields_and_kinds_of_a_newer_version_are_kept_as_they_came() -> None:
    fields = json.loads(BODY) | {"v": 9, "kind": "hologram", "mood": {"calm": True}}
    body = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    entry = read_entry(body)

    assert (entry.body, entry.kind, entry.id) == (body, "hologram", entry_id(body))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param(BODY[:-20], id="torn"),
        pytest.param("[]", id="no object"),
        pytest.param(BODY.replace('"seq":1', '"seq":"1"'), id="number as text"),
        pytest.param(BODY.replace('"seq":1', '"seq":-1'), id="negative seq"),
        pytest.param(BODY.replace("01932f2e9c01-0000", "yesterday"), id="no stamp"),
        pytest.param(BODY.replace('"tool":"holdfast"', '"tool":null'), id="no tool"),
    ],
)
def test_what_is_no_entry_is_refused(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the message is pydantic's, the kind of error is the contract
        read_entry(body)


def test_a_series_counts_from_0_and_each_entry_names_the_one_before() -> None:
    series = Series(dev=PLACE.dev, session=PLACE.session, project=None)

    entries = [series.extend(DRAFT) for _ in range(3)]

    assert [entry.place.seq for entry in entries] == [0, 1, 2]
    assert [entry.place.prev for entry in entries] == [None, entries[0].id, entries[1].id]


def test_a_series_goes_on_in_order_when_the_clock_is_set_back() -> None:
    series = Series(dev=PLACE.dev, session=PLACE.session, project=None)

    stamps = [series.extend(Draft(at_ms, "session.meta", ())).place.hlc for at_ms in (5000, 1000, 1000, 6000)]

    assert stamps == ["000000001388-0000", "000000001388-0001", "000000001388-0002", "000000001770-0000"]


def test_a_draft_without_canonical_form_leaves_no_gap() -> None:
    series = Series(dev=PLACE.dev, session=PLACE.session, project=None)
    series.extend(DRAFT)

    with pytest.raises(ValueError, match="surrogate"):
        series.extend(Draft(1, "session.meta", ({"path": "\ud800"},)))

    assert series.extend(DRAFT).place.seq == 1
