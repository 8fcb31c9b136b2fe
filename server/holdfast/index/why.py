"""Why a file is in the index, or not: `holdfast index --why PATH`."""

import os
from dataclasses import dataclass
from pathlib import Path

from holdfast.index.chunk_store import content_hash
from holdfast.index.crash_log import refused_files
from holdfast.index.declared_rules import declared_rules
from holdfast.index.definitions import dissect
from holdfast.index.generated import unwritten
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.languages import grammar_of
from holdfast.index.scan import ignored_reason, why_skipped
from holdfast.index.source_text import SourceFile, read_source


@dataclass(frozen=True, slots=True)
class WhyIndexed:
    """`path` is relative to the workspace with "/" where it lies inside; `reason` is a skip reason and its cause."""

    path: str
    indexed: bool
    reason: str


def why_indexed(root: Path, path: str, directory: Path) -> WhyIndexed:
    """Apply the rules of `root` to `path` (absolute, or relative to `root`), without asking any index.

    `directory` is where the index of `root` lies, or will: beside it stands on which files a parser has crashed.
    """
    root = root.resolve()
    absolute = Path(os.path.abspath(root / path))  # noqa: PTH100 - resolve() would follow the link that is asked about
    if not absolute.is_relative_to(root):
        return WhyIndexed(path, indexed=False, reason="ignored: outside the workspace")
    relative = absolute.relative_to(root).as_posix()
    return WhyIndexed(relative, *_verdict(root, absolute, relative, directory))


def _verdict(root: Path, absolute: Path, relative: str, directory: Path) -> tuple[bool, str]:
    rules = IgnoreRules(root, declared_rules(directory))
    for parent in list(absolute.parents)[: len(Path(relative).parts) - 1]:
        if parent.is_symlink():
            return False, f"symlink: {parent.relative_to(root).as_posix()}"
    cause = rules.why_ignored(relative, is_directory=absolute.is_dir() and not absolute.is_symlink())
    if cause is not None:
        return False, f"{ignored_reason(cause)}: {cause}"
    try:
        size = absolute.lstat().st_size
    except OSError as error:
        return False, f"unreadable: {error.strerror}"
    read = why_skipped(relative, size, rules) or read_source(root, relative)
    if isinstance(read, str):
        said = _who_says_so(absolute, relative) if read in {"generated", "minified"} else None
        return False, read if said is None else f"{read}: {said}"
    return True, f"{_how_cut(read, refused_files(directory).get(relative))}{_damage(read)}"


def _how_cut(read: SourceFile, refused_hash: bytes | None) -> str:
    language = read.source.language
    if grammar_of(language) is None:
        return f"indexed as {language}"
    # Looked up before it is parsed: this process would not survive it either.
    if content_hash(read.data) == refused_hash:
        return f"cut as plain text: the {language} parser failed on it"
    if dissect(language, read.source.text.encode(errors="replace")) is None:
        return f"cut as plain text: the {language} parser makes nothing of it"
    return f"indexed as {language}"


def _damage(read: SourceFile) -> str:
    return f"; {read.damaged_places} places are not UTF-8 and were replaced" if read.damaged_places else ""


def _who_says_so(absolute: Path, relative: str) -> str | None:
    """What shows that a tool wrote the file; None when it has just changed."""
    try:
        found = unwritten(relative, absolute.read_text("utf-8", errors="replace"))
    except OSError as error:
        return error.strerror
    return None if found is None else found.cause
