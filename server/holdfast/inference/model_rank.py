"""Which of several models completes best, from the list alone: none is asked, since asking costs megabytes each."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from holdfast.inference.families.detect import family_named
from holdfast.inference.installed_memory import fits_into, installed_memory
from holdfast.inference.model_server import InstalledModel

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([BM])", re.IGNORECASE)
_THOUSAND: Final = 1000.0
_EMBEDS: Final = "embed"


def in_order(
    models: Sequence[InstalledModel], loaded: Collection[str], memory: int | None = None
) -> tuple[list[InstalledModel], list[InstalledModel]]:
    """The models whose names promise a family that is known to fill in the middle, best first, and the others.

    Loaded ones first, as loading takes seconds and may push a chat model out; then what fits into `memory` (bytes; this
    machine's where None); then what is not below the least good size of its family; of those the smallest, as completion
    wants speed.
    """
    memory = memory if memory is not None else installed_memory()

    def rank(model: InstalledModel) -> tuple[bool, bool, bool, int, str]:
        is_small = not is_good(model)
        return (
            model.name not in loaded,
            not fits_into(model.size, memory),
            is_small,
            -model.size if is_small else model.size,
            model.name,
        )

    ordered = sorted(models, key=rank)
    known = [model for model in ordered if _is_promising(model)]
    others = [model for model in ordered if not _is_promising(model) and _EMBEDS not in model.name]
    return known, others


def _is_promising(model: InstalledModel) -> bool:
    family = family_named(model.name)
    return family is not None and family.documented


def is_good(model: InstalledModel) -> bool:
    """Whether a model is not below the least good size of its family; one that does not tell its size is."""
    family = family_named(model.name)
    parameters = parameters_of(model.parameter_size)
    # A name rounds: 1.5B has 1.54, 7B 6.7.
    return family is None or parameters is None or parameters >= family.least_good * 0.9


def parameters_of(text: str) -> float | None:
    """Thousand millions of parameters in a server's words (`1.5B`, `494.03M`), or None."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    return float(found[1]) / (_THOUSAND if found[2].upper() == "M" else 1.0)


def why_best(model: InstalledModel, known: Sequence[InstalledModel], loaded: Collection[str]) -> str:
    """Why `model` stands before the others of `known`, for a person."""
    if len(known) == 1:
        return "the only one whose name promises it"
    if model.name in loaded:
        return "loaded already"
    return "the smallest of good size that fits this machine" if is_good(model) else "the largest there is"
