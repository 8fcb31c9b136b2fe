"""Rewriting what stands between the marks of a manifest, and nothing else. A pure function of bytes and facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.manifest.writing.marks import find_regions
from holdfast.manifest.writing.refusal import ManifestRefused
from holdfast.manifest.writing.text_form import Line, in_form, read_lines, write_lines


@dataclass(frozen=True, slots=True)
class RegionChange:
    """A region that was rewritten; its first mark is on line `line` (1-based)."""

    name: str
    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def __str__(self) -> str:
        lines = "line" if len(self.added) == 1 else "lines"
        return f"{self.name}: {len(self.added)} {lines} added, {len(self.removed)} removed"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The file as it should be, and what changed; `regions` is how many marked regions it has that are known."""

    data: bytes
    changes: tuple[RegionChange, ...]
    regions: int


def refresh(data: bytes, regions: Mapping[str, Sequence[str]]) -> Refreshed:
    """`data` with `regions` (lines by name) between their marks; regions of other names stay as they are.

    Idempotent; every byte outside the marks is kept. Raises ManifestRefused where marks or encoding are not clear.
    """
    form, lines = read_lines(data)
    found = [region for region in find_regions([line.text for line in lines]) if region.name in regions]
    written: list[Line] = []
    changes: list[RegionChange] = []
    place = 0
    for region in found:
        end = lines[region.first - 1].end
        new = [in_form(form, text) for text in regions[region.name]]
        if any(text.splitlines() not in ([], [text]) or "<!--" in text or "-->" in text for text in new):
            raise ManifestRefused(f"What is known of the {region.name} is not made of plain lines.")
        old = lines[region.first : region.end]
        written += lines[place : region.first]
        is_same = [line.text for line in old] == new
        written += old if is_same else [Line(text, end) for text in new]
        place = region.end
        if not is_same:
            removed, added = _differences([line.text for line in old], new)
            changes.append(RegionChange(region.name, region.first, removed, added))
    written += lines[place:]
    return Refreshed(write_lines(form, written), tuple(changes), len(found))


def _differences(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(lines that are only in the old one, lines that are only in the new one); all, where only their order changed."""
    before, after = frozenset(old), frozenset(new)
    removed = tuple(line for line in old if line not in after)
    added = tuple(line for line in new if line not in before)
    return (removed, added) if removed or added else (tuple(old), tuple(new))
