"""Text that came from somewhere else, made fit to stand in a message: one line, no control characters, bounded."""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that a terminal or editor acts on, or shows nothing for (escape codes, bidirectional overrides)."""


def readable(text: str, limit: int = 200) -> str:
    """`text` on one line with hidden characters as spaces, at most `limit` characters; data, never formatting."""
    head = text[: limit * 4]
    visible = "".join(" " if unicodedata.category(char) in _HIDDEN else char for char in head)
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
