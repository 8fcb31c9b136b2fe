"""What a repository proves about itself. Every fact carries the place that proves it.

The texts are data from a repository that anybody may have written: `plain_text.py` has taken out what could steer a
model, a terminal or Markdown, and bounded their length.
"""

from dataclasses import dataclass, fields
from typing import Literal

CommandKind = Literal["setup", "build", "test", "one_test", "lint", "run", "also"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Line `line` (1-based) of `path` says `text`; line 0: that the file or folder is there proves it."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A language, framework or tool, and the version it is held to ("" where none is)."""

    name: str
    version: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Command:
    """A command line for a POSIX shell in the repository's root; `needs` are the paths that it names."""

    kind: CommandKind
    text: str
    evidence: Evidence
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A path of the repository and a few words on it: a folder's purpose, a document's title, why a path is protected."""

    path: str
    words: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """All of them, the likeliest first in each kind.

    `generated`: a file and the command that writes it. `pins`: every version that any file holds a language to.
    """

    name: tuple[Said, ...] = ()
    purpose: tuple[Said, ...] = ()
    audience: tuple[Said, ...] = ()
    languages: tuple[Pinned, ...] = ()
    pins: tuple[Pinned, ...] = ()
    frameworks: tuple[Pinned, ...] = ()
    managers: tuple[Pinned, ...] = ()
    commands: tuple[Command, ...] = ()
    folders: tuple[Described, ...] = ()
    conventions: tuple[Said, ...] = ()
    protected: tuple[Described, ...] = ()
    generated: tuple[Described, ...] = ()
    documents: tuple[Described, ...] = ()
    versions: tuple[Said, ...] = ()

    def __add__(self, other: "ProjectFacts") -> "ProjectFacts":
        both = {each.name: (*getattr(self, each.name), *getattr(other, each.name)) for each in fields(self)}
        return ProjectFacts(**both)
