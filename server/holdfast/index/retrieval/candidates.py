"""The names that may be needed: proposed by a retriever, defined in another file, not shown by this one in that sense.

Each is described by what the retrievers say of it and by what it is itself: how common, how its words match the lines
above, how many share it.
"""

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import Final

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.identifiers import COMMON_WORDS, SHORTEST_NAME, words_of
from holdfast.index.languages import share_names
from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.imported_definitions import MODULE_MEMBERS
from holdfast.index.retrieval.surroundings import Surroundings

_MOST_PROPOSED: Final = 800
_MOST_SHARERS: Final = 10
_CALLABLE: Final = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name, the lines that define it (the nearest first) and its signs, each from 0 to 1."""

    name: str
    definitions: tuple[DefinitionLine, ...]
    signs: Mapping[str, float]


def describe_candidates(reader: ChunkReader, around: Surroundings, answers: Collection[Answer]) -> list[Candidate]:
    """Every proposed name that another file of the project defines, with its signs."""
    proposed: dict[str, dict[str, float]] = {}
    for answer in answers:
        for sign, strengths in answer.signs.items():
            for name, strength in strengths.items():
                proposed.setdefault(name, {})[sign] = strength
    wanted = [
        name
        for name in proposed
        if (name not in around.shown or MODULE_MEMBERS in proposed[name])
        and len(name) >= SHORTEST_NAME
        and name not in COMMON_WORDS
    ]
    wanted = nlargest(_MOST_PROPOSED, wanted, key=lambda name: sum(proposed[name].values()))
    meant = [found for answer in answers for found in answer.definitions]
    by_name = _definitions(reader, around, wanted, meant)
    counts = reader.names.counts(name.lower() for name in by_name)
    # What the file had when it was indexed and does not show any more says nothing of how common a name is elsewhere.
    for name in _indexed_names(reader, around) & by_name.keys():
        counts[name.lower()] = max(0, counts[name.lower()] - 1)
    chunks = log(1 + reader.names.chunk_count())
    near, last, shown = _words(around.near), _words(around.last), _words(around.shown)
    folder = posixpath.dirname(around.query.path)
    paths = {found.path for definitions in by_name.values() for found in definitions}
    here = {path for path in paths if posixpath.dirname(path) == folder}
    candidates = []
    for name, definitions in by_name.items():
        words = words_of(name).split(" ")
        own = {
            "words_in_file": sum(word in shown for word in words) / len(words),
            "words_near": sum(word in near for word in words) / len(words),
            "words_last": sum(word in last for word in words) / len(words),
            "common": log(1 + counts[name.lower()]) / chunks,
            "shared": min(len(definitions), _MOST_SHARERS) / _MOST_SHARERS,
            "callable": float(any(found.kind in _CALLABLE for found in definitions)),
            "same_folder": float(any(found.path in here for found in definitions)),
        }
        candidates.append(Candidate(name, tuple(definitions), proposed[name] | own))
    return candidates


def _indexed_names(reader: ChunkReader, around: Surroundings) -> frozenset[str]:
    found = reader.names.names_of([around.query.path])
    return found[0].names if found else frozenset()


def _definitions(
    reader: ChunkReader, around: Surroundings, names: Sequence[str], meant: Iterable[DefinitionLine]
) -> dict[str, list[DefinitionLine]]:
    """The definitions of `names` in other files: those that a retriever means, then the nearest."""
    query = around.query
    by_name: dict[str, list[DefinitionLine]] = {}
    wanted = frozenset(names)
    found_first = [found for found in meant if found.name in wanted]
    found_then = reader.names.definitions_named(names)
    away = {path: -len(posixpath.commonprefix([query.path, path])) for path in {found.path for found in found_then}}
    # Nearer files first, then the shorter line.
    found_then.sort(key=lambda found: (away[found.path], len(found.text), found.path, found.line))
    for found in dict.fromkeys([*found_first, *found_then]):
        if found.path != query.path and share_names(found.language, query.language):
            by_name.setdefault(found.name, []).append(found)
    return by_name


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in words_of(name).split(" "))
