import pytest

from holdfast.inference.model_server import GenerateRequest
from holdfast.inference.ollama.wire import generate_body


def test_a_raw_request_replaces_the_model_s_stops_even_with_none() -> None:
    body = generate_body(GenerateRequest("m", "<|fim_prefix|>x", 16, 2048))

    assert (body["raw"], "suffix" in body, "system" in body) == (True, False, False)
    assert isinstance(body["options"], dict)
    assert body["options"]["stop"] == []


def test_a_suffix_goes_through_the_server_s_template_with_its_own_stops() -> None:
    body = generate_body(GenerateRequest("m", "before", 16, 2048, suffix="after"))

    assert (body["raw"], body["prompt"], body["suffix"], "system" in body) == (False, "before", "after", False)
    assert isinstance(body["options"], dict)
    assert "stop" not in body["options"]


def test_an_instruction_goes_through_the_conversation_template() -> None:
    body = generate_body(GenerateRequest("m", "file", 16, 2048, system="fill the hole", stop=("x",)))

    assert (body["raw"], body["prompt"], body["system"], "suffix" in body) == (False, "file", "fill the hole", False)
    assert isinstance(body["options"], dict)
    assert body["options"]["stop"] == ["x"]


@pytest.mark.parametrize(
    ("suffix", "system"), [("", None), ("a", "b")], ids=["an-empty-suffix-starts-a-conversation", "both"]
)
def test_what_no_server_understands_is_refused(suffix: str, system: str | None) -> None:
    with pytest.raises(ValueError, match="suffix"):
        GenerateRequest("m", "p", 16, 2048, suffix=suffix, system=system)
