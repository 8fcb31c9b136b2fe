"""How a pair is written: plain, or as the prompt of a family of models with what it should answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from holdfast.dataset.pair import Pair
from holdfast.errors import UsageError
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.table import FAMILIES
from holdfast.inference.file_window import FileWindow
from holdfast.inference.prompt import write_head, write_prompt

Row = dict[str, str | int]

GENERIC: Final = "generic"


@dataclass(frozen=True, slots=True)
class Layout:
    """`name` is the format's; `write` makes a row of a pair; `fields` says in words what a row holds."""

    name: str
    write: Callable[[Pair], Row]
    fields: str


def layout_of(name: str, repository: str) -> Layout:
    """The layout with this name: `generic`, or a family of `holdfast models`; UsageError for any other."""
    if name == GENERIC:
        fields = "`prefix`, `middle`, `suffix`: the text before a part of a file, the part, and the text after it"
        return Layout(name, lambda pair: _plain(pair, repository), fields)
    family = next((family for family in FAMILIES if family.name == name and family.order in {"psm", "spm"}), None)
    if family is None:
        names = ", ".join((GENERIC, *(family.name for family in FAMILIES if family.order in {"psm", "spm"})))
        raise UsageError(f"“{name[:100]}” is no format.", remedy=f"Formats: {names}.")
    fields = f"`prompt`: what Holdfast would send to {name}; `completion`: what it should answer, without an end token"
    return Layout(name, lambda pair: _prompted(pair, repository, family), fields)


def _plain(pair: Pair, repository: str) -> Row:
    return {"prefix": pair.prefix, "middle": pair.middle, "suffix": pair.suffix, **_origin(pair, repository)}


def _prompted(pair: Pair, repository: str, family: ModelFamily) -> Row:
    head = write_head(family, repository, (), language=pair.language)
    window = FileWindow(0, pair.prefix, pair.suffix)
    prompt = write_prompt(family, head, pair.path, window, language=pair.language)
    return {"prompt": prompt, "completion": pair.middle, **_origin(pair, repository)}


def _origin(pair: Pair, repository: str) -> Row:
    return {
        "repo": repository,
        "path": pair.path,
        "line": pair.line,
        "language": pair.language,
        "kind": pair.kind,
    }
