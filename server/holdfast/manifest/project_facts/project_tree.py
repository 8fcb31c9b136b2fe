"""The repository as the facts are read from it: which files are there, and the texts of a few of them, all bounded."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from holdfast.manifest.project_facts.fact import Evidence
from holdfast.manifest.project_facts.plain_text import is_plain_path, visible

LARGEST_BYTES: Final = 256 * 1024
_MOST_FILES: Final = 100_000
_DEEPEST: Final = 24
_LONGEST_PROOF: Final = 120
_LONGEST_LINE: Final = 2_000
_NOT_THE_PROJECT: Final = re.compile(
    r"(?:^|/)(?:tests?|testdata|fixtures?|examples?|samples?|demos?|vendor|third_party|node_modules|deps|docs?|bench\w*|\..*)/",
    re.IGNORECASE,
)

IsIgnored = Callable[[str, bool], bool]
"""(path relative to the root with "/", whether it is a folder): does not count."""


@dataclass(frozen=True)
class SourceText:
    """A file's text with LF line ends."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, the first 2,000 characters of each: a pattern's time grows with a line's length, often faster."""
        return [line[:_LONGEST_LINE] for line in self.text.split("\n")]

    @property
    def folder(self) -> str:
        """The folder it lies in, "" for the root."""
        return self.path.rpartition("/")[0]

    def proof(self, *needles: str) -> Evidence:
        """The line with the last of `needles`, each looked for behind the one before; the file where one is missing."""
        place, end = 0, 0
        for needle in needles:
            place = self.text.find(needle, end)
            if place < 0:
                return there(self.path)
            end = place + len(needle)
        return self.line_proof(self.text.count("\n", 0, place) + 1)

    def key_proof(self, key: str, *behind: str) -> Evidence:
        """The line that begins with `key` and gives it a value, behind `behind`; else where `key` is first named."""
        end = 0
        for needle in behind:
            place = self.text.find(needle, end)
            end = place + len(needle) if place >= 0 else end
        line = re.compile(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=:]", re.MULTILINE).search(self.text, end)
        return self.line_proof(self.text.count("\n", 0, line.start()) + 1) if line else self.proof(*behind, key)

    def line_proof(self, number: int) -> Evidence:
        """Line `number`, 1-based, as evidence."""
        return Evidence(self.path, number, visible(self.lines[number - 1]).strip()[:_LONGEST_PROOF])


def there(path: str, what: str = "is there") -> Evidence:
    """The file or folder itself as evidence."""
    return Evidence(path, 0, what)


@dataclass(frozen=True, slots=True)
class ProjectTree:
    """`files` are sorted, relative to `root`, with "/"; links are not among them, nor names that need quotes."""

    root: Path
    files: tuple[str, ...]
    is_secret: Callable[[str], bool]
    _known: frozenset[str] = field(default=frozenset(), repr=False)
    _folders: frozenset[str] = field(default=frozenset(), repr=False)
    _texts: dict[str, SourceText | None] = field(default_factory=dict, repr=False)

    def has(self, path: str) -> bool:
        """Whether a file of that path is there."""
        return path in self._known

    def has_folder(self, path: str) -> bool:
        """Whether a file lies below that folder."""
        return path in self._folders

    def named(self, *names: str) -> list[str]:
        """The project's own files of these names, those of the shallowest folder that has any; three at most."""
        found = [path for path in self.files if path.rpartition("/")[2] in names and is_own(path)]
        depth = min((path.count("/") for path in found), default=0)
        return [path for path in found if path.count("/") == depth <= 2][:3]  # noqa: PLR2004 - deeper is a part, not the project

    def below(self, folder: str) -> Iterator[str]:
        """The files under a folder."""
        return (path for path in self.files if path.startswith(f"{folder}/"))

    def read(self, path: str) -> SourceText | None:
        """A file's text; None where it is missing, a secret, too large, not a text or not to be read."""
        if path not in self._texts:
            self._texts[path] = self._read(path) if path in self._known else None
        return self._texts[path]

    def texts(self, *names: str) -> Iterator[SourceText]:
        """The texts of `named`."""
        return (text for path in self.named(*names) if (text := self.read(path)) is not None)

    def _read(self, path: str) -> SourceText | None:
        file = self.root / path
        try:
            if self.is_secret(path) or file.is_symlink() or file.stat().st_size > LARGEST_BYTES:
                return None
            data = file.read_bytes()
        except OSError:
            return None
        if b"\0" in data:
            return None
        text = data.decode("utf-8-sig", "replace")
        return SourceText(path, text.replace("\r\n", "\n").replace("\r", "\n"))


def is_own(path: str) -> bool:
    """Whether a file lies outside the folders that hold tests, samples and other people's code."""
    return _NOT_THE_PROJECT.search(path) is None


def plant(
    root: Path,
    files: tuple[str, ...],
    is_secret: Callable[[str], bool],
    texts: Mapping[str, SourceText | None] | None = None,
) -> ProjectTree:
    """The tree of these files; `texts` are those that need not be read."""
    folders: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return ProjectTree(root, files, is_secret, frozenset(files), frozenset(folders), dict(texts or {}))


def walk_project(root: Path, is_ignored: IsIgnored, is_secret: Callable[[str], bool]) -> ProjectTree:
    """The files under `root` that count. Links are not followed; 100,000 files at most, folders near the root first."""
    files: list[str] = []
    level = [""]
    for _ in range(_DEEPEST):
        below: list[str] = []
        for folder in level:
            for entry in _entries(root / folder):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if not is_plain_path(path) or entry.is_symlink() or is_ignored(path, entry.is_dir()):
                    continue
                if entry.is_dir():
                    below.append(path)
                elif entry.is_file():
                    files.append(path)
            if len(files) >= _MOST_FILES:
                return plant(root, tuple(sorted(files[:_MOST_FILES])), is_secret)
        level = below
    return plant(root, tuple(sorted(files)), is_secret)


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
