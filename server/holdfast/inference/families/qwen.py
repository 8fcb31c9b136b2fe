"""The coders of the Qwen team."""

from typing import Final

from holdfast.inference.families.family import ModelFamily, RepositoryFormat

_TOKENS: Final = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>")
_STOP: Final = (
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|im_start|>",
    "<|im_end|>",
)
_REPOSITORY: Final = RepositoryFormat(
    "tokens",
    name="<|repo_name|>",
    other="<|file_sep|>{path}\n",
    outside="<|file_sep|>{path}\n",
)

QWEN_CODER: Final = ModelFamily(
    name="qwen2.5-coder",
    order="psm",
    prefix="<|fim_prefix|>",
    suffix="<|fim_suffix|>",
    middle="<|fim_middle|>",
    repository=_REPOSITORY,
    tokens=_TOKENS,
    stop=_STOP,
    context=32_768,
    least_good=1.5,
    named=r"qwen-?2\.5(\.1)?-?coder",
    # The general models share the vocabulary and were not trained on it.
    unlike=r"qwen-?[23](\.\d)?(?!.*coder)|deepseek-r1|qwq|qvq",
    architectures=("qwen2",),
)
"""Qwen2.5-Coder Technical Report (arXiv 2409.12186) §3.1.2: at file level `<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>`,
at repository level the files before it as `<|repo_name|>NAME` and `<|file_sep|>PATH`, each followed by its text, in
windows of 32,768 tokens. Smallest size: the report's fill-in table, where 0.5B falls clearly behind 1.5B."""

QWEN3_CODER: Final = ModelFamily(
    name="qwen3-coder",
    order="psm",
    prefix="<|fim_prefix|>",
    suffix="<|fim_suffix|>",
    middle="<|fim_middle|>",
    repository=_REPOSITORY,
    tokens=_TOKENS,
    stop=_STOP,
    context=262_144,
    least_good=30.0,
    named=r"qwen-?3(\.\d)?-?coder",
    architectures=("qwen3moe", "qwen3next", "qwen3"),
)
"""README of QwenLM/Qwen3-Coder, "Fill in the middle with Qwen3-Coder": the same tokens, also for the instruct models.
llama.cpp's preset `--fim-qwen-30b-default` sends them to Qwen3-Coder-30B-A3B without a conversation around them."""

CODE_QWEN: Final = ModelFamily(
    name="codeqwen1.5",
    order="psm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    tokens=("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    stop=("<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<file_sep>", "<|im_end|>"),
    context=65_536,
    least_good=7.0,
    named=r"codeqwen",
    architectures=("qwen2",),
)
"""The tokens of the evaluation in QwenLM/Qwen3-Coder (`qwencoder-eval/base/benchmarks/fim-bench`, "Qwen1.5") and of
Continue's template for codeqwen. Sources contradict one another on its repository tokens, so they are not used."""
