"""The vectors of one workspace folder: what is known of its chunks, what is missing, and which are nearest."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from holdfast.code_chunk import CodeChunk
from holdfast.index.vectors.chunk_texts import ChunkTexts, Hash, hash_of
from holdfast.index.vectors.vector_set import VectorSet, as_rows
from holdfast.index.vectors.vector_store import StoredVectors, VectorStore, delete_vectors, read_vectors
from holdfast.sqlite.process_lock import ProcessLock

_LOCK_FILE: Final = "vectors.lock"
_FEW_UNUSED: Final = 1_000


@dataclass(frozen=True, slots=True)
class NearChunk:
    """A chunk and the cosine between its vector and the one asked for."""

    chunk: CodeChunk
    cosine: float


@dataclass(slots=True)
class _Known:
    """The vectors in memory; `hashes` in the order of their numbers, `numbers` of the chunks that have those hashes."""

    vectors: VectorSet | None = None
    hashes: list[Hash] = field(default_factory=list)
    places: dict[Hash, int] = field(default_factory=dict)
    numbers: Mapping[Hash, int] = field(default_factory=dict)


class WorkspaceVectors:
    """Blocking; `refresh` and `add` in one thread at a time, `nearest` in any."""

    def __init__(self, directory: Path) -> None:
        """`directory` is the cache folder that holds the index."""
        self._directory = directory
        self._texts = ChunkTexts(directory)
        self._lock = ProcessLock(directory, _LOCK_FILE)
        self._is_writer = False
        self._store: VectorStore | None = None
        self._model = ""
        self._known = _Known()
        self._guard = threading.Lock()
        self._is_closed = False

    @property
    def count(self) -> int:
        """How many vectors can be compared with."""
        vectors = self._known.vectors
        return vectors.count if vectors is not None else 0

    def has_changed(self) -> bool:
        """Whether the index is another one than at the last `refresh`. Raises StorageError."""
        return self._texts.has_changed()

    def refresh(self, model: str) -> list[tuple[Hash, int]]:
        """Follow the index, with vectors of `model` alone; the chunks that have none yet.

        None are missing where another process embeds this folder: then its vectors are read. Raises StorageError.
        """
        with self._guard:
            if self._is_closed:
                return []
            if model != self._model or self._store is None:
                self._load(model)
            known = self._known
            known.numbers = self._texts.numbers()
            if self._store is None:
                return []
            self._drop_unused()
            return [(key, number) for key, number in known.numbers.items() if key not in self._known.places]

    def texts(self, wanted: Sequence[tuple[Hash, int]]) -> dict[Hash, str]:
        """What to embed for these."""
        return self._texts.texts(wanted)

    def add(self, vectors: Mapping[Hash, Sequence[float]]) -> bool:
        """Keep vectors; False where they are of another dimension than those before, which then are all forgotten."""
        with self._guard:
            if self._is_closed or self._store is None or not vectors:
                return True
            rows = as_rows(list(vectors.values()))
            if self._store.dimension not in {0, rows.shape[1]}:
                self._begin_anew()
                return False
            self._store.add(list(vectors), rows)
            self._extend(StoredVectors(tuple(vectors), rows))
            return True

    def nearest(self, vector: Sequence[float], count: int) -> list[NearChunk]:
        """The `count` chunks nearest to `vector`, the nearest first; fewer where chunks have changed meanwhile."""
        known = self._known
        if known.vectors is None:
            return []
        found = [(known.hashes[place], cosine) for place, cosine in known.vectors.nearest(vector, count)]
        numbered = [(key, known.numbers[key], cosine) for key, cosine in found if key in known.numbers]
        chunks = self._texts.chunks([number for _, number, _ in numbered])
        return [
            NearChunk(chunks[number], cosine)
            for key, number, cosine in numbered
            if number in chunks and hash_of(chunks[number].text) == key
        ]

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            self._is_closed = True
            self._drop_store()
            self._lock.release()
            self._texts.close()

    def _load(self, model: str) -> None:
        self._drop_store()
        numbers = self._known.numbers
        self._known = _Known(numbers=numbers)
        self._is_writer = self._is_writer or self._lock.try_acquire()
        stored: StoredVectors | None
        if self._is_writer:
            self._store, stored = VectorStore.open(self._directory, model)
        else:
            stored = read_vectors(self._directory, model)
        self._model = model
        if stored is not None:
            self._extend(stored)

    def _extend(self, stored: StoredVectors) -> None:
        known = self._known
        if not stored.hashes:
            return
        vectors = known.vectors or VectorSet(stored.rows.shape[1])
        first = len(known.hashes)
        known.hashes.extend(stored.hashes)
        known.places.update((key, first + at) for at, key in enumerate(stored.hashes))
        vectors.add(stored.rows)
        known.vectors = vectors

    def _drop_unused(self) -> None:
        """Forget the vectors of texts that are gone, once they are many."""
        known, store = self._known, self._store
        unused = [key for key in known.places if key not in known.numbers]
        if store is not None and known.numbers and len(unused) > max(_FEW_UNUSED, len(known.numbers) // 4):
            store.remove(unused)
            self._load(self._model)

    def _begin_anew(self) -> None:
        self._drop_store()
        delete_vectors(self._directory)
        self._load(self._model)

    def _drop_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
