"""StarCoder, and the families that took its tokens over."""

from typing import Final

from holdfast.inference.families.family import ModelFamily, RepositoryFormat

_TOKENS: Final = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>")

STARCODER: Final = ModelFamily(
    name="starcoder",
    order="psm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    tokens=_TOKENS,
    stop=("<|endoftext|>", *_TOKENS, "<fim_pad>", "<filename>", "<reponame>", "<gh_stars>", "<jupyter_start>"),
    context=8192,
    least_good=1.0,
    named=r"starcoder(?!-?2)|starcoderbase|santacoder",
    architectures=("starcoder", "gpt_bigcode"),
)
"""StarCoder: may the source be with you! (arXiv 2305.06161) and the model card of bigcode/starcoder: half of the
documents with the tokens above, one file a document, windows of 8,192 tokens."""

STARCODER2: Final = ModelFamily(
    name="starcoder2",
    order="psm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    repository=RepositoryFormat(
        "tokens",
        name="<repo_name>",
        other="<file_sep>{path}\n",
        outside="<file_sep>",
        inside="{path}\n",
    ),
    tokens=(*_TOKENS, "<file_sep>", "<repo_name>"),
    stop=("<|endoftext|>", *_TOKENS, "<fim_pad>", "<file_sep>", "<repo_name>"),
    context=16_384,
    least_good=3.0,
    named=r"starcoder-?2|dolphincoder",
    # The instruction-tuned one answers in prose: its template has no hole.
    unlike=r"starcoder2.*instruct",
    architectures=("starcoder2",),
)
"""StarCoder 2 and The Stack v2 (arXiv 2402.19173) §5.1:
`<repo_name>NAME<file_sep>PATH\\nCODE…<file_sep><fim_prefix>PATH\\nP<fim_suffix>S<fim_middle>`."""

GRANITE_CODE: Final = ModelFamily(
    name="granite-code",
    order="psm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    tokens=_TOKENS,
    stop=("<|endoftext|>", *_TOKENS, "<fim_pad>", "<filename>", "<reponame>"),
    context=8192,
    least_good=3.0,
    named=r"granite-?(code|\d+b-code)|granite.*-code-",
    architectures=("llama", "starcoder", "gpt_bigcode"),
)
"""Granite Code Models (arXiv 2405.04324): fill-in-the-middle in both orders during pretraining, StarCoder's
tokenizer; windows of pretraining are 2,048 tokens (3B), 4,096 (8B) and 8,192 (20B, 34B), as the models' names say
(`granite-8b-code-base-4k`); later ones of 3B and 8B read 128K."""

STABLE_CODE: Final = ModelFamily(
    name="stable-code",
    order="psm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    tokens=_TOKENS,
    stop=("<|endoftext|>", *_TOKENS, "<fim_pad>", "<filename>", "<|im_end|>"),
    context=16_384,
    least_good=3.0,
    named=r"stable-?code",
    architectures=("stablelm",),
)
"""Model card of stabilityai/stable-code-3b, "Run with Fill in Middle": the tokens above, windows up to 16,384."""

REFACT: Final = ModelFamily(
    name="refact",
    order="psm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    tokens=_TOKENS,
    stop=("<|endoftext|>", *_TOKENS),
    context=4096,
    least_good=1.6,
    named=r"refact",
    architectures=("refact",),
)
"""Model card of smallcloudai/Refact-1_6B-fim: prefix, suffix, middle in this order, a window of 4,096 tokens."""

MELLUM: Final = ModelFamily(
    name="mellum",
    order="spm",
    prefix="<fim_prefix>",
    suffix="<fim_suffix>",
    middle="<fim_middle>",
    repository=RepositoryFormat("tokens", other="<filename>{path}\n", outside="<filename>{path}\n"),
    tokens=(*_TOKENS, "<filename>"),
    stop=("<|endoftext|>", *_TOKENS, "<fim_pad>", "<filename>", "<reponame>"),
    context=8192,
    least_good=4.0,
    named=r"mellum",
    architectures=("llama", "mellum"),
)
"""Mellum (arXiv 2510.05788), pretraining: half of the documents in suffix, prefix, middle order, 8,192 tokens; model card of
JetBrains/Mellum-4b-base: `<filename>PATH\\nCODE…<filename>PATH\\n<fim_suffix>S<fim_prefix>P<fim_middle>`."""
