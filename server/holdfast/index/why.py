"""Why a file is in the index, or not: `holdfast index --why PATH`."""

import os
from dataclasses import dataclass
from pathlib import Path

from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.scan import why_skipped
from holdfast.index.source_text import read_source


@dataclass(frozen=True, slots=True)
class WhyIndexed:
    """`path` is relative to the workspace with "/" where it lies inside; `reason` is a skip reason and its cause."""

    path: str
    indexed: bool
    reason: str


def why_indexed(root: Path, path: str) -> WhyIndexed:
    """Apply the rules of `root` to `path` (absolute, or relative to `root`), without looking into any index."""
    root = root.resolve()
    absolute = Path(os.path.abspath(root / path))  # noqa: PTH100 - resolve() would follow the link that is asked about
    if not absolute.is_relative_to(root):
        return WhyIndexed(path, indexed=False, reason="ignored: outside the workspace")
    relative = absolute.relative_to(root).as_posix()
    return WhyIndexed(relative, *_verdict(root, absolute, relative))


def _verdict(root: Path, absolute: Path, relative: str) -> tuple[bool, str]:
    rules = IgnoreRules(root)
    for parent in list(absolute.parents)[: len(Path(relative).parts) - 1]:
        if parent.is_symlink():
            return False, f"symlink: {parent.relative_to(root).as_posix()}"
    ignored = rules.why_ignored(relative, is_directory=absolute.is_dir() and not absolute.is_symlink())
    if ignored is not None:
        return False, f"ignored: {ignored}"
    try:
        size = absolute.lstat().st_size
    except OSError as error:
        return False, f"unreadable: {error.strerror}"
    read = why_skipped(relative, size, rules) or read_source(root, relative)
    if isinstance(read, str):
        return False, read
    if read.damaged_places:
        return True, f"indexed; {read.damaged_places} places are not UTF-8 and were replaced"
    return True, f"indexed as {read.source.language}"
