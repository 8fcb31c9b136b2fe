"""Markdown's headings as sections: each runs to the next heading, owned by the headings above its level."""

from collections.abc import Sequence
from dataclasses import replace

from holdfast.index.anatomy import Definition


def sections(headings: Sequence[Definition], data: bytes) -> list[Definition]:
    """The headings of `data`, in order, as sections without overlap."""
    lines = data.split(b"\n")
    found: list[Definition] = []
    above: list[tuple[int, str]] = []
    for index, heading in enumerate(headings):
        following = headings[index + 1] if index + 1 < len(headings) else None
        last = following.first_row - 1 if following else _last_row_with_text(lines)
        level = _level(lines, heading)
        while above and above[-1][0] >= level:
            above.pop()
        owner = ".".join(name for _, name in above)
        above.append((level, heading.name))
        found.append(replace(heading, owner=owner, last_row=last, end=following.start if following else len(data)))
    return found


def _last_row_with_text(lines: Sequence[bytes]) -> int:
    row = len(lines) - 1
    while row > 0 and not lines[row].strip():
        row -= 1
    return row


def _level(lines: Sequence[bytes], heading: Definition) -> int:
    text = lines[heading.first_row].lstrip(b" >\t")
    marks = len(text) - len(text.lstrip(b"#"))
    if marks:
        return marks
    return 1 if lines[heading.last_row].lstrip().startswith(b"=") else 2
