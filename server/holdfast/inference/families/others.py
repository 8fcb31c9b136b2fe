"""Families of one model or two."""

from typing import Final

from holdfast.inference.families.family import ModelFamily, RepositoryFormat

GRANITE4: Final = ModelFamily(
    name="granite4",
    order="psm",
    prefix="<|fim_prefix|>",
    suffix="<|fim_suffix|>",
    middle="<|fim_middle|>",
    tokens=("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    stop=("<|end_of_text|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|start_of_role|>"),
    context=131_072,
    least_good=3.0,
    named=r"granite-?4",
    architectures=("granite", "granitehybrid", "granitemoehybrid"),
)
"""Model cards of ibm-granite/granite-4.0-*: "Fill-in-the-Middle (FIM) code completions" among the capabilities, with
the tokens above (IBM's prompt guide for Granite 4.0); 128K tokens."""

SEED_CODER: Final = ModelFamily(
    name="seed-coder",
    order="spm",
    prefix="<[fim-prefix]>",
    suffix="<[fim-suffix]>",
    middle="<[fim-middle]>",
    tokens=("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
    stop=("<[end\u2581of\u2581sentence]>", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
    begins_with="<[begin\u2581of\u2581sentence]>",
    context=32_768,
    least_good=8.0,
    named=r"seed-?coder",
    unlike=r"seed-?coder.*reasoning",
    architectures=("llama",),
)
"""Seed-Coder (arXiv 2506.03524), pretraining: `<[fim-suffix]>S<[fim-prefix]>P<[fim-middle]>`, windows up to 32,768 tokens."""

CODEGEEX4: Final = ModelFamily(
    name="codegeex4",
    order="spm",
    prefix="<|code_prefix|>",
    suffix="<|code_suffix|>",
    middle="<|code_middle|><|assistant|>\n",
    repository=RepositoryFormat(
        "tokens",
        begin="<|user|>\n",
        other="###REFERENCE:\n###PATH:{path}\n",
        outside="###PATH:{path}\n###LANGUAGE:{language}\n###MODE:BLOCK\n",
    ),
    tokens=("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "<|user|>", "<|assistant|>"),
    stop=("<|endoftext|>", "<|user|>", "<|assistant|>", "<|observation|>", "<|code_prefix|>", "<|code_suffix|>"),
    begins_with="[gMASK]<sop>",
    context=131_072,
    least_good=9.0,
    named=r"codegeex-?4",
    architectures=("chatglm", "glm4"),
)
"""THUDM/CodeGeeX4, `guides/Infilling_guideline.md`: the hole inside a person's turn, with PATH, LANGUAGE and MODE before
it and other files as REFERENCE."""
