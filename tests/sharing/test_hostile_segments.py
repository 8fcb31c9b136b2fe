"""Segments that a teammate, or who has a member's keys, makes to cost the others memory, time or a crash."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

import pytest

from forged_segment import SESSION, content_of, forged, header_of, named, said, signature_line
from holdfast.sessions.entries.canonical_json import canonical_json
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.series import Series
from holdfast.sharing.age import encrypt
from holdfast.sharing.errors import SegmentTooLarge
from holdfast.sharing.json_tokens import has_more_tokens
from holdfast.sharing.segment import MOST_TOKENS, SegmentRefused
from holdfast.sharing.statement import Verdict
from holdfast.sharing.zstd import compress
from paired_devices import NOW, PROJECT, Machine, Place, machine, pair

LISTS = "[" + ",".join(["[]"] * MOST_TOKENS) + "]"


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def desktop(tmp_path: Path, place: Place) -> Machine:
    desktop = machine(tmp_path, "desktop")
    desktop.found(place)
    return desktop


@pytest.fixture
def colleague(tmp_path: Path, desktop: Machine, place: Place) -> Machine:
    colleague = machine(tmp_path, "colleague")
    pair(desktop, colleague, place, Verdict("teammate", PROJECT))
    return colleague


def vault_of(one: Machine, place: Place) -> str:
    return one.sync(place).membership.founding.id


def refused(one: Machine, place: Place, segment: tuple[str, bytes]) -> tuple[str, str]:
    with pytest.raises(SegmentRefused) as error:
        one.open(place, *segment)
    return error.value.kind, error.value.why


@pytest.mark.parametrize("where", ["entry", "header", "signature"])
def test_a_few_bytes_that_would_become_millions_of_values_are_refused_unread(
    desktop: Machine, colleague: Machine, place: Place, where: str
) -> None:
    keys, entries = colleague.keys, said(colleague.keys.dev, "a")
    header = header_of(entries, keys.signing.public, vault_of(desktop, place))
    body = entries[0].body
    if where == "entry":
        body = body.replace('"parts":[', f'"parts":[{{"a":{LISTS}}},')
    content = content_of(header, [body])
    if where == "header":
        content = content.replace(b'"dev"', f'"a":{LISTS},"dev"'.encode(), 1)
    end = signature_line(content, keys.signing)
    if where == "signature":
        end = f'{{"a":{LISTS},"sig":"0"}}\n'.encode()

    segment = named(header, encrypt(compress(content + end), [desktop.keys.identity.recipient]))

    assert len(segment[1]) < 5_000
    assert refused(desktop, place, segment) == ("bomb", "it holds far more values than a session ever does")


def test_lines_without_end_are_refused(desktop: Machine, colleague: Machine, place: Place) -> None:
    keys, count = colleague.keys, 2_000_000
    header = header_of(said(keys.dev, "a"), keys.signing.public, vault_of(desktop, place), last=count - 1)

    segment = forged(header, [""] * count, keys.signing, [desktop.keys.identity.recipient])

    assert refused(desktop, place, segment) == ("malformed", "an entry in it cannot be understood")


def test_what_others_would_refuse_as_too_many_values_is_not_sealed(desktop: Machine, place: Place) -> None:
    part = {"type": "tool_call", "input": json.loads(LISTS)}
    entry = Series(dev=desktop.keys.dev, session=SESSION, project=PROJECT).extend(Draft(NOW, "tool", (part,)))

    with pytest.raises(SegmentTooLarge):
        desktop.seal(place, [entry])


def test_a_long_text_full_of_commas_and_brackets_is_no_bomb(desktop: Machine, place: Place) -> None:
    entries = said(desktop.keys.dev, '[{,"\\' * MOST_TOKENS + secrets.token_hex(20_000))

    sealed = desktop.seal(place, entries)

    assert desktop.open(place, sealed.name, sealed.data).lines == tuple(entries)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b'{"a":[1,2]}', 4, id="values"),
        pytest.param(b'"[[[,,,"', 1, id="a text"),
        pytest.param(rb'"\"[[" "\\",["', 4, id="escapes"),
        pytest.param(b'"open [[', 2, id="a text without end"),
    ],
)
def test_what_counts_as_a_token(text: bytes, expected: int) -> None:
    assert [has_more_tokens(text, most) for most in (expected - 1, expected)] == [True, False]


@pytest.mark.parametrize("rules_v", [pytest.param("1" + "0" * 30, id="huge"), pytest.param("-1", id="negative")])
def test_a_number_that_no_database_holds_is_refused(
    desktop: Machine, colleague: Machine, place: Place, rules_v: str
) -> None:
    keys, entries = colleague.keys, said(colleague.keys.dev, "a")
    header = header_of(entries, keys.signing.public, vault_of(desktop, place))
    content = content_of(header, [entries[0].body]).replace(b'"rules_v":1,', f'"rules_v":{rules_v},'.encode(), 1)
    packed = compress(content + signature_line(content, keys.signing))

    segment = named(header, encrypt(packed, [desktop.keys.identity.recipient]))

    assert refused(desktop, place, segment) == ("malformed", "what was encrypted is no segment")


def test_two_entries_with_one_id_are_refused(desktop: Machine, colleague: Machine, place: Place) -> None:
    keys, entries = colleague.keys, said(colleague.keys.dev, "a", "b")
    one, other = (f"b2:{digit * 32}" for digit in "01")

    lines = _gone(keys.dev, [one, other, one])
    header = header_of(entries, keys.signing.public, vault_of(desktop, place), last=2)

    segment = forged(header, lines, keys.signing, [desktop.keys.identity.recipient])
    assert refused(desktop, place, segment) == ("malformed", "entry 2 has the id of another")


def _gone(dev: str, ids: Sequence[str]) -> list[str]:
    return [
        canonical_json(
            {
                "forgotten": {
                    "id": entry_id,
                    "dev": dev,
                    "session": SESSION,
                    "seq": seq,
                    "prev": ids[seq - 1] if seq else None,
                    "hlc": f"{seq + 1:012x}-0000",
                }
            }
        )
        for seq, entry_id in enumerate(ids)
    ]
