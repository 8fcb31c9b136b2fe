"""What the index still has to look at, and looking at it: the difference between the workspace and index.db.

What a person has open or just saved comes first, and is committed before anything else is begun; then all else by age,
newest first. Each file is read, compared by content hash and, if it changed, cut and stored; many share one transaction,
which ends after a given time or when something urgent comes.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from holdfast.errors import WorkspaceError
from holdfast.index.chunk_store import ChunkStore, FileStamp
from holdfast.index.crash_log import CrashLog
from holdfast.index.cut_file import CutFile, cut_file
from holdfast.index.cutters import cut_files
from holdfast.index.declared_rules import declared_rules
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.scan import scan, why_skipped

_ASK_S: Final = 0.05
_FIRST_S: Final = 0.1
_MANY: Final = 100


class Backlog:
    """The work of one indexer on one workspace; not for several threads. `close` it, it may have helpers."""

    def __init__(self, root: Path, store: ChunkStore) -> None:
        self._root = root
        self._store = store
        self._crashes = CrashLog(root, store.directory)
        self._rules = IgnoreRules(root, declared_rules(store.directory))
        self._stamps = store.stamps()
        self._urgent: dict[str, None] = {}
        self._waiting: dict[str, None] = {}
        self._removed: dict[str, None] = {}
        self._cuts: Iterator[CutFile] | None = None
        self._scan_skips: Counter[str] = Counter()
        self._content_skips: dict[str, CutFile] = {}
        self._is_scan_open = False
        self.directories: set[str] = set()
        self.done = 0
        self.total = 0

    @property
    def is_empty(self) -> bool:
        """Whether the index is what the workspace was when last looked at."""
        return not (self._urgent or self._waiting or self._removed or self._is_scan_open)

    @property
    def has_urgent(self) -> bool:
        """Whether something waits that a person has open or just saved."""
        return bool(self._urgent)

    @property
    def outer_rule_files(self) -> list[Path]:
        """Rule files outside the workspace's own folders, to be watched too."""
        return self._rules.outer_rule_files()

    def close(self) -> None:
        """End the helpers, if there are any, and say that all ended well."""
        self._end_cuts()
        self._crashes.close()

    def paths(self) -> list[str]:
        """Every path that is in the index, newest first."""
        return sorted(self._stamps, key=lambda path: -self._stamps[path].mtime_ns)

    def rescan(self) -> None:
        """Walk the whole workspace and queue every difference; raises WorkspaceError when it cannot be read."""
        self._rules.reread()
        found = scan(self._root, self._rules)
        self._end_cuts()
        self.directories = set(found.directories)
        self._scan_skips = found.skipped
        present = {file.path for file in found.files}
        self._waiting = {
            file.path: None for file in found.files if not self._is_known(file.path, file.mtime_ns, file.size)
        }
        self._content_skips = {path: cut for path, cut in self._content_skips.items() if path in present}
        self._removed = dict.fromkeys(path for path in self._stamps if path not in present)
        self._is_scan_open = True
        self.done, self.total = 0, len(self._waiting)

    def prefer(self, paths: Iterable[str]) -> None:
        """Look at these files before all others, even before the first scan; what does not count is passed over."""
        self._urgent.update(dict.fromkeys(paths))

    def notice(self, paths: Iterable[str]) -> bool:
        """Queue changed paths (relative), first in line; True when the folders to watch may have changed.

        A changed rule file rescans everything.
        """
        before = frozenset(self.directories)
        for path in paths:
            if self._rules.is_rule_file(path):
                self.rescan()
                return True
            place = self._root / path
            is_folder = place.is_dir() and not place.is_symlink()
            if path in self.directories and not is_folder:
                self._forget_folder(path)
            if is_folder:
                self._new_folder(path)
            else:
                self._urgent[path] = None
        if len(self._urgent) > _MANY:
            self._queue_urgent()
        if not self._waiting:
            self.done, self.total = 0, len(self._urgent)
        return self.directories != before

    def work(self, for_s: float, is_urgent: Callable[[], bool]) -> bool:
        """Index for about `for_s` seconds, less at the beginning, so that the newest files serve at once.

        It also ends when `is_urgent` (asked 20 times a second) says that something waits.
        True when anything was looked at. Raises StorageError, DiskFull; what was not committed still waits then.
        """
        if self.is_empty:
            return False
        now = time.monotonic()
        until, ask_at = now + (for_s if self.done else min(for_s, _FIRST_S)), now + _ASK_S
        removed = list(self._removed)
        cuts: list[CutFile] = []
        try:
            with self._store.changes():
                self._store.remove(removed)
                for cut in self._next_cuts():
                    self._put(cut)
                    cuts.append(cut)
                    now = time.monotonic()
                    if now > until or (now > ask_at and is_urgent()):
                        break
                    ask_at = now + _ASK_S if now > ask_at else ask_at
                waiting = set(self._waiting).union(self._urgent).difference(cut.path for cut in cuts)
                if self._is_scan_open and not waiting:
                    self._store.finish_scan(self._skipped(cuts))
        except BaseException:
            # What the helpers cut for this transaction is lost with it: they begin again.
            self._end_cuts()
            raise
        self._is_scan_open = self._is_scan_open and bool(waiting)
        self._commit(removed, cuts)
        return True

    def _next_cuts(self) -> Iterator[CutFile]:
        """Cut files: the urgent ones here and alone, or the others, ahead of time where there are many."""
        if self._urgent:
            yield from map(self._cut_now, list(self._urgent))
            return
        if self._cuts is None and self._waiting:
            self._cuts = cut_files(self._root, {path: self._known_hash(path) for path in self._waiting}, self._crashes)
        for cut in self._cuts or ():
            # Cut before it was saved again, perhaps; then it has been done as urgent.
            if cut.path in self._waiting:
                yield self._cut_now(cut.path) if self._is_gone_from_index(cut) else cut
        self._cuts = None

    def _is_gone_from_index(self, cut: CutFile) -> bool:
        """Whether a file that was found unchanged has been taken out of the index meanwhile, with its folder."""
        return cut.file is None and cut.skipped is None and cut.stamp.hash != self._known_hash(cut.path)

    def _cut_now(self, path: str) -> CutFile:
        if self._counted_mtime_ns(path) is None:
            return CutFile(path, FileStamp(0, 0, b""), skipped="ignored")
        refused = self._crashes.refused_hash(path)
        return cut_file(self._root, path, self._known_hash(path), refused, self._crashes.journal)

    def _counted_mtime_ns(self, path: str) -> int | None:
        """When a path that nobody scanned was written, 0 if it is gone; None when it does not count, as a scan decides."""
        try:
            status = (self._root / path).lstat()
        except (OSError, ValueError):
            return 0 if why_skipped(path, 0, self._rules) is None else None
        behind_link = any((self._root / folder).is_symlink() for folder in list(PurePosixPath(path).parents)[:-1])
        return None if behind_link or why_skipped(path, status.st_size, self._rules) else status.st_mtime_ns

    def _queue_urgent(self) -> None:
        """So many changed that the helpers are worth their start: they go to the head of the line, newest first."""
        times = {path: self._counted_mtime_ns(path) for path in self._urgent}
        counted = sorted((-time_ns, path) for path, time_ns in times.items() if time_ns is not None)
        self._end_cuts()
        self._waiting = {path: None for _, path in counted} | self._waiting
        self._urgent = {path: None for path in self._urgent if times[path] is None}

    def _skipped(self, fresh: Iterable[CutFile]) -> dict[str, int]:
        """How many files and folders are left out, by reason, once the `fresh` ones are known."""
        reasons = {path: cut.skipped for path, cut in self._content_skips.items()}
        reasons |= {cut.path: cut.skipped for cut in fresh}
        return dict(self._scan_skips + Counter(str(reason) for reason in reasons.values() if reason))

    def _put(self, cut: CutFile) -> None:
        if cut.file is not None:
            self._store.replace(cut.file)
        elif cut.skipped is not None:
            self._store.remove([cut.path])
        else:
            self._store.touch(cut.path, cut.stamp)

    def _commit(self, removed: list[str], cuts: list[CutFile]) -> None:
        """Remember what the transaction just made true."""
        for path in removed:
            self._removed.pop(path, None)
            self._stamps.pop(path, None)
        for cut in cuts:
            self._urgent.pop(cut.path, None)
            self._waiting.pop(cut.path, None)
            self._content_skips.pop(cut.path, None)
            if cut.skipped is None:
                self._stamps[cut.path] = cut.stamp
                continue
            self._stamps.pop(cut.path, None)
            if cut.stamp.mtime_ns:
                self._content_skips[cut.path] = cut
        self.done += len(cuts)
        self.total = self.done + len(self._urgent.keys() | self._waiting.keys())

    def _known_hash(self, path: str) -> bytes | None:
        stamp = self._stamps.get(path)
        return None if stamp is None or path in self._removed else stamp.hash

    def _is_known(self, path: str, mtime_ns: int, size: int) -> bool:
        stamp = self._stamps.get(path)
        if stamp is None and path in self._content_skips:
            stamp = self._content_skips[path].stamp
        return stamp is not None and (stamp.mtime_ns, stamp.size) == (mtime_ns, size)

    def _forget_folder(self, path: str) -> None:
        inside = f"{path}/"
        self.directories = {folder for folder in self.directories if folder != path and not folder.startswith(inside)}
        self._removed.update(dict.fromkeys(file for file in self._stamps if file.startswith(inside)))

    def _new_folder(self, path: str) -> None:
        """Queue the files of a folder that appeared: their own events came before it was watched."""
        if self._rules.why_ignored(path, is_directory=True) is not None:
            return
        try:
            found = scan(self._root, self._rules, below=path)
        except WorkspaceError:
            return
        self.directories.update(found.directories)
        for file in found.files:
            self._removed.pop(file.path, None)
            if not self._is_known(file.path, file.mtime_ns, file.size):
                self._urgent[file.path] = None

    def _end_cuts(self) -> None:
        if isinstance(self._cuts, Generator):
            self._cuts.close()
        self._cuts = None
