"""Members of the classes that the code around the cursor deals with.

Which class a receiver has is not worked out by types; it shows in the names. A class counts as in use when its own name
stands in the file, and the more so, the more of its members do.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.identifiers import identifiers_in
from holdfast.index.languages import share_names
from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.surroundings import Surroundings

SIGNS: Final = ("owner_in_file", "owner_once", "owner_near", "members_in_file", "members_near")
_MOST_OWNERS: Final = 40
_MOST_NAMES: Final = 3_000
_MOST_CHARACTERS: Final = 400_000


def members_in_use(reader: ChunkReader, around: Surroundings) -> Answer:
    """The members of classes named, or used by their members, in the file and in the last 20 lines."""
    definitions = [
        found
        for found in reader.names.definitions_named(islice(dict.fromkeys([*around.near, *around.shown]), _MOST_NAMES))
        if share_names(found.language, around.query.language)
    ]
    near = frozenset(around.near)
    in_file = _owners_used(definitions, around.shown)
    in_near = _owners_used([found for found in definitions if found.name in near], near)
    classes = {found.name for found in definitions if found.kind == "class"}
    once = classes & _shown_once(around)
    owners = sorted({*in_file, *in_near, *classes}, key=lambda owner: _order(owner, in_near, in_file, near, once))
    strengths: dict[str, dict[str, float]] = {sign: {} for sign in SIGNS}
    chosen = owners[:_MOST_OWNERS]
    members = [
        member
        for member in (reader.names.members_of(chosen) if chosen else [])
        if share_names(member.language, around.query.language)
    ]
    for member in members:
        owner = member.owner
        told = (
            float(owner in around.shown),
            float(owner in once),
            float(owner in near),
            in_file.get(owner, 0.0),
            in_near.get(owner, 0.0),
        )
        for sign, strength in zip(SIGNS, told, strict=True):
            strengths[sign][member.name] = max(strength, strengths[sign].get(member.name, 0.0))
    return Answer(strengths, definitions=tuple(members))


def _shown_once(around: Surroundings) -> set[str]:
    """Names that the file shows a single time: what is imported and not used yet is about to be."""
    counts = Counter(identifiers_in(around.text[:_MOST_CHARACTERS]))
    return {name for name, count in counts.items() if count == 1}


def _owners_used(definitions: Iterable[DefinitionLine], names: frozenset[str]) -> dict[str, float]:
    """How surely each class is the one whose members are among `names`; a name that many classes have tells little."""
    owners_of: dict[str, set[str]] = {}
    for found in definitions:
        if found.owner and found.name in names:
            owners_of.setdefault(found.name, set()).add(found.owner)
    used: dict[str, float] = {}
    for owners in owners_of.values():
        for owner in owners:
            used[owner] = used.get(owner, 0.0) + 1 / len(owners)
    return {owner: told / (told + 1) for owner, told in used.items()}


def _order(
    owner: str, in_near: dict[str, float], in_file: dict[str, float], near: frozenset[str], once: set[str]
) -> tuple[float, float, str]:
    return (-(in_near.get(owner, 0.0) + (owner in near) + (owner in once)), -in_file.get(owner, 0.0), owner)
