"""Text of a project or a session as an agent gets it: without secrets, control tokens and unseen characters, and bounded."""

from dataclasses import dataclass
from typing import Final

from holdfast.inference.control_tokens import drop_invisible, neutralise
from holdfast.redaction.redactor import Redactor

MOST_CHARACTERS: Final = 24_000
"""Of one answer; clients cut longer ones, or refuse them."""
LONGEST_BLOCK: Final = 6_000
_LONGEST_LINE: Final = 1_000
_OBEYED: Final = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
"""Control characters, which a terminal would obey."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text made safe; `is_cut` says that something is missing at its end or in a long line."""

    text: str
    is_cut: bool


class ShownText:
    """Makes texts safe with the marks of `redactor`."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def whole(self, text: str, *, conversation: bool = False) -> str:
        """All of `text`, made safe."""
        redacted = self._redactor.redact(text, conversation=conversation).text
        return neutralise(drop_invisible(redacted).translate(_OBEYED))

    def bounded(self, text: str, most: int, *, conversation: bool = False) -> Shown:
        """The beginning of `text`, made safe, in at most `most` characters; redacted before it is cut."""
        safe = self.whole(text, conversation=conversation)
        # A line of code this long is data; what is said may have no line ends at all.
        short = safe if conversation else "\n".join(line[:_LONGEST_LINE] for line in safe.split("\n"))
        if len(short) > most:
            # At a line's end where there is one: half a line of code says something else.
            end = short.rfind("\n", 0, most)
            return Shown(short[: end if end > 0 else most], is_cut=True)
        return Shown(short, is_cut=len(short) < len(safe))
