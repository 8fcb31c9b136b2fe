"""What the syntax tree of one file says: its definitions, the fields of its classes, its imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

DefinitionKind = Literal["function", "class", "constant", "section"]


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `name` is "" for the module itself, "*" for everything, "default" for JavaScript's default.

    `alias` is what this file calls it, "" when it keeps its name.
    """

    module: str
    name: str
    alias: str


@dataclass(slots=True)
class Definition:
    """Rows are 0-based and inclusive; `first_row` includes decorators and `export`, `signature_row` does not.

    `start` and `end` are the bytes it spans, by which definitions on one line are told apart; `name_start` is the
    byte of its name. `owner` is the type it names itself (Go's receiver, C++'s `X::`), "" where position tells.
    An extension adds members to a type that is defined elsewhere (Rust's `impl`, Swift's `extension`).
    """

    kind: DefinitionKind
    name: str
    owner: str
    name_start: int
    start: int
    end: int
    first_row: int
    last_row: int
    signature_row: int
    signature_last_row: int
    is_extension: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field, attribute, enum member or property: 0-based rows of its declaration, row and byte of its name."""

    name: str
    first_row: int
    last_row: int
    name_row: int
    name_start: int


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a query found in a file: definitions by position, fields in order, imports."""

    definitions: Sequence[Definition]
    fields: Sequence[Field]
    imports: tuple[Import, ...]
