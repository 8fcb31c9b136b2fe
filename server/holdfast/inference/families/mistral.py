"""Mistral's coders."""

from typing import Final

from holdfast.inference.families.family import ModelFamily, RepositoryFormat

_FILES: Final = RepositoryFormat("tokens", other="+++++ {path}\n", inside="+++++ {path}\n", end="\n", within=True)
_STOP: Final = ("</s>", "[PREFIX]", "[SUFFIX]", "[MIDDLE]", "[INST]", "[/INST]")

CODESTRAL: Final = ModelFamily(
    name="codestral",
    order="spm",
    suffix="[SUFFIX]",
    prefix="[PREFIX]",
    repository=_FILES,
    tokens=("[SUFFIX]", "[PREFIX]"),
    stop=_STOP,
    begins_with="<s>",
    context=32_768,
    least_good=22.0,
    named=r"codestral",
    unlike=r"mamba",
    architectures=("llama",),
)
"""`encode_fim` of mistralai/mistral-common: `<s>[SUFFIX]S[PREFIX]P`; 32K tokens: model card of Codestral-22B-v0.1, and
that of Mamba-Codestral-7B for what has no such training. Other files under `+++++ PATH`: Continue's template for it."""

DEVSTRAL: Final = ModelFamily(
    name="devstral",
    order="spm",
    suffix="[SUFFIX]",
    prefix="[PREFIX]",
    repository=_FILES,
    tokens=("[SUFFIX]", "[PREFIX]"),
    stop=_STOP,
    begins_with="<s>",
    context=131_072,
    least_good=24.0,
    named=r"devstral",
    architectures=("llama", "mistral3"),
    documented=False,
)
"""Its tokenizer (Tekken, mistralai/mistral-common) has Codestral's tokens; Mistral documents filling in for Codestral
alone, and users report weak answers (gergap/vim-ollama#94). So it is used when named, and never by itself."""
