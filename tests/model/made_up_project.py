"""Small made-up projects: a file that defines functions, and another one in which somebody begins to write a name of it.

The tiny model is trained on such projects, and tests ask it about others. A name is for the one or for the other by its
checksum (:func:`is_held_out`), so that no name of a test was ever seen in training.
"""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CONSONANTS: Final = (*"bcdfghjklmnpqrstvwxyz", "br", "dr", "gl", "kr", "pl", "st", "tr")
_VOWELS: Final = (*"aeiou", "ai", "eo")
_ENDINGS: Final = ("", "", "l", "n", "r", "s", "x")
_OPERATORS: Final = "+-*"
_HELD_OUT: Final = 4
"""Every fourth name is kept for tests."""

TYPED: Final = (3, 4, 5)
"""Letters of a name that stand before the cursor."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function: its name, its parameters, and its text with what belongs to it."""

    name: str
    parameters: tuple[str, ...]
    text: str

    @property
    def line(self) -> str:
        """The line that defines it."""
        return f"def {self.name}({', '.join(self.parameters)}):"


@dataclass(frozen=True, slots=True)
class MadeUpProject:
    """Modules by name, each with its functions; `before` is the current file up to the cursor, `rest` what is missing.

    `caller` is the current file's module, and `rest` what is left of the name of a function of `module`.
    """

    modules: dict[str, tuple[Definition, ...]]
    caller: str
    module: str
    before: str
    rest: str

    def text_of(self, module: str) -> str:
        """A module's file."""
        return "\n\n\n".join(definition.text for definition in self.modules[module]) + "\n"


def is_held_out(name: str) -> bool:
    """Whether `name` is for tests alone."""
    return zlib.crc32(name.encode()) % _HELD_OUT == 0


def made_up_name(rng: random.Random, *, held_out: bool) -> str:
    """A name for a function: six letters or more, often in two parts."""
    while True:
        name = _word(rng, 3) if rng.random() < 0.5 else f"{_word(rng, rng.choice((2, 3)))}_{_word(rng, 2)}"
        if len(name) >= 6 and is_held_out(name) is held_out:
            return name


def made_up_project(rng: random.Random, *, held_out: bool) -> MadeUpProject:
    """Two or three modules of a few functions, and a cursor behind the beginning of one of their names.

    Nothing of that name but its beginning stands in the current file, and no other name begins with the same letters.
    """
    names = _distinct_names(rng, held_out=held_out)
    words = iter(dict.fromkeys(_word(rng, 2) for _ in range(40)))
    modules = {
        next(words): tuple(_definition(rng, next(names)) for _ in range(rng.randint(1, 3)))
        for _ in range(rng.choice((1, 2)))
    }
    module = rng.choice(list(modules))
    wanted = rng.choice(modules[module]).name
    typed = min(rng.choice(TYPED), len(wanted) - 2)
    before = f"{_opening(rng, module, next(words), next(words))}{module}.{wanted[:typed]}"
    return MadeUpProject(modules, next(words), module, before, wanted[typed:])


def _opening(rng: random.Random, module: str, function: str, parameter: str) -> str:
    head = f"import {module}\n\n\ndef {function}({parameter}):\n    "
    if rng.random() < 0.3:
        head += f"{parameter} = {parameter} {rng.choice(_OPERATORS)} {rng.randint(1, 99)}\n    "
    return head + rng.choice(("return ", f"{parameter} = ", "", "print(", "if "))


def _distinct_names(rng: random.Random, *, held_out: bool) -> Iterator[str]:
    begun: set[str] = set()
    while True:
        name = made_up_name(rng, held_out=held_out)
        if name[: min(TYPED)] not in begun:
            begun.add(name[: min(TYPED)])
            yield name


def _definition(rng: random.Random, name: str) -> Definition:
    parameters = tuple(dict.fromkeys(_word(rng, rng.choice((1, 2))) for _ in range(rng.choice((1, 1, 2)))))
    body = f"    return {f' {rng.choice(_OPERATORS)} '.join(parameters)} {rng.choice(_OPERATORS)} {rng.randint(1, 99)}"
    return Definition(name, parameters, f"def {name}({', '.join(parameters)}):\n{body}")


def _word(rng: random.Random, syllables: int) -> str:
    parts = (rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(syllables))
    return "".join(parts) + rng.choice(_ENDINGS)
