"""What a repository's CLAUDE.md should say: the whole of a new one, the marked regions of one that is there."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.manifest.project_facts.fact import ProjectFacts
from holdfast.manifest.writing.fill import WrittenLine, fill, fill_regions
from holdfast.manifest.writing.refresh import refresh
from holdfast.manifest.writing.refusal import ManifestRefused
from holdfast.manifest.writing.rows import rows_of
from holdfast.manifest.writing.template import template_lines
from holdfast.manifest.writing.text_form import Line, in_form, read_lines, write_lines

PLACES: Final = ("CLAUDE.md", ".claude/CLAUDE.md")
"""Where the project's own manifest is looked for, and the first is where a new one is written."""

Regions = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `holdfast init` would write, `before` is None for a new file; `lines` are those of a new one, with their evidence."""

    path: str
    before: bytes | None
    after: bytes
    lines: tuple[WrittenLine, ...]

    @property
    def diff(self) -> str:
        """A unified diff that `patch -p1` takes; "" where nothing would change."""
        old, new = _shown(self.before or b""), _shown(self.after)
        source = f"a/{self.path}" if self.before is not None else "/dev/null"
        return "".join(_whole_lines(difflib.unified_diff(old, new, source, f"b/{self.path}")))

    @property
    def is_patchable(self) -> bool:
        """Whether the diff is one of the file's own bytes: other encodings and line ends are shown as UTF-8 with LF."""
        form, lines = read_lines(self.before or b"")
        return not form.byte_order_mark and form.encoding == "utf-8" and all(line.end in {"\n", ""} for line in lines)


def existing_manifest(root: Path) -> str | None:
    """The place of the manifest that is there, be it a link."""
    return next((place for place in PLACES if (root / place).is_symlink() or (root / place).exists()), None)


def new_manifest(facts: ProjectFacts) -> tuple[WrittenLine, ...]:
    """The lines of a new manifest."""
    return fill(template_lines(), rows_of(facts))


def regions_of(facts: ProjectFacts) -> Regions:
    """What belongs between the marks, by the region's name."""
    filled = fill_regions(template_lines(), rows_of(facts))
    return {name: tuple(line.text for line in lines) for name, lines in filled.items()}


def propose(path: str, before: bytes | None, facts: ProjectFacts) -> Proposal:
    """A new manifest; or the one that is there with its regions refreshed and the sections it lacks behind its end."""
    lines = new_manifest(facts)
    if before is None:
        return Proposal(path, None, "".join(f"{line.text}\n" for line in lines).encode(), lines)
    form, kept = read_lines(refresh(before, regions_of(facts)).data)
    known = {line.text.strip().lower() for line in kept}
    offered = _missing_sections(lines, known)
    end = next((line.end for line in kept if line.end), "\n")
    added = [Line(in_form(form, line.text), end) for line in offered]
    if added and kept and not kept[-1].end:
        kept = (*kept[:-1], Line(kept[-1].text, end))
    gap = [Line("", end)] if added and kept and kept[-1].text.strip() else []
    return Proposal(path, before, write_lines(form, [*kept, *gap, *added]), lines)


def _missing_sections(lines: tuple[WrittenLine, ...], known: set[str]) -> list[WrittenLine]:
    """The sections of the second level, but for those whose heading is there already; the title is no section."""
    sections: list[list[WrittenLine]] = []
    for line in lines:
        if line.text.startswith("## "):
            sections.append([])
        if sections:
            sections[-1].append(line)
    missing = [line for section in sections if section[0].text.strip().lower() not in known for line in section]
    while missing and not missing[-1].text.strip():
        missing.pop()
    return missing


def _shown(data: bytes) -> list[str]:
    """Lines for a diff; what cannot be decoded is shown as such."""
    try:
        _, lines = read_lines(data)
    except ManifestRefused:
        return data.decode("utf-8", "replace").splitlines(keepends=True)
    return [f"{line.text}\n" if line.end else line.text for line in lines]


def _whole_lines(diff: Iterable[str]) -> list[str]:
    """A last line without an end is said to be one, as diff(1) does."""
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff]
