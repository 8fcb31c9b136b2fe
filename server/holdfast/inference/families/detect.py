"""Which family a model is of, from what the server says of it; its tokenizer settles what its name only promises."""

import re
from dataclasses import dataclass
from typing import Final

from holdfast.inference.families.family import ModelFamily, short_name
from holdfast.inference.families.table import CHAT, FAMILIES, SERVER_TEMPLATE, UNTRAINED
from holdfast.inference.model_server import ModelDetails

_ENCODERS: Final = re.compile(r"bert|embed|bge|minilm|rerank|t5encoder|clip")
_CONVERSES: Final = re.compile(
    r"\.Messages|\.System|\.Role|messages|<\|im_start\|>|<\|user\|>|\[INST\]|start_of_turn|<\|start_header_id\|>|### ?(User|Instruction)"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model can be asked to fill in the middle; `family` None: not at all. `why` says it to a person."""

    family: ModelFamily | None
    why: str

    @property
    def fills(self) -> bool:
        """Whether it fills a hole by training, and not because it is asked nicely."""
        return self.family is not None and self.family is not CHAT


def family_named(model_name: str) -> ModelFamily | None:
    """The family that a model's name promises."""
    if re.search(UNTRAINED, short_name(model_name)):
        return None
    return next((family for family in FAMILIES if family.is_named(model_name)), None)


def fit_of(model: ModelDetails) -> Fit:
    """The best way to ask `model`, or why there is none."""
    refused = _why_not(model)
    if refused is not None:
        return Fit(None, refused)
    by_tokens = _by_tokenizer(model) if model.special_tokens else _by_template(model)
    if by_tokens is not None:
        return by_tokens
    if "insert" in model.capabilities:
        return Fit(
            SERVER_TEMPLATE, "its family is not known here, but the server has a template that fills in the middle"
        )
    if _converses(model):
        return Fit(CHAT, "it only converses: second best, asked in words for what is missing")
    return Fit(None, "it neither fills in the middle nor converses")


def _why_not(model: ModelDetails) -> str | None:
    capabilities = set(model.capabilities)
    if capabilities and not capabilities & {"completion", "insert"}:
        return f"it does not write text ({', '.join(sorted(capabilities))} only)"
    if not capabilities and _ENCODERS.search(f"{model.architecture} {model.name}".lower()):
        return "it embeds text and does not write any"
    return None


def _by_tokenizer(model: ModelDetails) -> Fit | None:
    """The family whose tokens the vocabulary has; of several the one that is named, then the one of its architecture."""
    if re.search(UNTRAINED, short_name(model.name)):
        return None
    # SentencePiece writes a leading blank as U+2581, and Code Llama's tokens have one.
    vocabulary = {token.lstrip("\u2581 ") for token in model.special_tokens} | set(model.special_tokens)
    fitting = [family for family in FAMILIES if set(family.tokens) <= vocabulary]
    for family in fitting:
        if family.is_named(model.name):
            return Fit(family, f"its name and its tokenizer say {family.name}")
    if any(family.is_unlike(model.name) for family in fitting):
        return None
    for family in sorted(fitting, key=lambda family: -len(family.tokens)):
        if not model.architecture or model.architecture in family.architectures:
            promised = family_named(model.name)
            lie = f", whatever its name says of {promised.name}" if promised is not None else ""
            return Fit(family, f"its tokenizer is that of {family.name}{lie}")
    return None


def _by_template(model: ModelDetails) -> Fit | None:
    """The family of a model whose vocabulary nobody tells: by its name, or by the tokens in its template."""
    named = family_named(model.name)
    if named is not None:
        return Fit(named, f"its name says {named.name}; the server does not list its tokens")
    if re.search(UNTRAINED, short_name(model.name)) or ".Suffix" not in model.template:
        return None
    for family in FAMILIES:
        if all(token in model.template for token in _hole_of(family)) and model.architecture in family.architectures:
            return Fit(family, f"its template is that of {family.name}")
    return None


def _hole_of(family: ModelFamily) -> tuple[str, ...]:
    return tuple(part for part in (family.prefix.strip(), family.suffix.strip(), family.middle.strip()) if part)


def _converses(model: ModelDetails) -> bool:
    may = "completion" in model.capabilities or not model.capabilities
    return may and _CONVERSES.search(model.template) is not None
