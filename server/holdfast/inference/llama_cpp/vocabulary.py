"""What the server's own tokenizer says: which strings are control tokens to it, and how it writes a hole in a file.

llama.cpp tells no list of its control tokens, but it tokenizes: a string that comes back as one token, when special
tokens are parsed, is one to this model. The strings asked about are those of the families that Holdfast knows, and
those of the model's own conversation template.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.inference.control_tokens import KNOWN_SPECIAL_TOKENS
from holdfast.inference.llama_cpp.wire import Props, TokenPiece

_MARKUP: Final = re.compile(r"<[|｜][^<>|｜\s]{1,60}[|｜]>|\[/?[A-Z_]{3,30}\]|</?[a-z_]{1,30}>")  # noqa: RUF001 - DeepSeek's bars
_MOST_CANDIDATES: Final = 400
BEFORE_CURSOR: Final = "alpha"
AFTER_CURSOR: Final = "omega"


@dataclass(frozen=True, slots=True)
class HoleFormat:
    """The server's own words before, between and after the two sides of a hole; `suffix_first` is the order."""

    opening: str
    between: str
    closing: str
    suffix_first: bool

    def written(self, prefix: str, suffix: str) -> str:
        """The raw prompt for the hole between `prefix` and `suffix`."""
        first, second = (suffix, prefix) if self.suffix_first else (prefix, suffix)
        return f"{self.opening}{first}{self.between}{second}{self.closing}"

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """Its three parts, each of which stands for one token."""
        return tuple(part for part in (self.opening, self.between, self.closing) if part)


def candidates(props: Props, hole: HoleFormat | None) -> tuple[str, ...]:
    """The strings that may be control tokens to the model of `props`, each once."""
    own = _MARKUP.findall(props.chat_template)
    ends = [token for token in (props.bos_token, props.eos_token) if len(token) > 1]
    parts = [part.strip() for part in hole.control_tokens] if hole is not None else []
    return tuple(dict.fromkeys((*KNOWN_SPECIAL_TOKENS, *ends, *parts, *own)))[:_MOST_CANDIDATES]


def question(strings: Iterable[str]) -> str:
    """The text to tokenize: each on a line of its own, as a line break is part of no control token."""
    return "\n".join(strings)


def control_tokens_among(strings: Sequence[str], pieces: Sequence[TokenPiece]) -> tuple[str, ...]:
    """Those of `strings` that came back as one token, in their order."""
    whole = {piece.piece for piece in pieces if isinstance(piece.piece, str)}
    return tuple(text for text in strings if text in whole)


def hole_format(prompt: str, bos: str) -> HoleFormat | None:
    """How the server wrote the hole between `BEFORE_CURSOR` and `AFTER_CURSOR`; None where it left one of them out.

    What it puts before the file, a project and a file of no name, is dropped; the first token is added by itself.
    """
    places = [prompt.find(mark) for mark in (BEFORE_CURSOR, AFTER_CURSOR)]
    if min(places) < 0:
        return None
    (first, first_mark), (second, second_mark) = sorted(zip(places, (BEFORE_CURSOR, AFTER_CURSOR), strict=True))
    opening = prompt[:first].rpartition("\n")[2]
    return HoleFormat(
        opening.removeprefix(bos) if bos else opening,
        prompt[first + len(first_mark) : second],
        prompt[second + len(second_mark) :],
        suffix_first=first_mark == AFTER_CURSOR,
    )
