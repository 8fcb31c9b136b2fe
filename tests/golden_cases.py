"""Golden cases of completion: what of a model's text is shown at a cursor, one readable file for each language.

    == a name, with [marks] at its end
    the document, ║ where the cursor is
    -- said
    what the model said
    -- shown, settled after 2 lines
    what is shown

`-- nothing: <reason>` takes the place of the last part where nothing is shown. `settled after N lines` says that N whole
lines of what was said are enough to know. A document ends with a line break, unless it is marked [no line break]; [crlf]
gives the document, and what is shown, line ends of two characters. ␣ is a space at a line's end, ⇥ a tab.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cursor_notation import at
from holdfast.cursor import Cursor

_FOLDER: Final = Path(__file__).parent / "completion" / "golden"
_CASE: Final = re.compile(
    r"== (?P<name>[^\n\[]+?)(?: \[(?P<marks>[^\n\]]*)\])?\n(?P<document>.*?)"
    r"^-- said\n(?P<said>.*?)"
    r"^-- (?:nothing: (?P<reason>[\w:]+)|shown(?:, settled after (?P<settled>\d+) lines?)?)\n(?P<shown>.*)\Z",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One case; `settled_after` is the number of whole lines after which the outcome is known, where the case says so."""

    id: str
    cursor: Cursor
    said: str
    shown: str
    reason: str | None
    settled_after: int | None

    def __str__(self) -> str:
        return self.id


def golden_cases() -> list[GoldenCase]:
    """Every case of every file, in order; ValueError for one that cannot be read."""
    return [case for path in sorted(_FOLDER.glob("*.txt")) for case in _read(path)]


def _read(path: Path) -> list[GoldenCase]:
    texts = re.split(r"^(?=== )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_case(path.stem, text) for text in texts]


def _case(language: str, text: str) -> GoldenCase:
    found = _CASE.match(text)
    if found is None:
        raise ValueError(f"no golden case of {language}:\n{text}")
    marks = {mark.strip() for mark in (found["marks"] or "").split(",")} - {""}
    if marks - {"crlf", "no line break"}:
        raise ValueError(f"unknown marks {marks} of {found['name']} in {language}")
    document = _text(found["document"]) + ("" if "no line break" in marks else "\n")
    shown = _text(found["shown"].rstrip("\n") + "\n") if found["reason"] is None else ""
    if "crlf" in marks:
        document, shown = document.replace("\n", "\r\n"), shown.replace("\n", "\r\n")
    return GoldenCase(
        f"{language}: {found['name']}",
        at(document, language=language),
        _text(found["said"]),
        shown,
        found["reason"],
        int(found["settled"]) if found["settled"] else None,
    )


def _text(section: str) -> str:
    return section.removesuffix("\n").replace("␣", " ").replace("⇥", "\t")
