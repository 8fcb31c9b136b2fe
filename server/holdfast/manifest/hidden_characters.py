"""Characters that a person does not see and a model reads: dropped from a manifest, and counted.

Zero-width and bidirectional ones, tag characters and variation selectors can carry text that no reviewer meets; control
characters steer terminals. What joins or colours an emoji is dropped too, but not worth a word.
"""

import re
from typing import Final

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)
_OF_EMOJI: Final = frozenset({"\u200d", "\ufe0e", "\ufe0f"})


def without_hidden(text: str) -> tuple[str, int]:
    """`text` without them, and how many went that are no part of an emoji."""
    counted = 0

    def drop(match: re.Match[str]) -> str:
        nonlocal counted
        run = match.group()
        counted += 0 if len(run) <= 2 and _OF_EMOJI.issuperset(run) else len(run)  # noqa: PLR2004 - selector, joiner
        return ""

    return _HIDDEN.sub(drop, text), counted
