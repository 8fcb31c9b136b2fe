"""All words the engine knows: the corpus's vocabulary, and above its ids those that only open buffers have."""

from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.token_ids import FIRST_WORD
from holdfast.inference.embedded.vocabulary import Vocabulary

MAX_NEW_WORDS: Final = 50_000
"""Half-typed names add up over a day; past this the engine starts its ids again."""


class Words:
    """Ids for words and back. `vocabulary` is None while there is no corpus."""

    def __init__(self, vocabulary: Vocabulary | None) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, int] = {}
        self._new: list[str] = []
        self._base = FIRST_WORD if vocabulary is None else len(vocabulary)

    @property
    def size(self) -> int:
        """Ids run below this."""
        return self._base + len(self._new)

    @property
    def is_full(self) -> bool:
        """Whether so many new words came that the ids should be given out anew."""
        return len(self._new) >= MAX_NEW_WORDS or len(self._known) >= 4 * MAX_NEW_WORDS

    def id_of(self, word: str) -> int:
        """The id of `word`, a new one if nobody had it."""
        known = self._known.get(word)
        if known is None:
            known = None if self._vocabulary is None else self._vocabulary.find(word)
            if known is None:
                known = self._base + len(self._new)
                self._new.append(word)
            self._known[word] = known
        return known

    def word(self, token: int) -> str:
        """The text of an id that is a word."""
        if token >= self._base:
            return self._new[token - self._base]
        if self._vocabulary is None:
            raise IndexError(f"no word {token}")
        return self._vocabulary.word(token)

    def in_corpus(self, prefix: str) -> range:
        """The corpus's ids that begin with `prefix`."""
        return range(0) if self._vocabulary is None else self._vocabulary.beginning_with(prefix)

    def mask(self, prefix: str) -> npt.NDArray[np.bool_]:
        """For every id there is, whether its word begins with `prefix`."""
        mask = np.zeros(self._base + len(self._new), dtype=np.bool_)
        corpus = self.in_corpus(prefix)
        mask[corpus.start : corpus.stop] = True
        mask[self._base :] = [word.startswith(prefix) for word in self._new]
        return mask
