"""What a text in a text in a text says: JSON in a string of JSON, an address in an address, markup.

A rule knows text as it is, and as a string writes it. What was quoted more than once would hide from all of them, so it is
read as if it had been quoted once, and what is found there is taken out of the text as it stands.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_PARTS: Final = re.compile(
    r"(?P<slashes>\\{2,256}+)(?=[\"'`nrt])"
    r"|\\{1,256}+u00(?P<unicode>2[267]|3[c-eC-E])"
    r"|%(?P<percent>2[26fF]|3[aAdDfF]|40)"
    r"|&(?P<entity>quot|amp|apos|#34|#39|lt|gt);"
)
_IN_AN_ADDRESS: Final = re.compile(r"%3[aA]%2[fF]%2[fF]|%3[dD]|%22")
"""`://`, `=` and `"` as an address writes them; an address that is none of its own kind has no `%40` to be read."""
_ENTITIES: Final = {"quot": '"', "#34": '"', "apos": "'", "#39": "'", "amp": "&", "lt": "<", "gt": ">"}


@dataclass(frozen=True, slots=True)
class Nested:
    """`text`, read once more; each character of `at` stands for what the original has from the one in `starts` to `ends`."""

    text: str
    at: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original the characters `start` to `end` stand."""
        return self._start(start), self._end(end)

    def _start(self, place: int) -> int:
        before = bisect_right(self.at, place) - 1
        if before < 0:
            return place
        return self.starts[before] if self.at[before] == place else self.ends[before] + place - self.at[before] - 1

    def _end(self, place: int) -> int:
        before = bisect_right(self.at, place - 1) - 1
        return place if before < 0 else self.ends[before] + place - self.at[before] - 1


def read_nested(text: str) -> Nested | None:
    """`text` as it was before it was quoted again; None where it was not."""
    is_address = _IN_AN_ADDRESS.search(text) is not None
    if not is_address and "\\\\" not in text and "\\u00" not in text and "&" not in text:
        return None
    parts: list[str] = []
    at: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    place = length = 0
    for match in _PARTS.finditer(text):
        if match["percent"] is not None and not is_address:
            continue
        parts += [text[place : match.start()], _plain(match)]
        length += match.start() - place + 1
        place = match.end()
        at.append(length - 1)
        starts.append(match.start())
        ends.append(place)
    if not at:
        return None
    return Nested("".join([*parts, text[place:]]), tuple(at), tuple(starts), tuple(ends))


def _plain(match: re.Match[str]) -> str:
    """The one character that a match stands for."""
    if match["slashes"] is not None:
        return "\\"
    if match["entity"] is not None:
        return _ENTITIES[match["entity"]]
    return chr(int(match["unicode"] or match["percent"], 16))
