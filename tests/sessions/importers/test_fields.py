"""Raw JSON of other programs, field by field."""

from decimal import Decimal

import pytest

from holdfast.sessions.importers.fields import as_json, millis, text, unknown_text
from holdfast.sessions.importers.stable_id import stable_id

_MS = 1_767_225_600_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (_MS, _MS),
        (_MS / 1000, _MS),
        (Decimal(_MS), _MS),
        (str(_MS), _MS),
        ("2026-01-01T00:00:00Z", _MS),
        ("2026-01-01T00:00:00.000Z", _MS),
        ("2026-01-01T02:00:00+02:00", _MS),
        ("2026-01-01 00:00:00", _MS),
        (None, None),
        (True, None),
        (-5, None),
        (0, None),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        ("soon", None),
        ([], None),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9" * 5000, None),
    ],
)
def test_a_time_is_read_however_it_is_written(value: object, expected: int | None) -> None:
    assert millis(value) == expected


def test_half_a_surrogate_pair_can_be_stored() -> None:
    assert text({"a": "x\ud800y"}, "a") == "x?y"
    assert as_json({"a": "\udc00"}) == '{"a": "?"}'


def test_of_a_record_without_a_rule_4_kib_are_kept() -> None:
    assert len(unknown_text({"a": "x" * 10_000})) == 4_096


def test_an_id_that_was_made_up_does_not_depend_on_what_is_secret() -> None:
    assert stable_id(3, "user", "key AKIAIOSFODNN7EXAMPLX is mine") == stable_id(
        3, "user", "key AKIAIOSFODNN7EXAMPLQ is mine"
    )
    assert stable_id(3, "user", "one") != stable_id(3, "user", "two")
