import html
import json
from urllib.parse import quote

import pytest

from holdfast.redaction.nested_text import read_nested
from holdfast.redaction.redactor import Redactor, find_secrets
from planted_secrets import private_key, seeded

RANDOM = "q7Zt2Lr9Vx4Bn8Kp1Ws6"
CALL = json.dumps({"path": "a.json", "text": json.dumps({"api_key": RANDOM})})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps(CALL), id="three times JSON"),
        pytest.param(json.dumps(json.dumps(json.dumps(CALL))), id="five times JSON"),
        pytest.param(f'{{"body": "a=1\\u0026token\\u003d{RANDOM}"}}', id="as Go writes JSON"),
        pytest.param(html.escape(json.dumps({"api_key": RANDOM})), id="JSON in markup"),
        pytest.param(
            f"https://shop.dev/login?next={quote(f'https://ada:{RANDOM}@shop.dev/', safe='')}", id="an address"
        ),
    ],
)
def test_a_secret_in_a_text_in_a_text_is_found_and_nothing_around_it(text: str) -> None:
    assert [text[one.start : one.end] for one in find_secrets(text)] == [RANDOM]


def test_a_key_is_found_however_often_its_lines_were_escaped() -> None:
    lines = private_key(seeded(1))
    redacted = Redactor(b"key").redact(json.dumps({"arguments": json.dumps({"text": json.dumps(lines)})})).text

    assert [line for line in lines.split("\n")[1:-2] if line[:10] in redacted or line[-10:] in redacted] == []


def test_private_text_is_found_as_a_script_writes_it() -> None:
    assert Redactor(b"key").redact(r'{"text": "a \u003cprivate\u003enobody\u003c/private\u003e b"}').counts == {
        "private": 1
    }


def test_a_text_that_was_quoted_once_is_not_read_again() -> None:
    assert read_nested('a \\"quoted\\" word, a line\\n, 100% and R&D') is None


def test_every_character_knows_where_it_came_from() -> None:
    text = r"x\\\"y\u0026&amp;z\\n."
    nested = read_nested(text)

    assert nested is not None
    assert nested.text == 'x\\"y&&z\\n.'
    assert [text[slice(*nested.span(at, at + 1))] for at in range(len(nested.text))] == [
        "x", "\\\\\\", '"', "y", "\\u0026", "&amp;", "z", "\\\\", "n", ".",
    ]  # fmt: skip
    assert nested.span(0, len(nested.text)) == (0, len(text))
