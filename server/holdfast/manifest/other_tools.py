"""Instruction files of other tools: found, not read, and offered with the line that would adopt them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.manifest.loaded_file import LoadedFile
from holdfast.manifest.locate import OTHER_NAME

_FILES: Final = (
    (".cursorrules", "Cursor"),
    (".windsurfrules", "Windsurf"),
    (".github/copilot-instructions.md", "Copilot"),
    (".clinerules", "Cline"),
    ("GEMINI.md", "Gemini CLI"),
    ("AGENT.md", "Amp"),
)
_FOLDERS: Final = (
    (".cursor/rules", "*.mdc", "Cursor"),
    (".github/instructions", "*.instructions.md", "Copilot"),
    (".clinerules", "*.md", "Cline"),
    (".clinerules", "*.txt", "Cline"),
)
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class OtherTool:
    """A file of another tool; `@target` written into the file `into` would import it."""

    path: str
    tool: str
    into: str
    target: str


def find_other_tools(root: Path, path: str, read: Iterable[LoadedFile]) -> tuple[OtherTool, ...]:
    """Those at the root of a workspace, and each AGENTS.md on the way to the file `path`; none that was `read`."""
    known = {file.file for file in read}
    found: dict[str, OtherTool] = {}
    for name, tool in (*_candidates(root), *((name, "AGENTS.md") for name in _agents(root, path))):
        place = root / name
        if place.is_file() and place.resolve() not in known and len(found) < _MOST:
            folder, _, bare = name.rpartition("/") if tool == "AGENTS.md" else ("", "", name)
            found[name] = OtherTool(
                name, tool, f"{folder}/CLAUDE.md" if folder else "CLAUDE.md", bare.replace(" ", "\\ ")
            )
    return tuple(found.values())


def _candidates(root: Path) -> Iterator[tuple[str, str]]:
    yield from _FILES
    for folder, pattern, tool in _FOLDERS:
        if (root / folder).is_dir():
            for file in sorted((root / folder).glob(pattern))[:_MOST]:
                yield f"{folder}/{file.name}", tool


def _agents(root: Path, path: str) -> Iterator[str]:
    folders = path.split("/")[:-1]
    for end in range(len(folders) + 1):
        name = "/".join([*folders[:end], OTHER_NAME])
        if (root / name).is_file():
            yield name
