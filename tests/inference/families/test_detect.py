from dataclasses import replace

import pytest

from holdfast.inference.families.detect import fit_of
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.llama import CODE_LLAMA
from holdfast.inference.families.qwen import QWEN3_CODER, QWEN_CODER
from holdfast.inference.families.starcoder import STARCODER2
from holdfast.inference.families.table import CHAT, FAMILIES, SERVER_TEMPLATE
from holdfast.inference.model_server import ModelDetails

CONVERSATION = "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>{{ end }}"
NOTHING = ModelDetails(
    name="mine",
    family="",
    architecture="",
    template="{{ .Prompt }}",
    capabilities=("completion",),
    context_length=0,
    parameter_count=0,
    parameter_size="",
    quantization="",
    special_tokens=(),
    is_remote=False,
)
EXAMPLES = {"codegemma": "codegemma:2b-code"}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_name_and_tokenizer_together(family: ModelFamily) -> None:
    name = EXAMPLES.get(family.name, family.name)
    model = replace(NOTHING, name=name, architecture=family.architectures[0], special_tokens=("<s>", *family.tokens))

    fit = fit_of(model)

    assert (fit.family, fit.fills) == (family, True)
    assert family.name in fit.why


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_name_alone_where_the_server_lists_no_tokens(family: ModelFamily) -> None:
    fit = fit_of(replace(NOTHING, name=EXAMPLES.get(family.name, family.name)))

    assert fit.family is family
    assert "does not list its tokens" in fit.why


@pytest.mark.parametrize(
    ("change", "family"),
    [
        pytest.param(
            {"special_tokens": QWEN_CODER.tokens, "architecture": "qwen2"}, QWEN_CODER, id="unnamed-by-its-tokenizer"
        ),
        pytest.param(
            {"special_tokens": QWEN_CODER.tokens, "architecture": "qwen3moe"}, QWEN3_CODER, id="and-its-architecture"
        ),
        pytest.param(
            {"special_tokens": STARCODER2.tokens, "architecture": "starcoder2", "name": "qwen2.5-coder:7b"},
            STARCODER2,
            id="a-name-that-lies",
        ),
        pytest.param(
            {"special_tokens": ("\u2581<PRE>", "\u2581<SUF>", "\u2581<MID>"), "name": "codellama:7b"},
            CODE_LLAMA,
            id="tokens-with-sentencepiece-s-blank",
        ),
        pytest.param(
            {"template": "{{ if .Suffix }}<fim_prefix>{{ .Prompt }}<fim_suffix>{{ .Suffix }}<fim_middle>{{ end }}"}
            | {"architecture": "starcoder2"},
            STARCODER2,
            id="by-its-template-where-no-tokens-are-told",
        ),
        pytest.param(
            {"special_tokens": QWEN_CODER.tokens[1:], "name": "qwen2.5-coder:7b", "capabilities": ("insert",)},
            SERVER_TEMPLATE,
            id="tokens-that-are-missing-but-the-server-knows-how",
        ),
        pytest.param({"capabilities": ("completion", "insert")}, SERVER_TEMPLATE, id="a-hole-and-no-family"),
        pytest.param(
            {"special_tokens": ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), "name": "opencoder:8b"}
            | {"template": CONVERSATION, "architecture": "llama"},
            CHAT,
            id="tokens-without-training",
        ),
        pytest.param(
            {"special_tokens": QWEN_CODER.tokens, "architecture": "qwen2", "name": "qwen2.5:7b"}
            | {"template": CONVERSATION},
            CHAT,
            id="a-general-model-with-a-coder-s-vocabulary",
        ),
        pytest.param({"template": CONVERSATION, "name": "llama3.1:8b"}, CHAT, id="chat-only"),
        pytest.param({"template": CONVERSATION, "capabilities": ()}, CHAT, id="chat-on-an-old-server"),
        pytest.param(
            {"template": CONVERSATION, "capabilities": ("completion", "vision")}, CHAT, id="chat-that-also-sees"
        ),
    ],
)
def test_what_is_said_of_it_settles_it(change: dict[str, object], family: ModelFamily) -> None:
    assert fit_of(replace(NOTHING, **change)).family is family  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"capabilities": ("embedding",)}, "does not write text (embedding only)", id="embedding"),
        pytest.param({"capabilities": ("vision",)}, "does not write text (vision only)", id="vision-alone"),
        pytest.param(
            {"capabilities": (), "architecture": "nomic-bert"}, "embeds text", id="embedding-on-an-old-server"
        ),
        pytest.param({}, "neither fills in the middle nor converses", id="continues-text-only"),
        pytest.param(
            {"special_tokens": ("<s>",), "name": "qwen2.5-coder:7b"}, "neither fills in", id="a-name-and-nothing-else"
        ),
    ],
)
def test_what_fits_nothing_is_refused_with_the_reason(change: dict[str, object], why: str) -> None:
    fit = fit_of(replace(NOTHING, **change))  # type: ignore[arg-type]

    assert (fit.family, fit.fills) == (None, False)
    assert why in fit.why


def test_second_best_says_so() -> None:
    fit = fit_of(replace(NOTHING, template=CONVERSATION))

    assert not fit.fills
    assert "second best" in fit.why


def test_a_lie_is_told() -> None:
    model = replace(NOTHING, name="qwen2.5-coder:7b", architecture="starcoder2", special_tokens=STARCODER2.tokens)

    assert fit_of(model).why == "its tokenizer is that of starcoder2, whatever its name says of qwen2.5-coder"
