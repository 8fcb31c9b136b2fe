"""What the ignore files of a workspace said at one time, and what follows for its paths.

A snapshot knows the rules of the directories that were asked about; a new directory is read when it is met. What it has
seen of a file never changes: a change on disk makes the snapshot stale, and its successor takes its place as a whole.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from holdfast.index.git_places import ask_excludes_file, find_git_places
from holdfast.index.never_source import is_never_source, is_vendored, markers_of
from holdfast.index.rule_file import RULE_FILES, RuleFile, read_rule_file

_Stamp = tuple[int, int, int, int]
_INFO_EXCLUDE: Final = ".git/info/exclude"
_DECLARED: Final = "json holdfast"
_HOLDFAST_S: Final = frozenset({".holdfastignore", _DECLARED})


class RuleSnapshot:
    """Rules and verdicts for the workspace `root`; may be asked from several threads.

    Making one reads the outer rule files and those at the root, and asks git once. The first question about a directory
    looks for four files in it and reads its rule files (see `rule_file`); what is known already is looked up.
    """

    def __init__(self, root: Path, declared: Path | None = None) -> None:
        self._root = root
        self._declared = declared
        # By spelled path: most questions here are look-ups, and a Path costs more than one.
        self._stamps: dict[str, _Stamp | None] = {}
        self._files: dict[str, RuleFile | None] = {}
        self._rules: dict[str, tuple[RuleFile, ...]] = {}
        self._reasons: dict[str, str | None] = {}
        places = find_git_places(root)
        for path in places.settings:
            self._exists(str(path))
        self._top = str(places.top)
        below = root.relative_to(places.top).as_posix()
        self._prefix = "" if below == "." else f"{below}/"
        outer = [] if places.info_exclude is None else [(places.info_exclude, _INFO_EXCLUDE)]
        outer.append((ask_excludes_file(root), "core.excludesFile"))
        self.outer_rule_files = (*(path for path, _ in outer), *(() if declared is None else (declared,)))
        read = [self._read(str(path), "", name) for path, name in outer]
        self._outer = tuple(rules for rules in read if rules is not None)
        above = self._read(str(declared), self._prefix, _DECLARED) if declared is not None else None
        self._above = () if above is None else (above,)
        self._rules_for("")

    def is_stale(self) -> bool:
        """Whether a file that was looked for has changed, come or gone; one `stat` for each."""
        return any(_stamp(path) != stamp for path, stamp in self._stamps.copy().items())

    def successor(self) -> Self:
        """A snapshot of now that knows every directory this one knows, as far as it is still there."""
        fresh = type(self)(self._root, self._declared)
        # Copies, for another thread may meet a new directory meanwhile; the successor reads that one when asked.
        for directory in self._rules.copy():
            if (self._root / directory).is_dir():
                fresh._rules_for(directory)  # noqa: SLF001 - one of its own kind
        for directory in self._reasons.copy():
            if (self._root / directory).is_dir():
                fresh.why_directory(directory)
        return fresh

    def why_directory(self, path: str) -> str | None:
        """What ignores a directory, if nothing above it is ignored; relative, without "/" at its end."""
        if path not in self._reasons:
            self._reasons[path] = self._find_directory_reason(path)
        return self._reasons[path]

    def why_file(self, path: str) -> str | None:
        """What ignores a file, if no directory above it is ignored; relative."""
        return self._match(path, path)

    def _find_directory_reason(self, path: str) -> str | None:
        name = path.rpartition("/")[2]
        cause = name if is_never_source(name) else None
        if cause is None:
            cause = next((marker for marker in markers_of(name) if self._exists(f"{self._root}/{path}/{marker}")), None)
        if cause is not None and not (is_vendored(cause) and self._is_taken_back(path, name)):
            return cause
        return self._match(path, path + "/")

    def _is_taken_back(self, path: str, name: str) -> bool:
        """Whether Holdfast's own rules ask for a vendored folder, by name: `!*/` is said of folders in general."""
        for rules in self._rules_for(path.rpartition("/")[0]):
            if rules.name in _HOLDFAST_S and (verdict := rules.verdict(f"{self._prefix}{path}/")) is not None:
                return not verdict.is_ignored and name in verdict.line
        return False

    def _match(self, path: str, spelled: str) -> str | None:
        for rules in self._rules_for(path.rpartition("/")[0]):
            verdict = rules.verdict(self._prefix + spelled)
            if verdict is not None:
                return f"{rules.name}: {verdict.line}" if verdict.is_ignored else None
        return None

    def _rules_for(self, directory: str) -> tuple[RuleFile, ...]:
        """All rule files that speak about entries of `directory`, the strongest first."""
        known = self._rules.get(directory)
        if known is None:
            found = {name: tuple(self._rules_upwards(directory, name)) for name in RULE_FILES}
            known = (*self._above, *found[".holdfastignore"], *found[".gitignore"], *self._outer)
            self._rules[directory] = known
        return known

    def _rules_upwards(self, directory: str, name: str) -> Iterator[RuleFile]:
        full = (self._prefix + directory).strip("/")
        while True:
            base = f"{full}/" if full else ""
            rules = self._read(f"{self._top}/{base}{name}", base, name)
            if rules is not None:
                yield rules
            if not full:
                return
            full = full.rpartition("/")[0]

    def _read(self, path: str, base: str, name: str) -> RuleFile | None:
        if path not in self._files:
            self._files[path] = read_rule_file(Path(path), base, name) if self._exists(path) else None
        return self._files[path]

    def _exists(self, path: str) -> bool:
        """Whether there is such a file; what is seen now is what `is_stale` compares with."""
        stamp = _stamp(path)
        self._stamps[path] = stamp
        return stamp is not None


def _stamp(path: str) -> _Stamp | None:
    """What changes with a file; None when there is no regular file (a pipe would never end)."""
    try:
        status = os.stat(path)  # noqa: PTH116 - twice as fast, and there are four for every directory
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
