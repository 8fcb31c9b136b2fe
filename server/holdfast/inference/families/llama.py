"""Code Llama."""

from typing import Final

from holdfast.inference.families.family import ModelFamily

CODE_LLAMA: Final = ModelFamily(
    name="codellama",
    order="spm",
    # In suffix-first order the token of the middle stands before what precedes the hole.
    suffix="<PRE> <SUF>",
    prefix=" <MID> ",
    tokens=("<PRE>", "<SUF>", "<MID>"),
    stop=("<EOT>", "<PRE>", "<SUF>", "<MID>", "</s>"),
    begins_with="<s>",
    context=16_384,
    least_good=7.0,
    named=r"code-?llama",
    # Trained without holes: 34B, and everything tuned on Python.
    unlike=r"llama.*(34b|python)|llama.*instruct.*70b|llama.*70b.*instruct|phind",
    architectures=("llama",),
)
"""Code Llama (arXiv 2308.12950) §2.3: half of the splits in prefix-suffix-middle order and half in suffix-prefix-middle
order; §2.1: which sizes. `infilling_prompt_tokens` of meta-llama/codellama, `suffix_first`: `<PRE> <SUF>S <MID> P`, with
these very blanks. Windows of 16,384 tokens in fine-tuning."""
