"""Text of a repository made fit to stand in somebody's CLAUDE.md: one line, bounded, without marks that steer."""

import re
import unicodedata
from typing import Final

LONGEST_WORDS: Final = 240
_NAME: Final = re.compile(r"[\w.][\w.+@/ -]*", re.ASCII)
_PROJECT_NAME: Final = re.compile(r"@?[\w.][\w./+-]{0,79}", re.ASCII)
_VERSION_WORD: Final = re.compile(
    r"[<>=!~^]{0,3}v?\d[\w.*+!<>=~,^|-]*|[<>=!~^]{1,3}|\|\||-|[*xX]|stable|beta|nightly[\d-]*|latest|lts/[\w*-]+|net[\w.]*\d[\w.]*,?"
    r"|[a-z]{2,12}-\d[\w.+-]*|(?:workspace|npm|catalog):[*^~]?",
    re.ASCII,
)
_LONGEST_VERSION: Final = 60
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_TAG: Final = re.compile(r"<[^<>]*>")
_IMPORT: Final = re.compile(r"(?<!\w)@+")
_EMPHASIS: Final = re.compile(r"(?<!\w)_+|_+(?!\w)")
_MARKUP: Final = {ord(mark): "'" for mark in '“”„"'} | {ord(mark): " " for mark in "<>{}|#"}
_SPACES: Final = re.compile(r"\s+")
_SENTENCE_END: Final = re.compile(r"[.!?]\s")
_LONGEST_READ: Final = 4_000


def plain_words(text: str, longest: int = LONGEST_WORDS) -> str:
    """`text` as words on one line: no control, invisible or bidirectional character, no Markdown, HTML, import or quote mark.

    A longer one is cut after a sentence, else after a word. "" where nothing is left.
    """
    words = _LINK.sub(r"\1", visible(text[:_LONGEST_READ]))
    words = _TAG.sub(" ", words.replace("`", "").replace("*", ""))
    words = _EMPHASIS.sub("", _IMPORT.sub("", words.translate(_MARKUP)))
    words = _SPACES.sub(" ", words).strip()
    return words if len(words) <= longest else _cut(words, longest)


def visible(text: str) -> str:
    """`text` without what cannot be seen; white space of every kind becomes a blank."""
    kept = (" " if mark.isspace() else mark for mark in text if mark.isspace() or _is_seen(mark))
    return "".join(kept)


def is_plain_path(path: str) -> bool:
    """Whether a path can be named in a code span and in a shell without quotes."""
    return bool(_NAME.fullmatch(path)) and " " not in path and len(path) <= LONGEST_WORDS


def is_plain_name(name: str) -> bool:
    """Whether a project can be called that: one word, as registries have it."""
    return _PROJECT_NAME.fullmatch(name) is not None


def plain_version(text: object) -> str:
    """A version or range as its file gives it, "" where it is no such thing."""
    word = str(text).strip().strip("\"'") if isinstance(text, str | int | float) and not isinstance(text, bool) else ""
    words = word.split()
    is_mark = "<!" in word or "--" in word  # what opens or closes a comment, and with it a marked region
    is_version = (
        bool(words) and len(word) <= _LONGEST_VERSION and all(map(_VERSION_WORD.fullmatch, words)) and not is_mark
    )
    return " ".join(words) if is_version else ""


def _is_seen(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _cut(words: str, longest: int) -> str:
    ends = [found.start() + 1 for found in _SENTENCE_END.finditer(words, 0, longest)]
    if ends and ends[-1] > longest // 4:
        return words[: ends[-1]]
    return words[: words.rfind(" ", 0, longest - 1) if " " in words[: longest - 1] else longest - 1] + "…"
