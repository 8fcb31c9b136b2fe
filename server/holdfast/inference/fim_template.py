"""How each model family wants a hole in a file described: one row a family.

Qwen 2.5 Coder: "Qwen2.5-Coder Technical Report" (arXiv 2409.12186), §3.1.2: file-level
`<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>`, repository-level the files before it as
`<|repo_name|>NAME` and `<|file_sep|>PATH`, each followed by its text.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FimTemplate:
    """Control tokens of one family, in prefix-suffix-middle order with repository-level headers."""

    family: str
    prefix: str
    suffix: str
    middle: str
    repository: str
    file: str
    stop: tuple[str, ...]

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """Every string of the template that the tokenizer must know as one special token."""
        return (self.prefix, self.suffix, self.middle, self.repository, self.file)


QWEN_CODER: Final = FimTemplate(
    family="qwen2.5-coder",
    prefix="<|fim_prefix|>",
    suffix="<|fim_suffix|>",
    middle="<|fim_middle|>",
    repository="<|repo_name|>",
    file="<|file_sep|>",
    stop=(
        "<|endoftext|>",
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|fim_pad|>",
        "<|repo_name|>",
        "<|file_sep|>",
        "<|im_start|>",
        "<|im_end|>",
    ),
)

TEMPLATES: Final[tuple[FimTemplate, ...]] = (QWEN_CODER,)

_NAME_PARTS: Final = {"qwen2.5-coder": (("qwen2.5", "coder"), ("qwen2.5coder",), ("qwen-2.5", "coder"))}


def template_for(model_name: str, special_tokens: tuple[str, ...] = ()) -> FimTemplate | None:
    """The template for a model, by its name and, where the server tells them, by its tokenizer's special tokens.

    The name proposes; a tokenizer that lacks one of the template's control tokens refuses. A model whose name says
    nothing is taken when its tokenizer has every token of a family's template.
    """
    for template in TEMPLATES:
        named = _is_named_as(template, model_name)
        known = bool(special_tokens) and set(template.control_tokens) <= set(special_tokens)
        if known or (named and not special_tokens):
            return template
    return None


def _is_named_as(template: FimTemplate, model_name: str) -> bool:
    name = model_name.lower()
    return any(all(part in name for part in parts) for parts in _NAME_PARTS[template.family])
