"""Regular expressions that are compiled when they are first used: a window that starts waits for none of them."""

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """`pattern`, compiled once."""
    return re.compile(pattern)
