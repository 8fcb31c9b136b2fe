"""A chat model's code fence, its talk, or a leaked control token is not code of this file."""

import re
from typing import Final

from holdfast.cursor import Cursor
from holdfast.inference.control_tokens import KNOWN_SPECIAL_TOKENS

_PROSE: Final = frozenset({"markdown", "plaintext", "restructuredtext", "latex"})
_SEEN: Final = 20_000
_BLANK: Final = 20
_TALK: Final = (
    r"(?:Sure|Certainly|Of course|Absolutely|Here(?:'s| is| are)|Below is|I(?:'ll| will| have|'ve)"
    r"|To (?:complete|finish|fix)|The (?:missing|completed?|following|corrected) \w+)\b[^\n]{0,200}[:.!,][ \t]*"
)
_OPENING: Final = re.compile(
    rf"\s{{0,{_BLANK}}}(?:{_TALK}\n\s{{0,40}}){{0,3}}(?:[ \t]{{0,40}}```[\w+-]{{0,30}}[ \t]{{0,9}}\n)?"
)
_CLOSING: Final = re.compile(
    r"^(?:[ \t]{0,40}```[^\n]*|(?:This (?:code|function|method|will|is|should)|Explanation|Note(?: that)?|Let me know"
    r"|I hope|In this (?:code|example|function)|The (?:above|code|function) |Please )[^\n(){};=<>\[\]]{0,300}[.:!][ \t]*)$",
    re.MULTILINE,
)
_LEAKED: Final = re.compile(
    r"<\|[A-Za-z_]{1,40}\|>|<｜[^｜\n]{1,40}｜>|<(?:fim|file|repo|commit|issue|jupyter)_\w{1,30}>|"  # noqa: RUF001 - as the models spell them
    + "|".join(re.escape(token) for token in sorted(KNOWN_SPECIAL_TOKENS, key=len, reverse=True))
)
_WORD: Final = re.compile(r"[<\[]/?(\w+)[>\]]")
"""A token that may be code as well: an index, a list of one name, a type's argument, a tag."""
_MARKUP: Final = frozenset(
    {"html", "xml", "svg", "vue", "svelte", "astro", "javascriptreact", "typescriptreact", "php"}
)
_TAGS: Final = frozenset({"<s>", "</s>", "<mask>"})


def drop_chat_noise(text: str, cursor: Cursor) -> str:
    """`text` without talk and a fence before it, up to a closing fence, talk after it, or a leaked control token."""
    for found in _LEAKED.finditer(text):
        if not _is_code(found.group(), cursor):
            text = text[: found.start()]
            break
    if cursor.language in _PROSE:
        return text
    text = text[opening_noise(text, cursor) :]
    closing = _CLOSING.search(text)
    return text if closing is None else text[: max(0, closing.start() - 1)]


def opening_noise(text: str, cursor: Cursor) -> int:
    """How many characters of `text` are talk and a fence before the code; whole lines only."""
    if cursor.language in _PROSE:
        return 0
    found = _OPENING.match(text)
    return found.end() if found is not None and found.group().strip() else 0


def may_open_noise(text: str, cursor: Cursor) -> bool:
    """Whether `text`, of which more comes, is empty lines so far: talk or a fence may follow them."""
    blank, newline, _ = text.rpartition("\n")
    return bool(newline) and len(blank) < _BLANK and not blank.strip() and cursor.language not in _PROSE


def _is_code(token: str, cursor: Cursor) -> bool:
    """Whether the file around the cursor speaks of `token`, or has its word for a name."""
    if token in _TAGS and cursor.language in _MARKUP | _PROSE:
        return True
    near = f"{cursor.before[-_SEEN:]}\n{cursor.after[:_SEEN]}"
    word = _WORD.fullmatch(token)
    return token in near if word is None else re.search(rf"\b{word[1]}\b", near) is not None
