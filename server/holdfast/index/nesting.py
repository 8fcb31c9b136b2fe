"""Who owns what: definitions and fields under the classes around them, by position."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.index.anatomy import Anatomy, Definition, Field


@dataclass(frozen=True, slots=True)
class Owned:
    """A definition that becomes a chunk, with the names of the classes around it."""

    definition: Definition
    owners: tuple[str, ...]
    members: list[Definition]

    @property
    def qualified_name(self) -> str:
        """The name with its owners before it, joined by "."."""
        return ".".join((*self.owners, self.definition.name))


def nest(definitions: Sequence[Definition]) -> list[Owned]:
    """Definitions in order with their owners (classes, object literals); those inside a function are left to it."""
    kept: list[Owned] = []
    around: list[Owned] = []
    for found in definitions:
        while around and _is_beside(found, around[-1].definition):
            around.pop()
        if around and around[-1].definition.kind == "function":
            continue
        owners: tuple[str, ...] = ()
        if around:
            outer = around[-1]
            outer.members.append(found)
            owners = (*outer.owners, outer.definition.name)
        if found.owner:
            owners = (*owners, found.owner)
        owned = Owned(found, owners, [])
        kept.append(owned)
        around.append(owned)
    return kept


def _is_beside(found: Definition, other: Definition) -> bool:
    """Whether `found` is not inside `other`; names of one span (`typedef struct a {} b`) stand side by side."""
    return found.start >= other.end or (found.start == other.start and found.end == other.end)


def owned_fields(anatomy: Anatomy, nested: Sequence[Owned]) -> Iterator[tuple[str, Field]]:
    """(qualified name, field) of the first declaration of each, owned by the innermost class or constant around it."""
    owners = [owned for owned in nested if owned.definition.kind != "function"]
    around: list[Owned] = []
    seen: set[str] = set()
    next_owner = 0
    for field in anatomy.fields:
        while next_owner < len(owners) and owners[next_owner].definition.start <= field.name_start:
            around.append(owners[next_owner])
            next_owner += 1
        while around and around[-1].definition.end <= field.name_start:
            around.pop()
        prefix = f"{around[-1].qualified_name}." if around else ""
        if prefix + field.name not in seen:
            seen.add(prefix + field.name)
            yield prefix + field.name, field
