"""CodeGemma."""

from typing import Final

from holdfast.inference.families.family import ModelFamily, RepositoryFormat

CODE_GEMMA: Final = ModelFamily(
    name="codegemma",
    order="psm",
    prefix="<|fim_prefix|>",
    suffix="<|fim_suffix|>",
    middle="<|fim_middle|>",
    repository=RepositoryFormat("titles", inside="{comment}\n", end="<|file_separator|>"),
    tokens=("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_separator|>"),
    stop=("<|file_separator|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<eos>", "<end_of_turn>"),
    begins_with="<bos>",
    context=8192,
    least_good=2.0,
    named=r"codegemma",
    # `codegemma:7b` and the bare name are the conversational one.
    unlike=r"codegemma(:latest|:7b|:instruct)?$|codegemma.*(instruct|-it\b)",
    architectures=("gemma",),
)
"""ai.google.dev, "CodeGemma formatting and system instructions": the four tokens, the separator for several files; 2B and
7B, not 7B-IT. CodeGemma (arXiv 2406.11409): both orders in training, files of a repository packed together."""
