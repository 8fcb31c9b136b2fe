"""Text from files, manifests and logs never becomes a control token.

Ollama tokenises a raw prompt with special-token parsing on, by exact substring. Inserting one character
after the first of every special string breaks the match, and is undone in what the model answers.
The character is U+E000 (private use); where it stands in a text already it is doubled, so that the
change is reversible for every text.

Broken up are the control tokens of every known family, whichever model is asked, and the model's own.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from holdfast.inference.families.conversation_tokens import CONVERSATION_TOKENS
from holdfast.inference.families.table import CHAT, FAMILIES

MARK: Final = "\ue000"

KNOWN_SPECIAL_TOKENS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys((*(token for family in (*FAMILIES, CHAT) for token in family.control_tokens), *CONVERSATION_TOKENS))
)

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e01ef]",
)
_MARKS = re.compile(f"{MARK}{MARK}|{MARK}")
_BLANK: Final = "\u2581"
"""What SentencePiece writes for a blank."""
_TAG: Final = re.compile(
    r"</?(?:table|caption|thead|tbody|tfoot|tr|th|td|h[1-6]|blockquote|strong|em|b|i|u|s|sub|sup|code)>"
)
"""Gemma's entries for HTML. Named one by one: the hole of another family is `<prefix>`, and its end `<eoh>`."""


def neutralise(text: str, special_tokens: tuple[str, ...] = ()) -> str:
    """`text` in which neither a known control token nor one of `special_tokens` survives."""
    escaped = text.replace(MARK, MARK + MARK) if MARK in text else text
    return _pattern(special_tokens).sub(_with_mark, escaped)


def restore(text: str) -> str:
    """The inverse of :func:`neutralise`, also right for a beginning of its result."""
    if MARK not in text:
        return text
    return _MARKS.sub(lambda match: MARK if len(match.group()) > 1 else "", text)


def drop_invisible(text: str) -> str:
    """`text` without zero-width and bidirectional characters: for injected text only, never for the live file."""
    return _INVISIBLE.sub("", text)


def own_control_tokens(special_tokens: Iterable[str]) -> tuple[str, ...]:
    """Those of a vocabulary's special entries that text must not hold, and no known token covers.

    User-defined entries are among them that are text: Gemma has one for every run of blanks or line ends and for each
    HTML tag. With SentencePiece's blank a token counts with and without it.
    """
    bare = {token.strip(_BLANK + " \t\n\r") for token in special_tokens}
    return tuple(sorted(token for token in bare - _KNOWN if len(token) > 1 and _TAG.fullmatch(token) is None))


_KNOWN: Final = frozenset(KNOWN_SPECIAL_TOKENS)


def _with_mark(match: re.Match[str]) -> str:
    return match.group() + MARK


@lru_cache(maxsize=8)
def _pattern(special_tokens: tuple[str, ...]) -> re.Pattern[str]:
    """Matches the first character of every special string, also of those that overlap or hold another."""
    # A token of one character cannot be broken in two; no model family has one that is control text.
    tokens = sorted({token for token in (*special_tokens, *KNOWN_SPECIAL_TOKENS) if len(token) > 1})
    firsts = dict.fromkeys(token[0] for token in tokens)
    branches = (
        f"{re.escape(first)}(?={_any_of([token[1:] for token in tokens if token[0] == first])})" for first in firsts
    )
    return re.compile("|".join(branches))


def _any_of(endings: list[str]) -> str:
    """An expression for any of the sorted `endings`, common beginnings said once: a place in a text is tried once only."""
    if "" in endings:
        return ""  # one ends here: whatever follows, it stands there
    firsts = dict.fromkeys(ending[0] for ending in endings)
    branches = [
        re.escape(first) + _any_of([ending[1:] for ending in endings if ending[0] == first]) for first in firsts
    ]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
