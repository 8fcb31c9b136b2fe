"""Whether a change of a document looks like one key of a person who types, and where the cursor stands after it."""

import re
from typing import Final

from holdfast.lsp.documents import TextChange

_PAIRS: Final = frozenset({"()", "[]", "{}", '""', "''", "``"})
"""An editor that closes what is opened: the cursor stands in between."""
_ENTER: Final = re.compile(r"\r?\n[ \t]*")


def offset_after_key(changes: list[TextChange]) -> int | None:
    """The cursor's offset after a character or Enter (with the indentation it brings along); None after anything else."""
    match changes:
        case [TextChange(offset=offset, removed=0, inserted=typed)]:
            if typed in _PAIRS:
                return offset + 1
            is_key = len(typed) == 1 or _ENTER.fullmatch(typed) is not None
            return offset + len(typed) if is_key else None
    return None
