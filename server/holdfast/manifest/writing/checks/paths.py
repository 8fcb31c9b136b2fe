"""Paths that a manifest names and the repository does not have. Only what is plainly meant as a path of it is judged."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from holdfast.manifest.project_facts.code_languages import LANGUAGE_OF
from holdfast.manifest.project_facts.project_tree import ProjectTree
from holdfast.manifest.writing.checks.code_texts import CodeText, MarkdownLine
from holdfast.manifest.writing.checks.finding import Finding

_EXTENSIONS: Final = frozenset(LANGUAGE_OF) | frozenset(
    "md rst txt json toml yaml yml xml html css scss cfg ini lock mk cmake gradle proto graphql tf svg png".split()  # noqa: SIM905 - a paragraph of names
)
_PLAIN: Final = re.compile(r"(?:\./)?[A-Za-z0-9_.][\w.@+-]*(?:/[\w.@+-]+)*/?", re.ASCII)
_TAIL: Final = re.compile(r"(?::\d+(?::\d+)?|::[\w:\[\]-]+|#[\w-]+)$")
_STANDS_FOR_ANY: Final = re.compile(
    r"(?:^|[/_.-])(?:path/to|your|my|foo|bar|baz|example|xxx|some|name|x|y|n)(?=$|[/_.-])|\.\.\.",
    re.IGNORECASE,
)
_UPPER: Final = re.compile(r"(?:^|/)[A-Z][A-Z_]+(?:\.(?!md$)[a-z]+)?(?:/|$)")
_MADE: Final = frozenset(
    {
        "build",
        "dist",
        "out",
        "target",
        "node_modules",
        ".venv",
        "venv",
        "coverage",
        "tmp",
        "bin",
        "obj",
        "vendor",
        "site",
    }
)
"""Folders that tools make, whether a rule ignores them or not."""
_IMPORT: Final = re.compile(r"(?<!\S)@(?P<path>(?:\./)?[\w][\w./-]*\.\w+)(?=[\s,;:)]|\.?$)")
_REMEDY: Final = "Name the path as it is now, or delete the line."


@dataclass(frozen=True)
class KnownPaths:
    """What the repository has; `is_ignored` (path, whether it is a folder) says what a build may have made."""

    tree: ProjectTree
    is_ignored: Callable[[str, bool], bool]

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder with a file in it."""
        return frozenset(folder for path in self.tree.files for folder in _above(path))

    @cached_property
    def folder_names(self) -> frozenset[str]:
        """The last segments of those."""
        return frozenset(folder.rpartition("/")[2] for folder in self.folders)

    @cached_property
    def _ends(self) -> frozenset[str]:
        """Every path and folder, and each end of it: `b/c.py` of `a/b/c.py`."""
        places = {*self.tree.files, *self.folders}
        return frozenset(place for path in places for place in _ends_of(path))

    def has(self, path: str) -> bool:
        """Whether a file or folder of that path is there, from the root or from any folder."""
        if path in self._ends or path in self.folders:
            return True
        try:
            return (self.tree.root / path).exists()
        except (OSError, ValueError):
            return True

    def is_missing(self, text: str, *, is_listed: bool = False) -> str | None:
        """The path that `text` plainly means and that is not there, else None."""
        word = _TAIL.sub("", text)
        if not _PLAIN.fullmatch(word) or _STANDS_FOR_ANY.search(word) or _UPPER.search(word) or "//" in word:
            return None
        is_folder = word.endswith("/")
        path = word.removeprefix("./").rstrip("/")
        first, slash, _ = path.partition("/")
        extension = path.rpartition("/")[2].rpartition(".")[2].lower()
        is_inside = bool(slash) and first in self.folder_names and (is_folder or is_listed or extension in _EXTENSIONS)
        is_at_root = not slash and is_folder and is_listed
        if not (is_inside or is_at_root) or ".." in path.split("/") or _MADE.intersection(path.split("/")):
            return None
        if self.has(path) or self.is_ignored(path, False) or self.is_ignored(path, True):
            return None
        return path


def check_paths(known: KnownPaths, code: Iterable[CodeText]) -> Iterator[Finding]:
    """Paths in code spans."""
    for span in code:
        path = None if span.is_block else known.is_missing(span.text, is_listed=span.is_listed)
        if path is not None:
            yield Finding(span.line, "path", f"{path} is not there.", _REMEDY)


def check_imports(known: KnownPaths, prose: Iterable[MarkdownLine], folder: str) -> Iterator[Finding]:
    """`@imports` of files that are missing, relative to the manifest's `folder`."""
    for line in prose:
        for found in _IMPORT.finditer(line.text):
            path = found["path"].removeprefix("./")
            place = f"{folder}/{path}" if folder else path
            if path.rpartition(".")[2].lower() in _EXTENSIONS and not (known.tree.root / place).exists():
                yield Finding(line.line, "import", f"@{path} imports a file that is not there.", _REMEDY)


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _ends_of(path: str) -> Iterator[str]:
    yield path
    while "/" in path:
        path = path.partition("/")[2]
        yield path
