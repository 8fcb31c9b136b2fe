import pytest

from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.redact_draft import redact_draft

KEY = "AKIA" + "QYLPMN5HFIQR7XYA"  # In two parts, so that no scanner takes it for one that leaked.
REDACTOR = Redactor(b"k" * 32)
MARK = REDACTOR.redact(KEY).text


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"type": "text", "text": f"It is {KEY}"}, {"type": "text", "text": f"It is {MARK}"}),
        ({"type": "ref", "to": "file", "path": "a.py"}, {"type": "ref", "to": "file", "path": "a.py"}),
        ({"type": KEY, "text": "a"}, {"type": MARK, "text": "a"}),
        ({KEY: "type"}, {MARK: "type"}),
        ({"type": ["text", KEY]}, {"type": ["text", MARK]}),
        ({}, {}),
    ],
    ids=["text", "nothing secret", "secret type", "secret name", "types", "nothing"],
)
def test_every_string_of_a_part_is_looked_through(part: JsonObject, expected: JsonObject) -> None:
    redacted = redact_draft(Draft(0, "msg", ({"type": "text", "text": "one"}, part)), REDACTOR)

    assert redacted.parts == ({"type": "text", "text": "one"}, expected)
