import json

import pytest

from holdfast.redaction.json_values import Json, redact_json
from holdfast.redaction.redactor import Redactor
from planted_secrets import TOKENS, seeded

REDACTOR = Redactor(b"key")
GITHUB = TOKENS["GitHub classic"](seeded(1))
MARKED = REDACTOR.mark("github-token", GITHUB)


def test_every_string_is_redacted_however_deep_and_what_is_none_stays() -> None:
    value: Json = {"a": [f"x {GITHUB}", 3, None, True, {"b": GITHUB}], "c": 1.5}

    redacted = redact_json(REDACTOR, value)

    assert redacted.value == {"a": [f"x {MARKED}", 3, None, True, {"b": MARKED}], "c": 1.5}
    assert redacted.counts == {"github-token": 2}


def test_a_name_is_redacted_too() -> None:
    assert redact_json(REDACTOR, {GITHUB: 1}).value == {MARKED: 1}


@pytest.mark.parametrize(
    "name", ["id", "session_id", "parentUuid", "uuid", "timestamp", "type", "role", "model", "version"]
)
def test_what_identifies_a_record_stays(name: str) -> None:
    value: Json = {name: "key-0123456789abcdef0123456789"}

    assert redact_json(REDACTOR, value).value == value


def test_a_sentence_under_such_a_name_is_no_identifier() -> None:
    assert redact_json(REDACTOR, {"type": f"my token {GITHUB}"}).value == {"type": f"my token {MARKED}"}


def test_a_secret_name_makes_its_value_one() -> None:
    value: Json = {"db_password": "Tr0ub4dor&3", "host": "Tr0ub4dor&3", "max_tokens": 9}

    assert redact_json(REDACTOR, value).value == {
        "db_password": REDACTOR.mark("password", "Tr0ub4dor&3"),
        "host": "Tr0ub4dor&3",
        "max_tokens": 9,
    }


def test_a_value_belongs_to_the_name_beside_it() -> None:
    value: Json = {"env": [{"name": "DB_PASSWORD", "value": "Tr0ub4dor&3"}, {"name": "PORT", "value": "Tr0ub4dor&3"}]}

    redacted = redact_json(REDACTOR, value)

    assert redacted.counts == {"password": 1}
    assert json.dumps(redacted.value).count("Tr0ub4dor&3") == 1


def test_redacting_again_changes_nothing() -> None:
    value: Json = {"token": GITHUB, "text": f"<private>x</private> {GITHUB}", "password": "Tr0ub4dor&3"}
    once = redact_json(REDACTOR, value, conversation=True)

    again = redact_json(REDACTOR, once.value, conversation=True)

    assert (again.value, again.counts) == (once.value, {})


@pytest.mark.parametrize("depth", [250, 100_000])
def test_what_is_nested_too_deep_becomes_a_string_without_secrets(depth: int) -> None:
    value: Json = GITHUB
    for _ in range(depth):
        value = [value]

    redacted = redact_json(REDACTOR, value).value
    while isinstance(redacted, list):
        (redacted,) = redacted

    assert isinstance(redacted, str)
    assert GITHUB not in redacted


def test_personal_data_is_taken_out_of_conversation_alone() -> None:
    value: Json = {"text": "mail ada@shop.dev"}

    assert redact_json(REDACTOR, value).value == value
    assert redact_json(REDACTOR, value, conversation=True).counts == {"email": 1}
