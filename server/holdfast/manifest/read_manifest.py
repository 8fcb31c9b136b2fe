"""The workspace's CLAUDE.md as blocks for the prompt: one per section, HTML comments left out."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

_LARGEST_BYTES: Final = 256 * 1024
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+)$")
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


def read_manifest(root: Path, name: str, is_secret: Callable[[str], bool]) -> Manifest:
    """The sections of `root/name`; empty when it is missing, unreadable, too large, a secret or outside the workspace.

    `is_secret` is asked for the name and for the file behind it, relative to the workspace.
    """
    stamp = manifest_stamp(root, name)
    if stamp == (0, 0):
        return Manifest()
    try:
        refusal = _why_not_read(root, name, stamp[1], is_secret)
        text = "" if refusal else (root / name).read_bytes().decode("utf-8-sig", "replace")
    except (OSError, RuntimeError) as error:
        refusal, text = f"cannot be read: {error}", ""
    if refusal:
        logger.warning("%s %s.", name, refusal)
    return Manifest(split_sections(Path(name).as_posix(), text), stamp)


def _why_not_read(root: Path, name: str, size: int, is_secret: Callable[[str], bool]) -> str | None:
    """Why a manifest that is there is not read, as the end of a sentence; None when it is."""
    file, home = root / name, root.resolve()
    if not file.is_file():
        return "is not a file and is not read"
    behind = file.resolve()
    if not behind.is_relative_to(home):
        return "leads out of the workspace and is not read"
    if is_secret(Path(name).as_posix()) or is_secret(behind.relative_to(home).as_posix()):
        return "looks like a secret and is not read"
    if size > _LARGEST_BYTES:
        return f"is larger than {_LARGEST_BYTES // 1024} KB and is not read"
    return None


def split_sections(path: str, text: str) -> tuple[ManifestSection, ...]:
    """Sections at Markdown headings outside code fences; comments removed, line numbers those of the file."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    visible = _without_comments(plain).split("\n")
    starts: list[tuple[int, str]] = [(0, "")]
    fence = ""
    for number, line in enumerate(visible):
        found = None if fence else _HEADING.match(line)
        if found:
            starts.append((number, found.group(1).rstrip(" \t#")))
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


def _without_comments(text: str) -> str:
    """`text` without HTML comments and what is blank behind them; their line breaks stay."""
    parts: list[str] = []
    place = 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        after = end + len("-->")
        while text[after : after + 1] in {" ", "\t"}:
            after += 1
        after += text[after : after + 1] == "\n"
        parts += [text[place:start], "\n" * text.count("\n", start, after)]
        place = after
    return "".join([*parts, text[place:]])


def _without_blank_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]
