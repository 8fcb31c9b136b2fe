"""What is asked of the index for one cursor."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["line", "within"]
"""Where a cursor stands: nothing but blanks before it on its line, or within one."""


@dataclass(frozen=True, slots=True)
class WorkingText:
    """A file the person works with besides the current one: its text as the editor has it, unsaved changes included.

    `path` is relative to the root with "/". `is_changed` says that the index holds another text of it, or none: what it defines is
    then taken from `text`.
    """

    path: str
    language: str
    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class RetrievalQuery:
    """A cursor: `path` relative to the root with "/", `before` and `after` the live buffer around it.

    `working_set` are the other files edited and read lately, the latest first.
    """

    path: str
    language: str
    before: str
    after: str
    working_set: tuple[WorkingText, ...] = ()


def place_of(before: str) -> Place:
    """The place of the cursor behind `before`."""
    return "within" if before[before.rfind("\n") + 1 :].strip() else "line"
