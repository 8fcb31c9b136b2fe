"""What remains of a token when names do not matter: its shape, for matching code that differs only in its names.

Keywords, operators and marks keep themselves; a name or a number keeps the white space before it and its style. The
matching of parameterised strings is Baker's ("A theory of parameterized pattern matching", STOC 1993).
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from holdfast.inference.embedded.token_ids import FIRST_WORD
from holdfast.inference.embedded.words import Words

KEYWORDS: Final = frozenset(
    """
    abstract and any as assert async await bool boolean break byte case catch char class const constructor continue
    crate debugger def default defer del delete do double elif else end enum except export extends extern False final
    finally float fn for foreach from func function global go goto if impl implements import in include instanceof int
    interface is lambda let long loop match mod module mut namespace new nil None nonlocal not null number object of or
    override package pass private protected pub public raise range readonly ref return self Self short signed sizeof
    static str string struct super switch template then this throw throws trait True true false try type typedef typeof
    undefined union unsafe unsigned use using val var virtual void volatile where while with yield
    """.split()  # noqa: SIM905 -- a table of words reads best as words
)
_FIRST_SHAPE: Final = 0xFFFF0000
_FIRST_STRUCTURE: Final = 0xFFFE0000
_NOT_YET: Final = 0
_NAME: Final = re.compile(r"\w+")
_NO_STEM: Final = 0


class Shapes:
    """Shape and stem of every id, worked out when first asked for."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._shapes = np.arange(_FIRST_STRUCTURE, _FIRST_STRUCTURE + FIRST_WORD, dtype=np.uint32)
        self._stems = np.zeros(FIRST_WORD, np.uint32)
        self._numbers: dict[str, int] = {}

    def of(self, tokens: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Shapes and stems of `tokens`. Equal stems are one name, however spaced; 0 is the stem of what is no name."""
        size = self._words.size
        if len(self._shapes) < size:
            missing = np.zeros(size + size // 4 - len(self._shapes), np.uint32)
            self._shapes = np.concatenate((self._shapes, missing))
            self._stems = np.concatenate((self._stems, missing))
        shapes = self._shapes[tokens]
        new = shapes == _NOT_YET
        if new.any():
            for token in np.unique(tokens[new]).tolist():
                self._shapes[token], self._stems[token] = self._work_out(token)
            shapes = self._shapes[tokens]
        return shapes, self._stems[tokens]

    def _work_out(self, token: int) -> tuple[int, int]:
        word = self._words.word(token)
        stem = word.lstrip()
        if not _NAME.fullmatch(stem) or stem in KEYWORDS:
            return token, _NO_STEM
        space = min(len(word) - len(stem), 2)
        style = 3 if stem[0].isdigit() else 2 if stem.isupper() else 1 if stem[0].isupper() else 0
        return _FIRST_SHAPE + 4 * space + style, self._numbers.setdefault(stem, len(self._numbers) + 1)
