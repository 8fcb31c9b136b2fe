"""Control tokens found by asking a tokenizer, and a hole's form found by having one written."""

import pytest

from holdfast.inference.llama_cpp.vocabulary import HoleFormat, candidates, control_tokens_among, hole_format, question
from holdfast.inference.llama_cpp.wire import Props, TokenPiece


def test_a_string_that_comes_back_as_one_token_is_a_control_token() -> None:
    pieces = [TokenPiece(id=1, piece=piece) for piece in ("<|a|>", "\n", "<", "PRE", ">", "\n", "<EOT>")]

    assert control_tokens_among(("<EOT>", "<PRE>", "<|a|>"), [*pieces, TokenPiece(id=2, piece=[195])]) == (
        "<EOT>",
        "<|a|>",
    )


def test_the_strings_asked_about_are_the_known_ones_and_the_models_own() -> None:
    template = "{{ '<|my_turn|>' + x + '<|my_end|>' }} {% if a <|b c|> %} [MY_TOOLS] <turn>"
    told = {"total_slots": 1, "chat_template": template, "bos_token": "<bos>", "eos_token": "x"}
    props = Props.model_validate(told)

    found = candidates(props, HoleFormat(" <MINE>", " <S>", "<M>", suffix_first=False))

    own = {"<|my_turn|>", "<|my_end|>", "[MY_TOOLS]", "<turn>", "<bos>", "<MINE>", "<S>", "<M>"}
    assert own <= set(found)
    assert {"<|fim_prefix|>", "<PRE>"} <= set(found)
    assert not {"x", "<|b c|>"} & set(found)
    assert len(found) == len(set(found))


def test_a_template_that_is_nothing_but_tokens_makes_a_bounded_question() -> None:
    props = Props(total_slots=1, chat_template="".join(f"<|t{number}|>" for number in range(100_000)))

    assert len(question(candidates(props, None))) < 20_000


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        pytest.param(
            "<|fim_prefix|>alpha<|fim_suffix|>omega<|fim_middle|>",
            HoleFormat("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", suffix_first=False),
            id="qwen",
        ),
        pytest.param(
            "<|repo_name|>myproject\n<|file_sep|>filename\n<|fim_prefix|>alpha<|fim_suffix|>omega<|fim_middle|>",
            HoleFormat("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", suffix_first=False),
            id="behind-a-header",
        ),
        pytest.param(
            "<s> <PRE>alpha <SUF>omega <MID>",
            HoleFormat(" <PRE>", " <SUF>", " <MID>", suffix_first=False),
            id="codellama",
        ),
        pytest.param(
            "<s>[SUFFIX]omega[PREFIX]alpha", HoleFormat("[SUFFIX]", "[PREFIX]", "", suffix_first=True), id="codestral"
        ),
        pytest.param("<|fim_prefix|>alpha<|fim_middle|>", None, id="without-the-suffix"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_form_of_a_hole_is_read_from_one(prompt: str, expected: HoleFormat | None) -> None:
    assert hole_format(prompt, "<s>") == expected


def test_a_hole_is_written_in_the_models_order() -> None:
    assert HoleFormat("[SUFFIX]", "[PREFIX]", "", suffix_first=True).written("a", "b") == "[SUFFIX]b[PREFIX]a"
    assert HoleFormat("<P>", "<S>", "<M>", suffix_first=False).written("a", "b") == "<P>a<S>b<M>"
