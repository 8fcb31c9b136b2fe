"""The front door of retrieval: every retriever asked, their answers joined into likelihoods, and lines that show the names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.languages import share_names
from holdfast.index.retrieval.candidates import Candidate, describe_candidates
from holdfast.index.retrieval.code_lines import definition_lines, found_line, usage_lines
from holdfast.index.retrieval.evidence import Answer, Retriever
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.index.retrieval.imported_definitions import (
    MODULE_MEMBERS,
    definitions_of_imported_names,
    imported_definitions,
)
from holdfast.index.retrieval.likelihood import likelihoods, strongest_signs
from holdfast.index.retrieval.live_definitions import LiveDefinitions, as_they_are_now
from holdfast.index.retrieval.live_reader import LiveReader
from holdfast.index.retrieval.members_in_use import members_in_use
from holdfast.index.retrieval.near_paths import near_paths
from holdfast.index.retrieval.query import RetrievalQuery, place_of
from holdfast.index.retrieval.resembling_code import affordable, alike_chunk, resembling_code
from holdfast.index.retrieval.sign_weights import AT_CURSOR, IN_FILE, Factors, adjusted
from holdfast.index.retrieval.similar_files import similar_files
from holdfast.index.retrieval.surroundings import Surroundings, look_around
from holdfast.index.retrieval.working_set import working_set

RETRIEVERS: Final[Mapping[str, Retriever]] = {
    "imported_definitions": imported_definitions,
    "members_in_use": members_in_use,
    "resembling_code": resembling_code,
    "similar_files": similar_files,
    "near_paths": near_paths,
    "working_set": working_set,
}
_RETRIEVER_OF: Final[Mapping[str, str]] = {
    "imported": "imported_definitions",
    MODULE_MEMBERS: "imported_definitions",
    "reexported": "imported_definitions",
    "owner_in_file": "members_in_use",
    "owner_once": "members_in_use",
    "owner_near": "members_in_use",
    "members_in_file": "members_in_use",
    "members_near": "members_in_use",
    "resembling_code": "resembling_code",
    "resembling_lines": "resembling_code",
    "similar_files": "similar_files",
    "near_paths": "near_paths",
    "sibling": "near_paths",
    "working_set": "working_set",
    "embeddings": "embeddings",
}
_MOST_NAMES: Final = 400
_MOST_ASKED: Final = 60
_MOST_HITS: Final = 120
_IN_FLUX: Final = -1
_MOST_USAGES: Final = 2_500


class Retrieval:
    """Answers for one index. Blocking: call it in a worker thread, one call at a time for each reader."""

    def __init__(self, reader: ChunkReader, retrievers: Mapping[str, Retriever] = RETRIEVERS) -> None:
        """`retrievers` are fewer, or others, to see what they are worth."""
        self._reader = reader
        self.retrievers = retrievers
        self.factors: Factors = {}
        """What experience says of each retriever; another mapping may be put here at any time."""
        self._live = LiveDefinitions()

    def add(self, name: str, retriever: Retriever) -> None:
        """Ask one more retriever, which needs more than the index."""
        self.retrievers = {**self.retrievers, name: retriever}

    def find(self, query: RetrievalQuery, held: Collection[str] = ()) -> Findings:
        """What may be needed next; the files at the paths in `held` are looked up besides, to see whether they changed.

        Empty while there is no index; raises StorageError when it cannot be read.
        """
        around, live = look_around(query), self._live.of(query.working_set)
        reader = LiveReader(self._reader, live) if live else self._reader
        revision = reader.connection.look()
        answers = self._ask(reader, around)
        candidates = describe_candidates(reader, around, answers.values())
        factors = self.factors.get((query.language, place_of(query.before)), {})
        at_cursor = likelihoods(candidates, adjusted(AT_CURSOR, factors, _RETRIEVER_OF))
        in_file = likelihoods(candidates, adjusted(IN_FILE, factors, _RETRIEVER_OF))
        best = nlargest(_MOST_NAMES, candidates, key=lambda candidate: at_cursor[candidate.name])
        best += nlargest(_MOST_NAMES, candidates, key=lambda candidate: in_file[candidate.name])
        chosen = {candidate.name: candidate for candidate in best}
        imported = self._imported(reader, around)
        met = [chunk for answer in answers.values() for chunk in answer.code]
        met += self._code_with(reader, around, sorted(chosen, key=lambda name: -at_cursor[name]))
        chunks = list(as_they_are_now(met, live))
        files = reader.names.file_numbers({*held, *(chunk.path for chunk in chunks)})
        if reader.connection.look() != revision:
            # Written meanwhile: what was read may be of the state before, and must not count as of this one.
            files = dict.fromkeys(files, _IN_FLUX)
        # A use of such a name would not do: its definition is to be shown.
        to_use = chosen.keys() - {name for name, candidate in chosen.items() if MODULE_MEMBERS in candidate.signs}
        lines = {(line.path, line.line): line for line in usage_lines(chunks, files, to_use, _MOST_USAGES)}
        lines |= {(line.path, line.line): line for line in definition_lines(chosen.values())}
        lines |= {(line.path, line.line): line for line in imported}
        return Findings(
            at_cursor=chosen_likelihood(chosen, at_cursor),
            in_file=chosen_likelihood(chosen, in_file),
            found_by={name: strongest_signs(candidate, AT_CURSOR, _RETRIEVER_OF) for name, candidate in chosen.items()},
            lines=tuple(lines.values()),
            imported=imported,
            alike=alike_chunk(chunks, around),
            files=files,
        )

    def rank_names(self, query: RetrievalQuery, retriever: str) -> list[Candidate]:
        """What one retriever, asked alone, gives for a cursor, the likeliest first."""
        around = look_around(query)
        candidates = describe_candidates(self._reader, around, [self.retrievers[retriever](self._reader, around)])
        likelihood = likelihoods(candidates, AT_CURSOR)
        return sorted(candidates, key=lambda candidate: (-likelihood[candidate.name], candidate.name))

    def describe(self, query: RetrievalQuery) -> list[Candidate]:
        """Every candidate with its signs: what the weights are fitted on."""
        around = look_around(query)
        return describe_candidates(self._reader, around, self._ask(self._reader, around).values())

    def _ask(self, reader: ChunkReader, around: Surroundings) -> dict[str, Answer]:
        return {name: retriever(reader, around) for name, retriever in self.retrievers.items()}

    def _code_with(self, reader: ChunkReader, around: Surroundings, names: Sequence[str]) -> list[CodeChunk]:
        """Chunks of other files that hold several of the likeliest names: one line of theirs may show more than one."""
        counts = reader.names.counts(name.lower() for name in names[:_MOST_ASKED])
        words = affordable(dict.fromkeys(name.lower() for name in names[:_MOST_ASKED]), counts)
        hits = reader.chunks_with_words(words, _MOST_HITS)
        return [
            hit.chunk
            for hit in hits
            if hit.chunk.path != around.query.path and share_names(hit.chunk.language, around.query.language)
        ]

    def _imported(self, reader: ChunkReader, around: Surroundings) -> tuple[FoundLine, ...]:
        if "imported_definitions" not in self.retrievers:
            return ()
        found = definitions_of_imported_names(reader, around)
        return tuple(replace(found_line(definition), called=called) for definition, called in found)


def chosen_likelihood(chosen: Collection[str], likelihood: Mapping[str, float]) -> dict[str, float]:
    """The likelihoods of the chosen names."""
    return {name: likelihood[name] for name in chosen}
