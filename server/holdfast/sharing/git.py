"""Any git remote: a bare repository of ours on this disk, and on the server one ref for each device.

Nobody writes another's ref, so that two machines that push at once never meet; what each has is the set of files in its
last commit. A push adds one commit to the one before, so that only what is new travels. Once something was taken away, the
next commit stands alone: what it no longer names is not in the repository's history either, and goes when the server
collects its garbage. Refs are read into `refs/holdfast-remotes/`, where `git branch` does not look.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.sharing.git_command import NETWORK_S, GitFailed, GitRepository, check_arguments
from holdfast.sharing.git_words import in_our_words, is_damaged, refuses_the_ref, shown_url
from holdfast.sharing.transport import LARGEST_FILE, TransportError, is_shared_name, not_there

_OWN_REFS: Final = "refs/holdfast/v1/"
_AS_BRANCHES: Final = "refs/heads/holdfast/"
_THEIRS: Final = "refs/holdfast-remotes/"
_FETCHED: Final = {_OWN_REFS: f"{_THEIRS}v1/", _AS_BRANCHES: f"{_THEIRS}heads/"}
_NEW: Final = "refs/holdfast-new/commit"
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")
_MOST_FILES: Final = 500_000
_READ_AHEAD: Final = 8 * 1024 * 1024
_MOST_ATTEMPTS: Final = 3


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
        except TransportError as error:
            if not is_damaged(error.message):
                raise
            self._git.make_again()
            self._fetch()

    def _fetch(self) -> None:
        self._files, self._ahead = None, {}
        self._git.clear_old_locks()
        before = self._refs()
        refspecs = [f"+{there}*:{here}*" for there, here in _FETCHED.items()]
        self._ask_server(
            "fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--", self._url, *refspecs
        )
        self._drop_unreachable(before, self._refs())

    def stamps(self, prefix: str = "") -> Mapping[str, str]:
        """The files of all devices; of a name that several have, the one of the device that is named in it."""
        return {name: blob.id for name, blob in self._listed().items() if name.startswith(prefix)}

    def names(self, prefix: str = "") -> list[str]:
        """The names of `stamps`, sorted."""
        return sorted(self.stamps(prefix))

    def read(self, name: str) -> bytes:
        """The file's bytes; those that follow are read along, so that reading all takes a few processes."""
        blob = self._listed().get(name)
        if blob is None:
            raise not_there(name, self.label)
        if blob.size > LARGEST_FILE:
            raise TransportError(f"{name} is larger than any file of ours ({self.label}).")
        if name not in self._ahead:
            self._ahead = self._read_from(name)
        return self._ahead.pop(name)

    def write(self, files: Mapping[str, bytes], remove: Sequence[str] = ()) -> None:
        """One commit on this device's ref. Only this device's files can be taken away."""
        for name in files:
            if not is_shared_name(name):
                raise TransportError(f"“{name}” is no name of a shared file.")
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            tip = self._refs().get(self._remembered_ref())
            commit = self._commit(tip, files, [name for name in remove if name in self._own_names(tip)])
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
        self._git.run("update-ref", "-d", _NEW)

    def _push_to(self, ref: str, commit: str, tip: str | None) -> None:
        lease = f"--force-with-lease={ref}:{tip or ''}"
        self._git.run(
            "push", "--quiet", "--no-verify", lease, "--", self._url, f"{commit}:{ref}", limit_s=NETWORK_S
        )  # fmt: skip

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
        tree = (
            self._git.run("rev-parse", "--verify", f"{tip}^{{tree}}").decode("ascii").strip() if tip and remove else ""
        )
        stream = b"".join(_fast_import("" if tree else tip, tree, files, remove))
        self._git.run("fast-import", "--quiet", "--force", "--done", "--date-format=now", stdin=stream)
        return self._git.run("rev-parse", "--verify", _NEW).decode("ascii").strip()

    def _own_names(self, tip: str | None) -> frozenset[str]:
        return frozenset(self._tree(tip)) if tip else frozenset()

    def _listed(self) -> dict[str, _Blob]:
        if self._files is None:
            files: dict[str, _Blob] = {}
            for ref, commit in sorted(self._refs().items()):
                device = ref.rsplit("/", 1)[1]
                for name, blob in self._tree(commit).items():
                    if name not in files or _owns(device, name):
                        files[name] = blob
            self._files, self._order = files, sorted(files)
        return self._files

    def _refs(self) -> dict[str, str]:
        """The refs of devices as they were fetched last, with their commits."""
        listed = self._git.run("for-each-ref", "--format=%(refname) %(objectname)", _THEIRS).decode("utf-8", "replace")
        pairs = (line.split(" ", 1) for line in listed.splitlines())
        return {ref: commit for ref, commit in pairs if _DEVICE.fullmatch(ref.rsplit("/", 1)[1])}

    def _tree(self, commit: str) -> dict[str, _Blob]:
        out = self._git.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", "v1").decode("utf-8", "replace")
        files = {}
        for line in out.split("\0"):
            meta, _, name = line.partition("\t")
            words = meta.split()
            if len(words) == 4 and words[0] == "100644" and is_shared_name(name) and int(words[3]):  # noqa: PLR2004  mode, type, id, size
                files[name] = _Blob(words[2], int(words[3]))
        if len(files) > _MOST_FILES:
            raise TransportError(f"A device has {len(files)} files there ({self.label}).", remedy="Revoke it.")
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
            length = int(out[at:end].rsplit(b" ", 1)[1])
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

    def _ask_server(self, *arguments: str) -> None:
        try:
            self._git.run(*arguments, limit_s=NETWORK_S)
        except GitFailed as error:
            raise self._told(error) from error

    def _told(self, error: GitFailed) -> TransportError:
        return in_our_words(error, shown_url(self._url))


def _fast_import(tip: str | None, tree: str, files: Mapping[str, bytes], remove: Sequence[str]) -> Iterator[bytes]:
    """The stream of git-fast-import(1) for one commit: behind `tip`, or alone with what is in `tree`."""
    yield f"commit {_NEW}\ncommitter holdfast <holdfast@localhost> now\ndata 0\n".encode("ascii")
    if tree:
        yield f'M 040000 {tree} ""\n'.encode("ascii")
    if tip:
        yield f"from {tip}\n".encode("ascii")
    for name, data in files.items():
        yield f"M 100644 inline {name}\ndata {len(data)}\n".encode("ascii")
        yield data
        yield b"\n"
    for name in remove:
        yield f"D {name}\n".encode("ascii")
    yield b"done\n"


def _owns(device: str, name: str) -> bool:
    """Whether `name` says that it is this device's."""
    return f"/{device}/" in name or f"/{device}." in name or f"/{device}-" in name
