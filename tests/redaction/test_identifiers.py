import pytest

from holdfast.redaction.identifiers import is_identifier
from holdfast.redaction.json_values import Json, redact_json
from holdfast.redaction.redactor import Redactor
from planted_secrets import TOKENS, seeded


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "msg_01XFDUDYJgAACzvnptvVoYEL",
        "toolu_01A09q90qw90lq917835lq9",
        "call_abc9XyZ3kLmN0pQrStUvWx12",
        "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "ses_7d1a3f0c2ffeXq3Zk1GVp8Ls",
        "claude-sonnet-4-5-20250929",
        "meta-llama/Llama-3.3-70B-Instruct-Turbo:free",
        "12:user:9f2c41d0a7b3e855",
        "2026-05-04T10:12:01.123Z",
    ],
)
def test_an_id_of_a_tool_is_one(text: str) -> None:
    assert is_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("q7Zt2Lr9Vx4Bn8Kp1Ws6q7Zt2Lr9Vx4Bn8Kp1Ws6", id="as long as a key"),
        pytest.param("wJ4lrXU7nF/K7MDENGbPxR+fiCY3zQ9", id="base64"),
        pytest.param("ada@shop-mail.dev", id="an address"),
        pytest.param("postgres://shop:h7Tq2xLm@db", id="an address with a password"),
        pytest.param("two words", id="words"),
        pytest.param("a" * 201, id="too long"),
        pytest.param("id-ü", id="not ASCII"),
    ],
)
def test_what_could_be_a_secret_is_none(text: str) -> None:
    assert not is_identifier(text)


@pytest.mark.parametrize("kind", sorted(TOKENS.keys() - {"Slack webhook"}))
def test_no_token_with_a_known_form_passes_as_an_id(kind: str) -> None:
    token = TOKENS[kind](seeded(3, kind))
    value: Json = {
        "type": "tool_call",
        "id": token,
        "AccessKeyId": token,
        "session_id": token,
        "model": token,
        "at": {"timestamp": token},
    }

    assert token[:40] not in repr(redact_json(Redactor(b"key"), value).value)


def test_a_call_and_its_result_stay_together_when_their_id_is_taken_out() -> None:
    token = "ghp_" + "A1b2C3d4E5f6" * 3
    value: list[Json] = [{"type": "tool_call", "id": token}, {"type": "tool_result", "id": token}]
    mark = Redactor(b"key").mark("github-token", token)

    assert redact_json(Redactor(b"key"), value).value == [
        {"type": "tool_call", "id": mark},
        {"type": "tool_result", "id": mark},
    ]
