"""A bracket that is already closed behind the cursor is not closed again."""

from typing import Final

from holdfast.cursor import Cursor

_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def drop_unopened_closers(text: str, cursor: Cursor) -> str:
    """`text` up to a closer at its end that neither it nor the line before the cursor opened, when the line has it."""
    behind = [char for char in cursor.line_after.strip() if char in _PAIRS]
    if not behind:
        return text
    stripped = text.rstrip(" ;,")
    end = len(stripped)
    while end and behind and stripped[end - 1] == behind[-1] and _is_unopened(stripped[:end], cursor.line_before):
        behind.pop()
        end -= 1
    return text if end == len(stripped) else stripped[:end]


def _is_unopened(text: str, line_before: str) -> bool:
    """Whether the last closer of `text` closes something that was open before `text`, and is closed behind it too."""
    closer = text[-1]
    depth = sum(text.count(char) * sign for char, sign in ((_PAIRS[closer], 1), (closer, -1)))
    return depth < 0 or line_before.count(_PAIRS[closer]) < line_before.count(closer)
