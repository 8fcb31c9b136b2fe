"""The links on the way to a file: each can be changed by a commit, and then names another file that no commit has touched."""

import os
from collections import deque
from pathlib import Path
from typing import Final

from holdfast.manifest.file_text import FileText, digest_of

LINK: Final = "link:"
"""What the digest of a link begins with, so that no file's content is taken for it."""
_MOST_LINKS: Final = 40


def is_link_digest(digest: str) -> bool:
    """Whether it is one of `link_text`."""
    return digest.startswith(LINK)


def link_text(link: Path) -> FileText:
    """Where a link leads, as a content to be judged."""
    try:
        target = os.fsencode(link.readlink())
    except OSError as error:
        return FileText(refusal=f"cannot be read: {error.strerror}")
    return FileText(f"-> {target.decode('utf-8', 'replace')}\n", LINK + digest_of(target))


def links_on_the_way(path: Path, root: Path) -> tuple[Path, ...]:
    """Every link below `root` (resolved) that is followed from `path` to its file; none where the way does not end."""
    found: list[Path] = []
    place = Path(path.anchor)
    parts = deque(path.parts[1:] if path.anchor else path.parts)
    passed = 0
    while parts:
        part = parts.popleft()
        if part == os.pardir:
            place = place.parent
            continue
        step = place / part
        target = _target_of(step)
        if target is None:
            place = step
            continue
        passed += 1
        if passed > _MOST_LINKS:
            return ()
        if step.is_relative_to(root):
            found.append(step)
        if target.anchor:
            place = Path(target.anchor)
        parts.extendleft(reversed(target.parts[1:] if target.anchor else target.parts))
    return tuple(dict.fromkeys(found))


def _target_of(place: Path) -> Path | None:
    try:
        return place.readlink()
    except (OSError, ValueError):  # no link, or nothing there
        return None
