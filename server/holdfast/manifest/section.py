"""The unit of a manifest: the text under one heading of one file, and why it applies."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["user", "project", "nested", "local", "rules", "import"]
"""Whose file it is: the person's own, the workspace's at its root or in a folder of it, `CLAUDE.local.md`, a file of
`.claude/rules`, or a file that one of these imports."""


@dataclass(frozen=True, slots=True)
class ManifestSection:
    """Lines `first_line` to `last_line` (1-based) of the file `path`, under one heading ("" before the first).

    `path` is relative to the workspace, or begins with `~/` or `../` where the file lies outside. `text` is what stands
    there without comments and hidden characters.
    """

    path: str
    heading: str
    first_line: int
    last_line: int
    text: str
    scope: Scope = "project"
