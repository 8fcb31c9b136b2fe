"""The filters, in the one order they run in."""

from collections.abc import Callable
from typing import Final

from holdfast.completion.filters.drop_chat_noise import drop_chat_noise
from holdfast.completion.filters.drop_repeated_lines import drop_repeated_lines
from holdfast.completion.filters.drop_unopened_closers import drop_unopened_closers
from holdfast.completion.filters.drop_what_follows import drop_what_follows
from holdfast.completion.filters.trim_end import trim_end
from holdfast.cursor import Cursor
from holdfast.reasons import Reason, filtered_by

Filter = Callable[[str, Cursor], str]

FILTERS: Final[tuple[tuple[str, Filter], ...]] = (
    ("drop_chat_noise", drop_chat_noise),
    ("drop_what_follows", drop_what_follows),
    ("drop_repeated_lines", drop_repeated_lines),
    ("drop_unopened_closers", drop_unopened_closers),
    ("trim_end", trim_end),
)


def clean(text: str, cursor: Cursor) -> tuple[str, Reason | None]:
    """`text` through every filter; ("", reason) naming the one that left nothing."""
    for name, apply in FILTERS:
        if not text:
            return "", "empty"
        text = apply(text, cursor)
        if not text.strip():
            return "", filtered_by(name)
    return text, None
