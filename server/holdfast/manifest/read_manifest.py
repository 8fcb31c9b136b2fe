"""The workspace's CLAUDE.md as blocks for the prompt: one per section, HTML comments left out."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

_LARGEST_BYTES: Final = 256 * 1024
_COMMENT: Final = re.compile(r"<!--.*?-->[ \t]*\n?", re.DOTALL)
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$")
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})(.*)$")


@dataclass(frozen=True, slots=True)
class ManifestSection:
    """Lines `first_line` to `last_line` (1-based) of the manifest, under one heading ("" before the first)."""

    path: str
    heading: str
    first_line: int
    last_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was read; `stamp` changes when the file does."""

    sections: tuple[ManifestSection, ...] = ()
    stamp: tuple[int, int] = (0, 0)


def manifest_stamp(root: Path, name: str) -> tuple[int, int]:
    """(modification time in ns, size) of the manifest, or zeros: cheap enough to ask at a pause."""
    try:
        status = (root / name).stat()
    except (OSError, ValueError):
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def read_manifest(root: Path, name: str) -> Manifest:
    """The sections of `root/name`; empty when it is missing, unreadable, too large or outside the workspace."""
    file = root / name
    stamp = manifest_stamp(root, name)
    if stamp == (0, 0):
        return Manifest()
    try:
        if not file.is_file():
            logger.warning("%s is not a file and is not read.", name)
            return Manifest(stamp=stamp)
        if not file.resolve().is_relative_to(root.resolve()):
            logger.warning("%s leads out of the workspace and is not read.", name)
            return Manifest(stamp=stamp)
        if stamp[1] > _LARGEST_BYTES:
            logger.warning("%s is larger than %d KB and is not read.", name, _LARGEST_BYTES // 1024)
            return Manifest(stamp=stamp)
        text = file.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        logger.warning("%s cannot be read: %s.", name, error.strerror)
        return Manifest(stamp=stamp)
    return Manifest(split_sections(Path(name).as_posix(), text), stamp)


def split_sections(path: str, text: str) -> tuple[ManifestSection, ...]:
    """Sections at Markdown headings outside code fences; comments removed, line numbers those of the file."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    visible = _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), plain).split("\n")
    starts: list[tuple[int, str]] = [(0, "")]
    fence = ""
    for number, line in enumerate(visible):
        found = None if fence else _HEADING.match(line)
        if found:
            starts.append((number, found.group(1)))
        fence = _fence_after(line, fence)
    ends = [number for number, _ in starts[1:]] + [len(visible)]
    return tuple(
        ManifestSection(path, heading, first + 1, first + len(body), "\n".join(body))
        for (first, heading), end in zip(starts, ends, strict=True)
        if "".join(body := _without_blank_end(visible[first:end])).strip()
    )


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after `line`, "" for none; `fence` is open before it and closed only by its like."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    mark, rest = found.groups()
    if not fence:
        return "" if mark[0] == "`" and "`" in rest else mark
    return "" if mark.startswith(fence) and not rest.strip() else fence


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines
