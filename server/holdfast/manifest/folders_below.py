"""The folders of a workspace that have manifests of their own: for who wants to see all that waits."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from holdfast.manifest.locate import LOCAL_NAME, OTHER_NAME

_NEVER: Final = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
_MAYBE_MADE: Final = frozenset({".venv", "venv", ".tox", "target"})
_MARKS: Final = ("pyvenv.cfg", "CACHEDIR.TAG", ".gitignore")
"""What tools leave in folders that they make. The names alone say too little: a `target` may be anybody's."""
_MOST_FOLDERS: Final = 50_000


def folders_with_manifests(root: Path, name: str) -> Iterator[str]:
    """Relative to `root`, the root itself ("") first; `name` stands for CLAUDE.md. Links are not followed."""
    wanted = {name, LOCAL_NAME, OTHER_NAME}
    for folder, folders, files in islice(os.walk(root), _MOST_FOLDERS):
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        if below == "." or ".claude" in folders or wanted.intersection(files):
            yield "" if below == "." else below
        kept = set(folders) - _NEVER - {".claude"}
        made = {name for name in kept & _MAYBE_MADE if _is_made(os.path.join(folder, name))}  # noqa: PTH118 - as os.walk has it
        folders[:] = sorted(kept - made)


def _is_made(folder: str) -> bool:
    return any(os.path.isfile(os.path.join(folder, mark)) for mark in _MARKS)  # noqa: PTH113, PTH118 - one for thousands
