"""The table against itself: rows that contradict themselves or one another would be found by a user first."""

import re

import pytest

from holdfast.inference.families.detect import family_named
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.table import CHAT, FAMILIES, HOLE, INSTRUCTION, SERVER_TEMPLATE

by_name = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


@by_name
def test_a_row_says_all_there_is_to_say(family: ModelFamily) -> None:
    assert family.order in {"psm", "spm"}
    assert family.prefix
    assert family.suffix
    assert family.middle or family.order == "spm"
    assert family.context >= 4096
    assert family.least_good > 0
    assert family.architectures


@by_name
def test_every_token_of_its_prompt_is_one_its_tokenizer_must_know(family: ModelFamily) -> None:
    form = family.repository
    written = f"{family.prefix}{family.suffix}{family.middle}{form.begin}{form.name}{form.other}{form.outside}"
    tokens = re.findall(r"<[^\s>]+>|\[[A-Z]+\]", written)

    assert set(tokens) <= set(family.tokens)


@by_name
def test_an_answer_ends_at_the_hole_s_own_tokens(family: ModelFamily) -> None:
    hole = re.findall(r"<[^\s>]+>|\[[A-Z]+\]", family.prefix + family.suffix)

    assert set(hole) <= set(family.stop)


def test_no_two_rows_claim_one_name() -> None:
    names = [family.name for family in FAMILIES]
    claims = {name: [family.name for family in FAMILIES if family.is_named(name)] for name in names}

    assert len(set(names)) == len(names)
    assert claims == {name: [name] for name in names if name != "codegemma"} | {"codegemma": []}


def test_the_two_other_ways_have_no_tokens_of_their_own_but_the_hole() -> None:
    assert (SERVER_TEMPLATE.control_tokens, CHAT.control_tokens) == ((), (HOLE,))
    assert HOLE in INSTRUCTION


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("qwen2.5-coder:1.5b-base", "qwen2.5-coder"),
        ("Qwen2.5-Coder-7B-Instruct", "qwen2.5-coder"),
        ("hf.co/bartowski/Qwen2.5.1-Coder-7B-GGUF:Q4_K_M", "qwen2.5-coder"),
        ("user/qwen2.5coder", "qwen2.5-coder"),
        ("qwen3-coder:30b", "qwen3-coder"),
        ("codeqwen:7b-code", "codeqwen1.5"),
        ("starcoder2:3b", "starcoder2"),
        ("starcoder:1b", "starcoder"),
        ("deepseek-coder:1.3b-base", "deepseek-coder"),
        ("deepseek-coder-v2:16b-lite-base-q4_K_M", "deepseek-coder-v2"),
        ("codellama:7b-code", "codellama"),
        ("codegemma:2b-code", "codegemma"),
        ("codegemma:7b-code", "codegemma"),
        ("codestral:22b", "codestral"),
        ("devstral:24b", "devstral"),
        ("granite-code:3b", "granite-code"),
        ("hf.co/ibm-granite/granite-8b-code-base-4k-GGUF", "granite-code"),
        ("granite-code:8b-base-q4_0", "granite-code"),
        ("granite4:micro", "granite4"),
        ("stable-code:3b-code", "stable-code"),
        ("hf.co/unsloth/Seed-Coder-8B-Base-GGUF", "seed-coder"),
        ("JetBrains/Mellum-4b-sft-kotlin", "mellum"),
        ("refact:1.6b", "refact"),
        ("codegeex4:9b", "codegeex4"),
    ],
)
def test_a_name_is_of_its_family(name: str, family: str) -> None:
    found = family_named(name)

    assert found is not None
    assert found.name == family


@pytest.mark.parametrize(
    "name",
    [
        *("llama3.1:8b", "qwen2.5:7b", "qwen3:8b", "gemma3:4b", "mistral:7b", "granite3.3:8b", "phi4", "glm4:9b"),
        *("codellama:34b-code", "codellama:7b-python", "codellama:70b-instruct", "phind-codellama:34b"),
        *("codegemma", "codegemma:7b", "codegemma:instruct", "codegemma:7b-instruct"),
        *("deepseek-coder-v2:236b", "deepseek-r1:7b", "deepseek-v3", "opencoder:8b", "yi-coder:9b"),
        *("mamba-codestral:7b", "starcoder2:15b-instruct", "seed-coder-8b-reasoning", "nomic-embed-text"),
    ],
)
def test_a_name_that_promises_nothing(name: str) -> None:
    assert family_named(name) is None
