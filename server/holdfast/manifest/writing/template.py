"""CLAUDE.md.template, the one source of what Holdfast writes: whole for a new file, a part of it for each marked region."""

from functools import cache
from pathlib import Path
from typing import Final

TEMPLATE: Final = "CLAUDE.md.template"
_HERE: Final = Path(__file__).parent
_TOP: Final = Path(__file__).parents[4]


@cache
def template_lines() -> tuple[str, ...]:
    """Its lines: the copy that a wheel carries beside this module, else the one at the top of the source tree."""
    carried = _HERE / TEMPLATE
    return tuple((carried if carried.is_file() else _TOP / TEMPLATE).read_text("utf-8").splitlines())
