"""The sections of the project's manifests that apply to a file: CLAUDE.md and its like, as the person accepted them."""

from typing import Final

from pydantic import BaseModel

from holdfast.errors import UsageError
from holdfast.manifest.section import ManifestSection
from holdfast.manifest.workspace_manifests import WorkspaceManifests
from holdfast.mcp.shown_text import MOST_CHARACTERS, ShownText

_OUTSIDE: Final = ("~", "../", "/")
_SESSIONS: Final = "/.holdfast/"
_MOST_NOTES: Final = 20
_LONGEST_NOTE: Final = 500


class ManifestPart(BaseModel):
    """Lines `lines[0]` to `lines[1]` (from 1) of the manifest `path`, under one heading; `is_cut` where the end is missing."""

    path: str
    heading: str
    lines: tuple[int, int]
    text: str
    is_cut: bool


class ManifestAnswer(BaseModel):
    """The sections in order; `left_out` more had no room. `notes` say what could not be read or waits for a person."""

    sections: list[ManifestPart]
    left_out: int
    notes: list[str]


def project_manifest(manifests: WorkspaceManifests | None, root: str, path: str, shown: ShownText) -> ManifestAnswer:
    """What applies to the file at `path` ("" is the project as a whole); UsageError in a workspace nobody trusts.

    Files outside the workspace (the person's own, and what is imported from elsewhere) are not shown, nor the memory of
    earlier sessions that a manifest may import: it has a tool of its own, which a person has to ask for.
    """
    if manifests is None:
        raise UsageError(
            "This folder is not trusted, so that its manifests are not read.",
            remedy=f"If it is yours: `holdfast trust {root}`.",
        )
    reading = manifests.read(path)
    sections = [
        section
        for section in reading.sections_for(path)
        if not section.path.startswith(_OUTSIDE) and _SESSIONS not in f"/{section.path}".casefold()
    ]
    parts: list[ManifestPart] = []
    room = MOST_CHARACTERS
    for section in sections:
        part = _part(section, room, shown)
        if part is None:
            break
        parts.append(part)
        room -= len(part.text) + len(part.heading)
    notes = [shown.bounded(problem, _LONGEST_NOTE).text for problem in reading.problems[:_MOST_NOTES]]
    if len(reading.problems) > _MOST_NOTES:
        notes.append(f"There are {len(reading.problems) - _MOST_NOTES} more: `holdfast manifest check`.")
    if reading.held:
        notes.append(f"{len(reading.held)} changed manifests wait until a person accepts them: `holdfast manifest`.")
    return ManifestAnswer(sections=parts, left_out=len(sections) - len(parts), notes=notes)


def _part(section: ManifestSection, room: int, shown: ShownText) -> ManifestPart | None:
    """The section, cut where it alone is too long; None where there is no room for it."""
    text = shown.whole(section.text)
    is_cut = len(text) > room
    if is_cut and room < MOST_CHARACTERS:
        return None
    if is_cut:  # at a line's end where there is one: half a rule says something else
        text = text[: text.rfind("\n", 0, room)] if "\n" in text[:room] else text[:room]
    return ManifestPart(
        path=shown.whole(section.path),
        heading=shown.whole(section.heading),
        lines=(section.first_line, section.last_line),
        text=text,
        is_cut=is_cut,
    )
