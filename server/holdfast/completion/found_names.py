"""Which retrievers had found the names that a suggestion uses and its file does not show: whose work it is."""

import re
from collections.abc import Sequence
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.cursor import Cursor
from holdfast.index.identifiers import SHORTEST_NAME, has_word, identifiers_in

_MOST_NAMES: Final = 50
_LONGEST_NAME: Final = 80
_BEGUN: Final = re.compile(r"(?<![\w$])[^\W\d][\w$]*\Z")
_NO_RETRIEVER: Final = frozenset({"manifest", "memory"})


def found_by(text: str, cursor: Cursor, blocks: Sequence[ContextBlock]) -> tuple[str, ...]:
    """The retrievers that put names of `text` into `blocks`, each once; none for names that the file at `cursor` shows.

    A block is one file's lines, so that all who found any of these share in it.
    """
    begun = _BEGUN.search(cursor.before[-_LONGEST_NAME:])
    # A name may begin before the cursor; where an item of the suggest list is selected, the text begins with it again.
    whole = text if begun is None or text.startswith(begun.group()) else begun.group() + text
    names = [name for name in dict.fromkeys(identifiers_in(whole)) if len(name) >= SHORTEST_NAME][:_MOST_NAMES]
    found: dict[str, None] = {}
    for name in names:
        holding = [block for block in blocks if has_word(block.text, name)]
        # The file is the longest text, so it is looked through last.
        if holding and not has_word(cursor.before, name) and not has_word(cursor.after, name):
            found |= dict.fromkeys(source for block in holding for source in block.found_by)
    return tuple(name for name in found if name not in _NO_RETRIEVER)
