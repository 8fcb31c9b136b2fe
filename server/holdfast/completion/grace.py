"""How long a whole first line waits for the rest of its block before it is shown alone, where a block may begin.

In the middle of a line the end of that line is wanted, before the next key, unless the line leaves something open.
"""

import asyncio
from typing import Final

from holdfast.completion.generation import Generation
from holdfast.cursor import Cursor

_BLOCK_GRACE_SECONDS: Final = 0.15
_OPENERS: Final = ("(", "[", "{", ":", ",", "\\", "=>", "->")


def grace_left(generation: Generation, cursor: Cursor, line: str) -> float:
    """Seconds that `line` still waits, in whole milliseconds, so that a timer never comes a hair early."""
    if cursor.line_before.strip() and not line.rstrip().endswith(_OPENERS):
        return 0.0
    if generation.first_line_at is None:
        return _BLOCK_GRACE_SECONDS
    waited = asyncio.get_running_loop().time() - generation.first_line_at
    return round(_BLOCK_GRACE_SECONDS - waited, 3)
