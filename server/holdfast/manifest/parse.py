"""A manifest's text into what it says: lines, imports, what it is about, its `json holdfast` blocks, and sections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from holdfast.manifest.code_fences import info_of
from holdfast.manifest.frontmatter import read_frontmatter
from holdfast.manifest.hidden_characters import without_hidden
from holdfast.manifest.import_marks import ImportMark, find_imports
from holdfast.manifest.section import ManifestSection, Scope
from holdfast.manifest.visible_lines import VisibleLine, visible_lines

DATA_INFO: Final = "json holdfast"
MOST_SECTIONS: Final = 500
"""Of one file; the last one goes on to its end."""
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+)$")


@dataclass(frozen=True, slots=True)
class DataBlock:
    """A fenced `json holdfast` block; `text` begins in line `first_line` of its file."""

    first_line: int
    text: str


@dataclass(frozen=True, slots=True)
class ParsedManifest:
    """One file; `paths` are the patterns of its head (None: it has none). Where it came from is not its business."""

    lines: tuple[VisibleLine, ...] = ()
    imports: tuple[ImportMark, ...] = ()
    paths: tuple[str, ...] | None = None
    data: tuple[DataBlock, ...] = ()
    problems: tuple[str, ...] = ()


def parse_manifest(raw: str) -> ParsedManifest:
    """What a manifest says. Pure, and linear in its length whatever it holds."""
    plain, hidden = without_hidden(raw.replace("\r\n", "\n").replace("\r", "\n"))
    head = read_frontmatter(plain)
    problems = [*head.problems]
    if hidden:
        problems.append(f"{hidden} invisible or bidirectional characters were dropped")
    body = plain.split("\n", head.lines)[-1] if head.lines else plain
    lines, data = _without_data(visible_lines(body, head.lines + 1))
    return ParsedManifest(lines, find_imports(lines), head.paths, data, tuple(problems))


def sections_of(
    manifest: ParsedManifest, path: str, scope: Scope, remarks: Mapping[ImportMark, str] | None = None
) -> tuple[ManifestSection, ...]:
    """Sections at the headings outside code, at most 500; `remarks` stand behind the imports that were not loaded."""
    lines = _remarked(manifest.lines, remarks or {})
    starts: list[tuple[int, str]] = [(0, "")]
    for index, line in enumerate(lines):
        found = _HEADING.match(line.text) if line.kind == "text" else None
        if found:
            starts.append((index, found.group(1).rstrip(" \t#")))
    del starts[MOST_SECTIONS:]
    ends = [index for index, _ in starts[1:]] + [len(lines)]
    sections = []
    for (first, heading), end in zip(starts, ends, strict=True):
        body = _without_blank_ends(lines[first:end])
        if body:
            text = "\n".join(line.text for line in body)
            sections.append(ManifestSection(path, heading, body[0].number, body[-1].number, text, scope))
    return tuple(sections)


def _without_data(lines: Sequence[VisibleLine]) -> tuple[tuple[VisibleLine, ...], tuple[DataBlock, ...]]:
    """The lines that are prose, and the blocks that are for programs."""
    kept: list[VisibleLine] = []
    blocks: list[DataBlock] = []
    inner: list[str] | None = None
    first = 0
    for line in lines:
        if line.kind == "opens" and info_of(line.text) == DATA_INFO:
            inner, first = [], line.number + 1
        elif inner is None:
            kept.append(line)
        elif line.kind == "code":
            inner.append(line.text)
        else:
            blocks.append(DataBlock(first, "\n".join(inner)))
            inner = None
    if inner is not None:
        blocks.append(DataBlock(first, "\n".join(inner)))
    return tuple(kept), tuple(blocks)


def _remarked(lines: Sequence[VisibleLine], remarks: Mapping[ImportMark, str]) -> Sequence[VisibleLine]:
    if not remarks:
        return lines
    by_line: dict[int, list[tuple[int, str]]] = {}
    for mark, remark in remarks.items():
        by_line.setdefault(mark.number, []).append((mark.end, remark))
    return [
        replace(line, text=_with_remarks(line.text, by_line[line.number])) if line.number in by_line else line
        for line in lines
    ]


def _with_remarks(text: str, remarks: list[tuple[int, str]]) -> str:
    parts, place = [], 0
    for end, remark in sorted(remarks):
        parts += [text[place:end], f" [{remark}]"]
        place = end
    return "".join([*parts, text[place:]])


def _without_blank_ends(lines: Sequence[VisibleLine]) -> Sequence[VisibleLine]:
    first, end = 0, len(lines)
    while first < end and not lines[first].text.strip():
        first += 1
    while end > first and not lines[end - 1].text.strip():
        end -= 1
    return lines[first:end]
