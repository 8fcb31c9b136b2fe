"""The template filled: a line for each fact, no line that nothing proves, no section that is left empty.

`{{name}}` must be proven for its line to be written; `{{name?}}` may be missing. A line is repeated for every row of the
first of its placeholders that has rows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.project_facts.fact import Evidence
from holdfast.manifest.writing.marks import find_regions
from holdfast.manifest.writing.rows import Row, Rows

_PLACEHOLDER: Final = re.compile(r"\{\{(?P<name>\w+)(?P<optional>\??)\}\}")
_HEADING: Final = re.compile(r"^(?P<marks>#{1,6}) ")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it is written; `evidence` is None for what the template says of itself."""

    text: str
    evidence: Evidence | None = None


def fill(template: Sequence[str], rows: Rows) -> tuple[WrittenLine, ...]:
    """The lines of a new manifest."""
    written: list[WrittenLine] = []
    depth_below = 0
    for lines in reversed(_sections(template)):
        filled = [line for text in lines for line in _filled(text, rows)]
        depth = _depth(lines)
        is_fixed = not any(map(_PLACEHOLDER.search, lines))
        if is_fixed or depth_below > depth or _says_something(filled):
            written[:0] = filled
            depth_below = depth
    return _without_double_blanks(written)


def fill_regions(template: Sequence[str], rows: Rows) -> Mapping[str, tuple[WrittenLine, ...]]:
    """What stands between each pair of marks, by the region's name."""
    return {
        region.name: tuple(line for text in template[region.first : region.end] for line in _filled(text, rows))
        for region in find_regions(template)
    }


def _filled(text: str, rows: Rows) -> list[WrittenLine]:
    """The line for every row; itself where it has no placeholder."""
    placeholders = list(_PLACEHOLDER.finditer(text))
    if not placeholders:
        return [WrittenLine(text)]
    matching = next((rows[name["name"]] for name in placeholders if rows.get(name["name"])), ())
    return [WrittenLine(line, row.evidence) for row in matching if (line := _line(text, row)) is not None]


def _line(text: str, row: Row) -> str | None:
    parts, place = [], 0
    for found in _PLACEHOLDER.finditer(text):
        value = row.values.get(found["name"], "")
        if not value and not found["optional"]:
            return None
        parts += [text[place : found.start()], value]
        place = found.end()
    return "".join([*parts, text[place:]]).rstrip()


def _sections(template: Sequence[str]) -> list[list[str]]:
    """The template cut before each of its headings; a comment or code block has none."""
    sections: list[list[str]] = [[]]
    for text in template:
        if _HEADING.match(text):
            sections.append([])
        sections[-1].append(text)
    return sections


def _depth(section: Sequence[str]) -> int:
    """How deep its heading is, 0 without one: an empty section stays for what is kept below it."""
    found = _HEADING.match(section[0]) if section else None
    return len(found["marks"]) if found else 0


def _says_something(lines: Sequence[WrittenLine]) -> bool:
    """Whether there is more than a heading, comments and blank lines; the title's heading is enough for itself."""
    texts = [line.text for line in lines]
    is_below_a_heading = bool(texts) and texts[0].startswith("##")
    rest = "\n".join(texts[1:] if is_below_a_heading else texts)
    return bool(_COMMENT.sub("", rest).strip())


def _without_double_blanks(lines: Sequence[WrittenLine]) -> tuple[WrittenLine, ...]:
    kept: list[WrittenLine] = []
    for line in lines:
        if line.text.strip() or (kept and kept[-1].text.strip()):
            kept.append(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return tuple(kept)
