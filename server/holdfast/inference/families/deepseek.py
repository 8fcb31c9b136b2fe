"""DeepSeek's coders. Their tokens are written with U+FF5C (a full-width bar) and U+2581 (SentencePiece's blank)."""

from typing import Final

from holdfast.inference.families.family import TITLES, ModelFamily

_BEGIN: Final = "<\uff5cfim\u2581begin\uff5c>"
_HOLE: Final = "<\uff5cfim\u2581hole\uff5c>"
_END: Final = "<\uff5cfim\u2581end\uff5c>"
_FIRST: Final = "<\uff5cbegin\u2581of\u2581sentence\uff5c>"
_LAST: Final = "<\uff5cend\u2581of\u2581sentence\uff5c>"

DEEPSEEK_CODER: Final = ModelFamily(
    name="deepseek-coder",
    order="psm",
    prefix=_BEGIN,
    suffix=_HOLE,
    middle=_END,
    repository=TITLES,
    tokens=(_BEGIN, _HOLE, _END),
    stop=(_LAST, _BEGIN, _HOLE, _END, "<|EOT|>"),
    begins_with=_FIRST,
    context=16_384,
    least_good=1.3,
    named=r"deepseek-?coder(?!-?v2)",
    architectures=("llama",),
)
"""DeepSeek-Coder (arXiv 2401.14196) §3.1.2: half of the documents in this order, 16K tokens; README of
deepseek-ai/DeepSeek-Coder, "Repository Level Code Completion": whole files, each under a comment with its name."""

DEEPSEEK_CODER_V2: Final = ModelFamily(
    name="deepseek-coder-v2",
    order="psm",
    prefix=_BEGIN,
    suffix=_HOLE,
    middle=_END,
    repository=TITLES,
    tokens=(_BEGIN, _HOLE, _END),
    stop=(_LAST, _BEGIN, _HOLE, _END, "<|EOT|>"),
    begins_with=_FIRST,
    context=131_072,
    least_good=16.0,
    named=r"deepseek-?coder-?v2",
    # Only the 16B was trained to fill in the middle; the general models share the vocabulary.
    unlike=r"coder-?v2.*236b|deepseek-?(v[234]|r1|llm)",
    architectures=("deepseek2",),
)
"""DeepSeek-Coder-V2 (arXiv 2406.11931) §3.1: the 16B with half of the documents in this order, the 236B on next tokens
alone; §3.3: 128K tokens."""
