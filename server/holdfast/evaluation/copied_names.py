"""Places where a name is to be finished that a file in the context defines, or that nothing shows: half of each.

For a model that has learnt to copy names and nothing else, as the tests' tiny one: it can be right in the first half, and
can only guess in the other, so that what it says of its own certainty can be judged.
"""

import random
from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.cursor import Cursor

_SYLLABLES: Final = [
    "ba",
    "bre",
    "de",
    "dro",
    "fin",
    "gla",
    "go",
    "kai",
    "ku",
    "lam",
    "me",
    "neo",
    "pil",
    "ra",
    "ser",
    "tas",
    "tru",
    "vol",
    "wa",
    "zen",
]
_DEFINED: Final = 3
_TYPED: Final = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class CopiedName:
    """The cursor, what another file defines, and what is left of the name; `is_shown` where that file defines it."""

    cursor: Cursor
    block: ContextBlock
    rest: str
    is_shown: bool


def draw_copied_names(count: int, seed: int) -> tuple[CopiedName, ...]:
    """`count` places, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    return tuple(_draw(draw, is_shown=number % 2 == 0) for number in range(count))


def _draw(draw: random.Random, *, is_shown: bool) -> CopiedName:
    names: dict[str, str] = {}
    while len(names) <= _DEFINED:  # no two begin alike
        name = _word(draw, 3) + ("_" + _word(draw, 2) if draw.random() < 1 / 2 else "")
        names.setdefault(name[: min(_TYPED)], name)
    wanted, *others = names.values()
    shown = [wanted, *others[1:]] if is_shown else others
    draw.shuffle(shown)
    text = "\n\n\n".join(f"def {name}({_word(draw, 1)}):\n    return {draw.randint(1, 99)}" for name in shown) + "\n"
    module, typed = _word(draw, 2), min(draw.choice(_TYPED), len(wanted) - 2)
    before = f"import {module}\n\n\ndef {_word(draw, 2)}({_word(draw, 1)}):\n    return {module}.{wanted[:typed]}"
    path = f"{_word(draw, 2)}.py"
    block = ContextBlock(f"{module}.py", (1, text.count("\n")), "text", ("x",), 0, text)
    return CopiedName(Cursor(f"file:///{path}", None, path, "python", before, "\n"), block, wanted[typed:], is_shown)


def _word(draw: random.Random, syllables: int) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(syllables))
