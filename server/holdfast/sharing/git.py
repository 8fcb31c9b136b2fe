"""Any git remote: a bare repository of ours on this disk, and on the server one ref for each device.

Nobody writes another's ref, so that two machines that push at once never meet; what each has is the set of files in its
last commit. A push adds one commit to the one before, so that only what is new travels. Once something was taken away, the
next commit stands alone: what it no longer names is not in the repository's history either, and goes when the server
collects its garbage. Refs are read into `refs/holdfast-remotes/`, where `git branch` does not look.
"""

import logging
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.sharing.fast_import import NEW_COMMIT, fast_import
from holdfast.sharing.git_command import NETWORK_S, GitFailed, GitRepository, TooMuchSaid, check_arguments
from holdfast.sharing.git_words import in_our_words, is_anothers_fault, is_damaged, refuses_the_ref, shown_url
from holdfast.sharing.segment import content_hash, segment_name
from holdfast.sharing.transport import LARGEST_FILE, SERIES, TransportError, is_shared_name, not_there

_LOG: Final = logging.getLogger(__name__)
_OWN_REFS: Final = "refs/holdfast/v1/"
_AS_BRANCHES: Final = "refs/heads/holdfast/"
_THEIRS: Final = "refs/holdfast-remotes/"
_FETCHED: Final = {_OWN_REFS: f"{_THEIRS}v1/", _AS_BRANCHES: f"{_THEIRS}heads/"}
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")
_MOST_FILES: Final = 500_000
_READ_AHEAD: Final = 8 * 1024 * 1024
_MOST_ATTEMPTS: Final = 3
_MOST_DEVICES: Final = 200
_PUSH: Final = ("push", "--quiet", "--no-verify")
_FETCH: Final = ("fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--")


@dataclass(frozen=True, slots=True)
class _Blob:
    id: str
    size: int


class GitRemote:
    """The transport over the remote at `url`, as `device` (32 hexadecimal digits), by way of the bare `repository`."""

    def __init__(self, repository: GitRepository, url: str, device: str) -> None:
        check_arguments([url])
        self._git = repository
        self._url = url
        self._device = device
        self._files: dict[str, _Blob] | None = None
        self._others: dict[str, list[_Blob]] = {}
        self._order: list[str] = []
        self._ahead: dict[str, bytes] = {}

    @property
    def label(self) -> str:
        """`git` and the address, without what may be a password in it."""
        return f"git {shown_url(self._url)}"

    def refresh(self) -> None:
        """Fetch everybody's ref; what was rewritten there is dropped here too."""
        try:
            self._fetch()
            self._listed()
        except TransportError as error:
            if not is_damaged(error.message):
                raise
            self._git.make_again()
            self._fetch()

    def _fetch(self) -> None:
        self._files, self._ahead = None, {}
        self._git.clear_old_locks()
        before = self._refs()
        try:
            self._ask_server(*_FETCH, self._url, *(f"+{there}*:{here}*" for there, here in _FETCHED.items()))
        except TransportError as error:
            if not is_anothers_fault(error.message):
                raise
            self._fetch_one_by_one()
        self._drop_unreachable(before, self._refs())

    def _fetch_one_by_one(self) -> None:
        """What one device pushed cannot be taken: that of the others is."""
        for there, here in _FETCHED.items():
            listed = self._ask_server("ls-remote", "--", self._url, f"{there}*").decode("utf-8", "replace")
            names = [line.rsplit("/", 1)[1] for line in listed.splitlines() if "/" in line]
            for device in [name for name in names if _DEVICE.fullmatch(name)][:_MOST_DEVICES]:
                try:
                    self._ask_server(*_FETCH, self._url, f"+{there}{device}:{here}{device}")
                except TransportError as error:
                    if not is_anothers_fault(error.message):
                        raise
                    _LOG.warning("What %s pushed to %s is passed over: %s", device, self.label, error)

    def stamps(self, prefix: str = "") -> Mapping[str, str]:
        """The files of all devices; of a name that several have, the one of the device that is named in it."""
        return {name: blob.id for name, blob in self._listed().items() if name.startswith(prefix)}

    def names(self, prefix: str = "") -> list[str]:
        """The names of `stamps`, sorted."""
        return sorted(self.stamps(prefix))

    def sizes(self, prefix: str = "") -> Mapping[str, int]:
        """The same files, with their sizes."""
        return {name: blob.size for name, blob in self._listed().items() if name.startswith(prefix)}

    def read(self, name: str) -> bytes:
        """The file's bytes; those that follow are read along, so that reading all takes a few processes."""
        blob = self._listed().get(name)
        if blob is None:
            raise not_there(name, self.label)
        if blob.size > LARGEST_FILE:
            raise TransportError(f"{name} is larger than any file of ours ({self.label}).")
        if name in self._others:
            return self._whole_of(name, self._others[name])
        if name not in self._ahead:
            self._ahead = self._read_from(name)
        return self._ahead.pop(name)

    def _whole_of(self, name: str, blobs: Sequence[_Blob]) -> bytes:
        """Of what several devices have under the name of one segment, what that name was made from; else any of it."""
        named = segment_name(name)
        found = b""
        for blob in blobs:
            if blob.size <= LARGEST_FILE:
                found = self._git.run("cat-file", "blob", blob.id)
                if named is not None and content_hash(found) == named.hash:
                    break
        return found

    def write(self, files: Mapping[str, bytes], remove: Sequence[str] = ()) -> None:
        """One commit on this device's ref. Only this device's files can be taken away."""
        for name in files:
            if not is_shared_name(name):
                raise TransportError(f"“{name}” is no name of a shared file.")
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            tip = self._refs().get(self._remembered_ref())
            own = self._tree(tip) if tip and remove else {}
            commit = self._commit(tip, files, [name for name in remove if name in own])
            if commit is None:
                return
            try:
                self._push(commit, tip)
            except GitFailed as error:
                if "stale info" not in error.message or attempt == _MOST_ATTEMPTS:
                    raise self._told(error) from error
                # Somebody else pushed as this device: a copy of it, or this one before its disk was restored.
                self.refresh()
            else:
                break
        self._files, self._ahead = None, {}
        if remove:
            self._collect_garbage("--prune=now")

    def _push(self, commit: str, tip: str | None) -> None:
        ref = self._remote_ref()
        try:
            self._push_to(ref, commit, tip)
        except GitFailed as error:
            if ref.startswith(_AS_BRANCHES) or not refuses_the_ref(error.message):
                raise
            # A server that takes branches alone.
            self._git.run("config", "holdfast.branches", "true")
            branch_tip = self._refs().get(self._remembered_ref())
            self._push_to(self._remote_ref(), commit, branch_tip)
        self._git.run("update-ref", self._remembered_ref(), commit)
        self._git.run("update-ref", "-d", NEW_COMMIT)

    def _push_to(self, ref: str, commit: str, tip: str | None) -> None:
        lease = f"--force-with-lease={ref}:{tip or ''}"
        self._git.run(*_PUSH, lease, "--", self._url, f"{commit}:{ref}", limit_s=NETWORK_S)

    def _remote_ref(self) -> str:
        return f"{_AS_BRANCHES if self._takes_branches_alone() else _OWN_REFS}{self._device}"

    def _remembered_ref(self) -> str:
        return f"{_FETCHED[_AS_BRANCHES if self._takes_branches_alone() else _OWN_REFS]}{self._device}"

    def _takes_branches_alone(self) -> bool:
        try:
            return self._git.run("config", "--get", "holdfast.branches").strip() == b"true"
        except GitFailed:
            return False

    def _commit(self, tip: str | None, files: Mapping[str, bytes], remove: Sequence[str]) -> str | None:
        """A commit of what `tip` has, with `files` and without `remove`; None where that changes nothing."""
        if not files and not remove:
            return None
        # What is taken away must not stay in the history: the commit then begins one of its own, with the files there are.
        tree = self._named(f"{tip}^{{tree}}") if tip and remove else ""
        stream = b"".join(fast_import("" if tree else tip, tree, files, remove))
        self._git.run("fast-import", "--quiet", "--force", "--done", "--date-format=now", stdin=stream)
        return self._named(NEW_COMMIT)

    def _named(self, name: str) -> str:
        return self._git.run("rev-parse", "--verify", name).decode("ascii").strip()

    def _listed(self) -> dict[str, _Blob]:
        if self._files is None:
            files: dict[str, _Blob] = {}
            others: dict[str, list[_Blob]] = {}
            for ref, commit in sorted(self._refs().items()):
                device = ref.rsplit("/", 1)[1]
                try:
                    tree = self._tree(commit)
                except TooMuchSaid:
                    _LOG.warning("What %s pushed to %s stands for far too many files.", device, self.label)
                    continue
                for name, blob in tree.items():
                    known = files.setdefault(name, blob)
                    if known != blob and name.startswith(SERIES):
                        others.setdefault(name, [known]).append(blob)
                    # What this device itself pushed counts for what is still to be sent.
                    if known != blob and (_owns(device, name) or (device == self._device and name.startswith(SERIES))):
                        files[name] = blob
            self._files, self._order, self._others = files, sorted(files), others
        return self._files

    def _refs(self) -> dict[str, str]:
        """The refs of devices as they were fetched last, with their commits."""
        listed = self._git.run("for-each-ref", "--format=%(refname) %(objectname)", _THEIRS).decode("utf-8", "replace")
        pairs = (line.split(" ", 1) for line in listed.splitlines())
        return {ref: commit for ref, commit in pairs if _DEVICE.fullmatch(ref.rsplit("/", 1)[1])}

    def _tree(self, commit: str) -> dict[str, _Blob]:
        # A few trees that name each other can stand for more files than any memory holds.
        listing = self._git.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", "v1", most=150 * _MOST_FILES)
        out = listing.decode("utf-8", "replace")
        files = {}
        for line in out.split("\0"):
            meta, _, name = line.partition("\t")
            words = meta.split()
            if len(words) != 4 or words[0] != "100644" or not is_shared_name(name):  # noqa: PLR2004  mode, type, id, size
                continue
            if not words[3].isdecimal():
                raise GitFailed(f"missing blob {words[2]}")
            if int(words[3]):
                files[name] = _Blob(words[2], int(words[3]))
        return files

    def _read_from(self, name: str) -> dict[str, bytes]:
        """`name` and what comes after it in order, up to some megabytes."""
        wanted: list[str] = []
        size = 0
        listed = self._listed()
        for each in self._order[bisect_left(self._order, name) :]:
            size += listed[each].size
            if wanted and (size > _READ_AHEAD or listed[each].size > LARGEST_FILE):
                break
            wanted.append(each)
        asked = "".join(f"{listed[each].id}\n" for each in wanted).encode("ascii")
        out = self._git.run("cat-file", "--batch", stdin=asked)
        found: dict[str, bytes] = {}
        at = 0
        for each in wanted:
            end = out.index(b"\n", at)
            size_or_missing = out[at:end].rsplit(b" ", 1)[1]
            if not size_or_missing.isdigit():
                raise GitFailed(f"missing blob {listed[each].id}")
            length = int(size_or_missing)
            found[each] = out[end + 1 : end + 1 + length]
            at = end + length + 2
        return found

    def _drop_unreachable(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        rewritten = any(
            commit != after.get(ref) and not self._leads_to(commit, after.get(ref)) for ref, commit in before.items()
        )
        if rewritten:
            self._collect_garbage("--prune=now")
        elif before != after:
            self._collect_garbage("--auto")

    def _leads_to(self, older: str, newer: str | None) -> bool:
        if newer is None:
            return False
        try:
            self._git.run("merge-base", "--is-ancestor", older, newer)
        except GitFailed:
            return False
        return True

    def _collect_garbage(self, how: str) -> None:
        self._git.run("-c", "gc.auto=4000", "-c", "gc.autoDetach=false", "gc", "--quiet", how)

    def _ask_server(self, *arguments: str) -> bytes:
        try:
            return self._git.run(*arguments, limit_s=NETWORK_S)
        except GitFailed as error:
            raise self._told(error) from error

    def _told(self, error: GitFailed) -> TransportError:
        return in_our_words(error, shown_url(self._url))


def _owns(device: str, name: str) -> bool:
    """Whether `name` says that it is this device's: what it says of itself and of others, not what they say of it."""
    kinds = ("devices/{}.", "approvals/{}/", "vault/{}.", "vault/{}-")
    return name.startswith(tuple(f"v1/{kind.format(device)}" for kind in kinds))
