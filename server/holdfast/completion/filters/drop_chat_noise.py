"""A chat model's code fence or leaked control token is not code of this file."""

import re
from typing import Final

from holdfast.cursor import Cursor

_FENCE_AT_START: Final = re.compile(r"^\s*```[\w+-]*\n")
_FENCE: Final = re.compile(r"(^|\n)[ \t]*```")
_LEAKED: Final = re.compile(r"<\|[a-z_]+\|>|</?think>|<fim_\w+>")


def drop_chat_noise(text: str, cursor: Cursor) -> str:
    """`text` without an opening fence, and up to a closing one or the first leaked control token."""
    leaked = _LEAKED.search(text)
    if leaked is not None and leaked.group() not in cursor.before:
        text = text[: leaked.start()]
    if cursor.language == "markdown":
        return text
    text = _FENCE_AT_START.sub("", text)
    closing = _FENCE.search(text)
    return text[: closing.start()] if closing is not None else text
