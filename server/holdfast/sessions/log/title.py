"""A session in one line: its own title, else what was asked first, else what happened in it."""

import re
from typing import Final

_LONGEST: Final = 80
_MARKUP: Final = re.compile(r"^[\s#>*\-`]+|</?[a-zA-Z][\w:-]{0,40}>")


def counted_title(tool: str, branch: str | None, *, files: int, suggestions: int, accepted: int, decisions: int) -> str:
    """`holdfast: branch main, 1 decision, 5 files, 12 suggestions, 7 accepted`; says only what happened."""
    told = [
        f"branch {branch}" if branch else "",
        _counted(decisions, "decision"),
        _counted(files, "file"),
        _counted(suggestions, "suggestion"),
        f"{accepted} accepted" if suggestions else "",
    ]
    return f"{tool}: {', '.join(word for word in told if word) or 'nothing happened'}"


def first_words(text: str) -> str:
    """The first line of `text` that says something, cut behind a word at 80 characters; "" where none does."""
    for line in text.splitlines():
        words = " ".join(_MARKUP.sub("", line).split())
        if any(char.isalnum() for char in words):
            return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"
    return ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
