"""Completions from the project's own code: a nested cache n-gram model, with the mapped corpus under the open buffers.

Hellendoorn and Devanbu, "Are deep neural networks the best choice for modeling source code?", FSE 2017: the file's own
counts over the folder's over the project's. It answers with the most probable rest of the line, if that is probable.
One worker thread at a time: learn, forget, refresh and complete share caches without a lock.
"""

import logging
import posixpath
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from holdfast.inference.embedded.build import FOLDER
from holdfast.inference.embedded.confidence import confidence_of, describe
from holdfast.inference.embedded.corpus import Corpus
from holdfast.inference.embedded.corpus_file import Generation, generations
from holdfast.inference.embedded.cursor import Cursor, find_cursor, last_indent
from holdfast.inference.embedded.lexer import lines_of
from holdfast.inference.embedded.line_search import search_lines
from holdfast.inference.embedded.nearness import CURRENT_FILE
from holdfast.inference.embedded.neighbourhood import Neighbourhood
from holdfast.inference.embedded.open_buffers import MAX_CHARACTERS, OpenBuffers
from holdfast.inference.embedded.recent import Recent
from holdfast.inference.embedded.renamed import WINDOW, Renamed
from holdfast.inference.embedded.scopes import Beginning, CurrentFile, Project, Scopes
from holdfast.inference.embedded.shapes import Shapes
from holdfast.inference.embedded.token_ids import BOUNDARY, line_break
from holdfast.inference.embedded.token_stream import TokenStream
from holdfast.inference.embedded.words import Words

THRESHOLD: Final = 0.25
"""Suggestions above it are right more often than not: many are far above."""
_TIME_LIMIT_S: Final = 0.012
"""For the search; reading what changed comes before it and weighing what it found after it."""
_CUT: Final = 1 << 16
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmbeddedRequest:
    """A cursor in a live buffer: the text before and after it. `before` may end anywhere, within a name too."""

    path: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EmbeddedSuggestion:
    """What to insert at the cursor.

    `text` goes to the end of its line, or up to what follows there; `confidence` in 0..1; `sources` are the paths it
    was learnt from, the most important first.
    """

    text: str
    confidence: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Current:
    """The lines around the cursor, read once for as long as they stay: the key is (path, above, below)."""

    key: tuple[str, str, str]
    file: CurrentFile
    ending: tuple[int, ...]
    indent: int


class EmbeddedEngine:
    """Answers from the corpus under `directory`, if there is one, and from what it has been told of open buffers.

    Suggestions less probable than `threshold` are kept back; `clock` counts the seconds that a search may take: of
    this thread's own work, so that a busy machine does not silence it.
    """

    def __init__(
        self, directory: Path, *, threshold: float = THRESHOLD, clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._directory = directory / FOLDER
        self._threshold = threshold
        self._clock = clock
        self._buffers = OpenBuffers()
        self._corpus: Corpus | None = None
        self._mapped: Generation | None = None
        self._damaged: set[Generation] = set()
        self._current: _Current | None = None
        self._near: tuple[str, Neighbourhood] | None = None
        self._mapped_bytes = 0
        self._renumber()

    def refresh(self) -> bool:
        """Map a newer corpus if there is one, and say whether there was. A damaged one is logged and passed over."""
        if self._corpus is not None and self._was_truncated():
            _logger.warning("The embedded corpus was cut short; completing from open files only.")
            self._corpus = None
            self._renumber()
        for generation in generations(self._directory):
            if generation == self._mapped:
                break
            if generation in self._damaged:
                continue
            try:
                self._corpus = Corpus(generation.path)
            except (OSError, ValueError, KeyError, TypeError) as error:
                _logger.warning("Passing over %s, which is damaged: %s.", generation.path, error)
                self._damaged.add(generation)
                continue
            self._mapped, self._mapped_bytes = generation, generation.path.stat().st_size
            self._renumber()
            return True
        return False

    def _was_truncated(self) -> bool:
        """Whether the mapped file is shorter now: touching what is gone would end the process (SIGBUS)."""
        try:
            return self._mapped is not None and self._mapped.path.stat().st_size < self._mapped_bytes
        except OSError:
            return False  # deleted: what is mapped stays whole

    def learn(self, path: str, language: str, text: str) -> None:  # noqa: ARG002 -- the model is one for all languages
        """An open buffer as it is now; it replaces what was known of `path`, on disk too."""
        self._buffers.learn(path, text)

    def forget(self, path: str) -> None:
        """The buffer was closed: what the disk says of `path` counts again."""
        self._buffers.forget(path)

    def complete(self, request: EmbeddedRequest) -> EmbeddedSuggestion | None:
        """The rest of the line at the cursor; None when nothing is probable enough. Blocking, some milliseconds."""
        if self._words.is_full:
            self._renumber()
        try:
            return self._complete(request)
        except (IndexError, ValueError):
            if self._corpus is None:
                raise
            _logger.warning("The embedded corpus is damaged; completing from open files only.", exc_info=True)
            self._corpus = None
            self._renumber()
            return self._complete(request)

    def _renumber(self) -> None:
        self._words = Words(None if self._corpus is None else self._corpus.vocabulary)
        self._shapes = Shapes(self._words)
        self._stream = TokenStream(self._words.id_of)
        self._buffers.renumber()
        self._current = None
        self._near = None

    def _complete(self, request: EmbeddedRequest) -> EmbeddedSuggestion | None:
        cursor = find_cursor(_recent_part(request.before), request.after[:MAX_CHARACTERS])
        scopes = self._scopes(request.path, cursor)
        deadline = self._clock() + _TIME_LIMIT_S

        def text_of(tokens: Sequence[int]) -> str:
            return "".join(map(self._words.word, tokens))[len(cursor.prefix) :]

        def accept(tokens: Sequence[int]) -> bool:
            text = text_of(tokens)
            return bool(text.strip()) and len(text) > len(cursor.rest) and text.endswith(cursor.rest)

        line = "".join(cursor.tokens) + cursor.prefix
        best: tuple[float, str, tuple[str, ...]] | None = None
        for found in search_lines(scopes.distribution, accept, lambda: self._clock() > deadline):
            text = text_of(found.line.tokens)
            steps, sources = scopes.evidence(found.line.tokens)
            confidence = confidence_of(describe(found, steps, cursor, line + text))
            if best is None or confidence > best[0]:
                best = (confidence, text, sources)
        if best is None or best[0] < self._threshold:
            return None
        confidence, text, sources = best
        return EmbeddedSuggestion(text[: len(text) - len(cursor.rest)], confidence, sources)

    def _scopes(self, path: str, cursor: Cursor) -> Scopes:
        key = (path, cursor.above, cursor.below)
        if self._current is None or self._current.key != key:
            self._current = self._read_current(key)
        current = self._current
        others = self._buffers.around(path, self._stream, self._words, self._shapes)
        line = map(self._words.id_of, cursor.tokens)
        context = [*current.ending, line_break(cursor.indent, current.indent), *line]
        beginning = None
        if cursor.prefix:
            whole = self._words.id_of(cursor.prefix) if cursor.prefix.strip() else None
            mask = self._words.mask(cursor.prefix)
            beginning = Beginning(whole, self._words.in_corpus(cursor.prefix), mask)
        return Scopes(context, beginning, current.file, others, self._project(path, others.paths))

    def _read_current(self, key: tuple[str, str, str]) -> _Current:
        path, above, below = key
        over, under = self._stream.encode(lines_of(above)), self._stream.encode(lines_of(below))
        ids = np.array(over + under + array("I", [BOUNDARY]), dtype=np.uint32)
        recent = Recent(ids, np.full(len(ids), CURRENT_FILE, np.float32))
        file = CurrentFile(path, recent, Renamed(ids, self._words, self._shapes))
        return _Current(key, file, tuple(over[-WINDOW:]), last_indent(above))

    def _project(self, path: str, excluded: Sequence[str]) -> Project | None:
        corpus = self._corpus
        if corpus is None:
            return None
        folder = posixpath.dirname(path)
        if self._near is None or (self._near[0] != folder and not self._near[1].is_whole):
            self._near = (folder, Neighbourhood(corpus, corpus.nearness(path), self._words, self._shapes))
        return Project(corpus, corpus.weigh(path, excluded), self._near[1])


def _recent_part(before: str) -> str:
    """The last MAX_CHARACTERS or somewhat less, cut where the cut stays for many keystrokes."""
    excess = len(before) - MAX_CHARACTERS
    return before[-(-excess // _CUT) * _CUT :] if excess > 0 else before
