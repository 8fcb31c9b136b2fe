import pytest

from holdfast.inference.fim_template import QWEN_CODER, FimTemplate, template_for


@pytest.mark.parametrize(
    ("name", "special", "template"),
    [
        ("qwen2.5-coder:1.5b-base", (), QWEN_CODER),
        ("Qwen2.5-Coder-7B-Instruct", (), QWEN_CODER),
        ("hf.co/bartowski/Qwen2.5.1-Coder-7B-GGUF:Q4_K_M", (), QWEN_CODER),
        ("user/qwen2.5coder", (), QWEN_CODER),
        ("qwen2.5:7b", (), None),
        ("llama3:8b", (), None),
        ("", (), None),
        ("mine", QWEN_CODER.control_tokens, QWEN_CODER),
        ("qwen2.5-coder:7b", QWEN_CODER.control_tokens, QWEN_CODER),
        ("qwen2.5-coder:7b", ("<s>", "</s>"), None),
        ("qwen2.5-coder:7b", QWEN_CODER.control_tokens[1:], None),
    ],
)
def test_the_template_of_a_model(name: str, special: tuple[str, ...], template: FimTemplate | None) -> None:
    assert template_for(name, special) is template


def test_a_generation_stops_at_every_control_token() -> None:
    assert set(QWEN_CODER.control_tokens) <= set(QWEN_CODER.stop)
