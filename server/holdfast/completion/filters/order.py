"""The filters, in the one order they run in.

Each sees the text that those before it left, and the cursor with its surroundings; none looks at more of a document than
that, or is more than linear in the text. They run again until nothing changes, so that cleaning a clean text changes
nothing. Line ends are plain while they run, and become the document's at the end.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from holdfast.completion.filters.bound_length import bound_length
from holdfast.completion.filters.drop_chat_noise import drop_chat_noise
from holdfast.completion.filters.drop_other_file import drop_other_file
from holdfast.completion.filters.drop_repeated_lines import drop_repeated_lines
from holdfast.completion.filters.drop_unopened_closers import drop_unopened_closers
from holdfast.completion.filters.drop_what_follows import drop_what_follows
from holdfast.completion.filters.drop_what_precedes import drop_what_precedes
from holdfast.completion.filters.match_indentation import match_indentation
from holdfast.completion.filters.match_line_ends import match_line_ends, plain_line_ends
from holdfast.completion.filters.refuse_broken_syntax import refuse_broken_syntax
from holdfast.completion.filters.trim_end import trim_end
from holdfast.cursor import Cursor
from holdfast.reasons import Reason, filtered_by

Filter = Callable[[str, Cursor], str]

FILTERS: Final[tuple[tuple[str, Filter], ...]] = (
    ("bound_length", bound_length),
    ("drop_chat_noise", drop_chat_noise),
    ("drop_other_file", drop_other_file),
    ("drop_what_precedes", drop_what_precedes),
    ("match_indentation", match_indentation),
    ("drop_what_follows", drop_what_follows),
    ("drop_repeated_lines", drop_repeated_lines),
    ("drop_unopened_closers", drop_unopened_closers),
    ("trim_end", trim_end),
    ("refuse_broken_syntax", refuse_broken_syntax),
)
_SEEN: Final = 64_000
_MOST_ROUNDS: Final = 8


def clean(text: str, cursor: Cursor) -> tuple[str, Reason | None]:
    """`text` through every filter; ("", reason) naming the one that left nothing."""
    if not text.strip():
        return "", "empty"
    near = _surroundings(cursor)
    text = plain_line_ends(text)
    for _ in range(_MOST_ROUNDS):
        said = text
        for name, apply in FILTERS:
            text = apply(text, near)
            if not text.strip():
                return "", filtered_by(name)
        if text == said:
            return match_line_ends(text, cursor), None
    return "", filtered_by(FILTERS[-1][0])


def _surroundings(cursor: Cursor) -> Cursor:
    before, after = cursor.before[-_SEEN:], cursor.after[:_SEEN]
    return replace(cursor, before=plain_line_ends(before), after=plain_line_ends(after))
