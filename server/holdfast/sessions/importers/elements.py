"""Elements with a name in angle brackets, as tools write them into texts for a model: `<task>…</task>`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

_ANY: Final = r"[a-zA-Z_]\w{0,60}"
_MOST_UNCLOSED: Final = 50


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `text[start:end]` is all of it, `inner` what it holds, `attributes` what its opening tag says."""

    name: str
    attributes: str
    inner: str
    start: int
    end: int

    def attribute(self, *names: str) -> str | None:
        """The value of the first of these attributes that the opening tag has."""
        found = re.search(rf'\b(?:{"|".join(names)})="([^"\n]{{1,1000}})"', self.attributes)
        return found[1] if found else None


def elements(text: str, names: Collection[str] = ()) -> Iterator[Element]:
    """The outermost elements of `text` that are closed, in order; only those called so, where `names` are given.

    A tag that is never closed is text. A name that was not closed once is not looked for again, and too many of them end it.
    """
    opening = _opening(tuple(names))
    unclosed: set[str] = set()
    place = 0
    while (match := opening.search(text, place)) is not None:
        name, place = match[1], match.end()
        close = -1 if name in unclosed else text.find(f"</{name}>", place)
        if close < 0:
            unclosed.add(name)
            if len(unclosed) > _MOST_UNCLOSED:
                return
            continue
        end = close + len(name) + 3
        yield Element(name, match[2], text[place:close], match.start(), end)
        place = end


def around(text: str, names: Collection[str] = ()) -> Iterator[str | Element]:
    """`text` whole, in order: its elements, and what stands between them where that is more than white space."""
    place = 0
    for element in elements(text, names):
        if text[place : element.start].strip():
            yield text[place : element.start]
        yield element
        place = element.end
    if text[place:].strip():
        yield text[place:]


@cache
def _opening(names: tuple[str, ...]) -> re.Pattern[str]:
    called = "|".join(map(re.escape, names)) or _ANY
    return re.compile(rf"<({called})((?:[ \t][^<>\n]{{0,1000}})?)>")
