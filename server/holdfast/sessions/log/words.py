"""The words an entry is found by: what was said in it, each word once, names of code also by their parts.

`retryCount`, `retry_count` and `RetryCount` are all found as `retrycount`, `retry` and `count`. Words are folded here, to
letters and digits without case or accents, and kept beside their stems. Text without spaces between words (Chinese,
Japanese, Korean) is kept by pairs of characters. What tools printed is not among them: it would drown what was said.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.kinds import DECISION, MESSAGE, SESSION_META, SESSION_START, SUMMARY
from holdfast.sessions.log.stem import stem

WORDS_VERSION: Final = 1
"""Goes up when the same entry would give other words: what is derived is then made again."""

_HEAD: Final = 24_000
_TAIL: Final = 8_000
_MOST_WORDS: Final = 800
_LONGEST_WORD: Final = 60
_TOKEN: Final = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_SAID: Final = frozenset({MESSAGE, SUMMARY, DECISION})
_NAMED: Final = frozenset({SESSION_META, SESSION_START})
_SHOWN_OF_REFS: Final = ("name", "path", "subject")
_FILTER: Final = "§"


def said_in(entry: Entry) -> str:
    """The text of `entry` that a person would search for; "" where it is but a tool's."""
    if entry.kind in _SAID:
        return "\n\n".join(text for part in entry.parts if part.get("type") == "text" and (text := _text(part, "text")))
    if entry.kind in _NAMED:
        return "\n".join(line for part in entry.parts if part.get("type") == "ref" and (line := _reference(part)))
    return ""


def entry_words(entry: Entry) -> str:
    """What the index keeps of `entry`: its words, its project and its tool; "" where it is not to be found."""
    words = distinct_words(bounded(said_in(entry)))
    if not words:
        return ""
    place = entry.place
    marks = [tool_mark(entry.tool), *([project_mark(place.project)] if place.project else [])]
    return " ".join([*marks, *words])


def bounded(text: str) -> str:
    """Beginning and end of a long text: the part that is searched."""
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"


def distinct_words(text: str) -> list[str]:
    """The words of `text` in order, each once, at most 800."""
    words: dict[str, None] = {}
    for token in _TOKEN.findall(fold(text)):
        if len(words) >= _MOST_WORDS:
            break
        words.update(_with_stems(token))
    return list(words)


def tool_mark(tool: str) -> str:
    """The word that all entries of `tool` have; no text gives it."""
    return f"{_FILTER}t{_bare(tool)}"


def project_mark(project: str) -> str:
    """The word that all entries of `project` have; no text gives it."""
    return f"{_FILTER}p{_bare(project)}"


def fold(text: str) -> str:
    """`text` without accents, in the letters that compatibility forms stand for; its case stays."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(char for char in apart if not unicodedata.combining(char)))


def is_unspaced(word: str) -> bool:
    """Whether `word` is of a script without spaces between words, where one character may be one."""
    return not word.isascii() and _UNSPACED.fullmatch(word) is not None


@lru_cache(maxsize=50_000)
def words_of(token: str) -> tuple[str, ...]:
    """The words of one folded token: itself without underscores, then its parts if it has several."""
    if not token.isascii() and _UNSPACED.search(token):
        return tuple(_pairs(token))
    whole = token.replace("_", "").lower()[:_LONGEST_WORD]
    parts = [part.lower() for part in _PART.findall(token)] if not token.islower() or "_" in token else []
    return tuple(dict.fromkeys([whole, *(part[:_LONGEST_WORD] for part in parts if len(part) > 1)]))


@lru_cache(maxsize=50_000)
def _with_stems(token: str) -> dict[str, None]:
    words = words_of(token)
    return dict.fromkeys([*words, *map(stem, words)])


def _pairs(token: str) -> Iterator[str]:
    at = 0
    for run in _UNSPACED.finditer(token):
        if at < run.start():
            yield from words_of(token[at : run.start()].strip("_") or token[at])
        yield from (run[0][place : place + 2] for place in range(max(1, len(run[0]) - 1)))
        at = run.end()
    if rest := token[at:].strip("_"):
        yield from words_of(rest)


def _reference(part: JsonObject) -> str:
    shown = [_text(part, name) for name in _SHOWN_OF_REFS]
    definitions = part.get("definitions")
    names = [name for name in definitions if isinstance(name, str)] if isinstance(definitions, list | tuple) else []
    return " ".join([text for text in shown if text] + names)


def _text(part: JsonObject, name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=1_000)
def _bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isascii() and char.isalnum())
