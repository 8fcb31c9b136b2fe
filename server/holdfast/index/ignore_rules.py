"""Which paths of a workspace do not count, by git's rules, by `.holdfastignore`, and by what is never source.

Precedence as in git: the last matching line of the deepest file wins, then its parents', `.git/info/exclude`,
`core.excludesFile`; nothing below an ignored folder comes back. `.holdfastignore` (the same syntax, at any level)
stands above all of git's files, so that it may also bring a file back that git ignores.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

from holdfast.index.git_places import GitPlaces, find_git_places

RULE_FILES: Final = (".holdfastignore", ".gitignore")
_LARGEST_RULE_FILE_BYTES: Final = 1_000_000
_RECHECK_S: Final = 2.0

ALWAYS_IGNORED: Final = frozenset(
    """.git .hg .svn .bzr .jj CVS node_modules bower_components jspm_packages .yarn .pnpm-store .venv __pycache__
    __pypackages__ site-packages .tox .nox .eggs .mypy_cache .ruff_cache .pytest_cache .hypothesis .ipynb_checkpoints
    .cache .next .nuxt .svelte-kit .turbo .parcel-cache .angular .gradle .idea .vs .terraform .bundle .dart_tool
    .stack-work .zig-cache zig-cache .bloop .metals .ccls-cache .clangd .sass-cache .nyc_output .vscode-test .holdfast
    DerivedData Pods""".split()  # noqa: SIM905 - a paragraph of names
)
_MARKERS: Final = ("pyvenv.cfg", "CACHEDIR.TAG")


@dataclass(frozen=True, slots=True)
class _RuleFile:
    """Patterns of one file; they match paths relative to `base` ("" is the top, else it ends in "/")."""

    name: str
    base: str
    spec: GitIgnoreSpec


@dataclass(slots=True)
class _Cache:
    places: GitPlaces
    prefix: str
    outer: tuple[_RuleFile, ...] = ()
    rules: dict[str, tuple[_RuleFile, ...]] = field(default_factory=dict)
    reasons: dict[str, str | None] = field(default_factory=dict)
    stamps: dict[Path, tuple[int, int] | None] = field(default_factory=dict)


class IgnoreRules:
    """The rules of one workspace. Making it reads files and asks git once; a question costs microseconds.

    What was read is remembered and looked at again, by modification time, at most every `recheck_s` seconds
    (None: only when `forget` is called).
    """

    def __init__(self, root: Path, *, recheck_s: float | None = _RECHECK_S) -> None:
        self._root = root.absolute()
        self._recheck_s = recheck_s
        self._checked = time.monotonic()
        self._cache = self._load()

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self._cache = self._load()
        self._checked = time.monotonic()

    @staticmethod
    def is_rule_file(relative_path: str) -> bool:
        """Whether a change of this file changes what is ignored."""
        return relative_path.rpartition("/")[2] in RULE_FILES

    def outer_rule_files(self) -> list[Path]:
        """Rule files that may lie outside the workspace: `info/exclude` and `core.excludesFile`."""
        places = self._cache.places
        return [path for path in (places.info_exclude, places.excludes_file) if path is not None]

    def why_ignored(self, relative_path: str, is_directory: bool) -> str | None:  # noqa: FBT001 - the two belong together
        """What ignores a path ("node_modules", ".gitignore: *.log"), or None; `relative_path` uses "/".

        A path that leaves the workspace (absolute, or through "..") is ignored as "outside the workspace".
        """
        path = relative_path.strip("/")
        parts = path.split("/")
        if relative_path.startswith("/") or ".." in parts or (os.name == "nt" and ":" in parts[0]):
            return "outside the workspace"
        if path in {"", "."}:
            return None
        self._recheck()
        for end in range(1, len(parts)):
            reason = self._why_directory("/".join(parts[:end]))
            if reason is not None:
                return reason
        return self._why_directory(path) if is_directory else self._match(path, path)

    def _why_directory(self, path: str) -> str | None:
        if path not in self._cache.reasons:
            self._cache.reasons[path] = self._find_directory_reason(path)
        return self._cache.reasons[path]

    def _find_directory_reason(self, path: str) -> str | None:
        name = path.rpartition("/")[2]
        if name in ALWAYS_IGNORED or name.endswith(".egg-info"):
            return name
        for marker in _MARKERS:
            if (self._root / path / marker).is_file():
                return marker
        return self._match(path, path + "/")

    def _match(self, path: str, spelled: str) -> str | None:
        full = self._cache.prefix + spelled
        for rules in self._rules_for(path.rpartition("/")[0]):
            if not full.startswith(rules.base):
                continue
            verdict = rules.spec.check_file(full[len(rules.base) :])
            if verdict.include is None:
                continue
            if not verdict.include or verdict.index is None:
                return None
            return f"{rules.name}: {rules.spec.patterns[verdict.index].pattern!s}"
        return None

    def _rules_for(self, directory: str) -> tuple[_RuleFile, ...]:
        """All rule files that speak about entries of `directory`, the strongest first."""
        known = self._cache.rules.get(directory)
        if known is None:
            found = {name: list(self._rules_upwards(directory, name)) for name in RULE_FILES}
            known = (*found[".holdfastignore"], *found[".gitignore"], *self._cache.outer)
            self._cache.rules[directory] = known
        return known

    def _rules_upwards(self, directory: str, name: str) -> Iterator[_RuleFile]:
        top, prefix = self._cache.places.top, self._cache.prefix
        full = (prefix + directory).strip("/")
        while True:
            rules = self._read(top / full / name, f"{full}/" if full else "", name)
            if rules is not None:
                yield rules
            if not full:
                return
            full = full.rpartition("/")[0]

    def _load(self) -> _Cache:
        places = find_git_places(self._root)
        below = self._root.relative_to(places.top).as_posix()
        self._read_files: dict[Path, _RuleFile | None] = {}
        self._cache = _Cache(places, "" if below == "." else f"{below}/")
        outer = [self._read(path, "", name) for path, name in self._outer_files(places)]
        self._cache.outer = tuple(rules for rules in outer if rules is not None)
        return self._cache

    @staticmethod
    def _outer_files(places: GitPlaces) -> list[tuple[Path, str]]:
        files = [] if places.info_exclude is None else [(places.info_exclude, ".git/info/exclude")]
        return [*files, (places.excludes_file, "core.excludesFile")]

    def _read(self, path: Path, base: str, name: str) -> _RuleFile | None:
        if path in self._read_files:
            return self._read_files[path]
        self._cache.stamps[path] = _stamp(path)
        rules: _RuleFile | None = None
        if self._cache.stamps[path] is not None:
            rules = _parse(path, base, name)
        self._read_files[path] = rules
        return rules

    def _recheck(self) -> None:
        if self._recheck_s is None or time.monotonic() - self._checked < self._recheck_s:
            return
        self._checked = time.monotonic()
        if any(_stamp(path) != stamp for path, stamp in self._cache.stamps.items()):
            self.forget()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size)


def _parse(path: Path, base: str, name: str) -> _RuleFile | None:
    """The patterns of one file; lines git would not accept are passed over, as git does."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_RULE_FILE_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return None
    patterns: list[str] = []
    for line in text.split("\n"):
        stripped = line.removesuffix("\r")
        try:
            GitIgnoreSpec.from_lines([stripped])
        except ValueError:
            continue
        patterns.append(stripped)
    spec = GitIgnoreSpec.from_lines(patterns, backend="simple")
    return _RuleFile(name, base, spec) if len(spec.patterns) else None
