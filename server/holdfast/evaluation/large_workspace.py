"""A workspace of thousands of files, drawn by seed from real packages and kept from run to run with its index.

A tenth of its files may be rewritten while something is measured; `draw_large_workspace` puts them right again.
"""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGES: Final = (
    ("homeassistant", "2024.3.3"),
    ("sympy", "1.13.3"),
    ("django", "5.1.4"),
    ("networkx", "3.4.2"),
    ("sqlalchemy", "2.0.36"),
    ("scipy", "1.14.1"),
)
"""Name and version of what large workspaces are drawn from: over 10,000 files."""
_LONGEST_FILE: Final = 1_000_000
_MARKER: Final = "workspace-of.txt"
_REWRITTEN_SHARE: Final = 10


@dataclass(frozen=True, slots=True)
class LargeWorkspace:
    """`files` are relative to `root`, in the order drawn; `rewritable` are some of them."""

    root: Path
    files: tuple[str, ...]
    rewritable: tuple[str, ...]

    @property
    def stable(self) -> tuple[str, ...]:
        """The files that nobody rewrites."""
        kept = set(self.rewritable)
        return tuple(file for file in self.files if file not in kept)


def draw_large_workspace(place: Path, packages: Sequence[Path], count: int, seed: int) -> LargeWorkspace:
    """`count` Python files of `packages` (folders) under `place`, made unless the same draw is there already.

    With fewer files in the packages, all are taken, and again under another name until there are `count`. Raises
    ValueError when there are none.
    """
    found = [
        (folder, file)
        for folder in packages
        for file in sorted(folder.rglob("*.py"))
        if 0 < file.stat().st_size <= _LONGEST_FILE
    ]
    if not found:
        raise ValueError("no packages to draw from")
    draw = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    drawn: list[tuple[str, Path]] = []
    while len(drawn) < count:
        copy = len(drawn) // len(found)
        taken = draw.sample(found, min(len(found), count - len(drawn)))
        drawn += [
            (f"{folder.name}{f'-copy-{copy}' * bool(copy)}/{_inside(folder, file)}", file) for folder, file in taken
        ]
    root = place / f"workspace-{count}"
    description = f"{seed} {count} " + " ".join(sorted(folder.name for folder in packages))
    if _read(place / f"{count}-{_MARKER}") != description:
        shutil.rmtree(root, ignore_errors=True)
        for path, file in drawn:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, root / path)
        _make_repository(root)
        (place / f"{count}-{_MARKER}").write_text(description, encoding="utf-8")
    rewritable = drawn[::_REWRITTEN_SHARE]
    for path, file in rewritable:
        _put_right(root / path, file)
    return LargeWorkspace(root, tuple(path for path, _ in drawn), tuple(path for path, _ in rewritable))


def _make_repository(root: Path) -> None:
    """An empty repository of git's: what a folder above ignores is then none of this workspace's rules."""
    for folder in ("objects", "refs"):
        (root / ".git" / folder).mkdir(parents=True)
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")


def _put_right(copy: Path, original: Path) -> None:
    if copy.read_bytes() != original.read_bytes():
        shutil.copy2(original, copy)


def _inside(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _read(marker: Path) -> str:
    try:
        return marker.read_text(encoding="utf-8")
    except OSError:
        return ""
