"""Sharing over a git remote: a real server, one ref for each device."""

import fcntl
import hashlib
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest

from git_server import has_git_daemon, make_bare, objects_of, serve
from holdfast.sharing.git import GitRemote
from holdfast.sharing.git_command import GitRepository, git_environment
from holdfast.sharing.git_words import shown_url
from holdfast.sharing.segment import content_hash
from holdfast.sharing.transport import TransportError

A, B = "a" * 32, "b" * 32


def device_name(dev: str) -> str:
    return f"v1/devices/{dev}.json"


def segment_name(number: int) -> str:
    return f"v1/series/{'e' * 32}/{number}-{number}.{'0' * 32}.seg"


class Place:
    """A repository on a server, and the devices that share over it."""

    def __init__(self, base: Path, url: str) -> None:
        self.base = base
        self.remote = make_bare(base / "served" / "sessions.git")
        self.url = f"{url}sessions.git"

    def device(self, dev: str, copy: str = "") -> GitRemote:
        folder = self.own(dev, copy)
        subprocess.run(["git", "init", "--quiet", "--bare", "--template=", str(folder)], check=True)
        remote = GitRemote(GitRepository(folder), self.url, dev)
        remote.refresh()
        return remote

    def own(self, dev: str, copy: str = "") -> Path:
        return self.base / f"own-{dev[:4]}{copy}"

    def commits(self, ref: str) -> list[str]:
        log = subprocess.run(
            ["git", "-C", str(self.remote), "log", "--format=%H", ref], capture_output=True, text=True, check=True
        )
        return log.stdout.split()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    assert has_git_daemon(), "this git lacks `git daemon`, which these tests need"
    (tmp_path / "served").mkdir()
    with serve(tmp_path / "served") as url:
        yield Place(tmp_path, url)


def test_what_one_device_pushes_another_reads(place: Place) -> None:
    one, other = place.device(A), place.device(B)
    one.write({device_name(A): b"{}", segment_name(0): b"sealed"})
    other.write({device_name(B): b"{}"})
    other.refresh()
    one.refresh()

    assert one.names() == other.names() == [device_name(A), device_name(B), segment_name(0)]
    assert [other.read(name) for name in other.names()] == [b"{}", b"{}", b"sealed"]


def test_many_files_are_read_whole(place: Place) -> None:
    one, other = place.device(A), place.device(B)
    files = {segment_name(number): bytes([number % 256]) * number * 100 + b"\n" for number in range(1, 150)}
    one.write(files)
    other.refresh()

    assert {name: other.read(name) for name in reversed(other.names())} == files


def test_a_push_adds_to_the_history_and_one_that_takes_away_begins_a_new_one(place: Place) -> None:
    one = place.device(A)
    for number in range(3):
        one.write({segment_name(number): b"sealed %d" % number})
    before = len(place.commits(f"refs/holdfast/v1/{A}"))
    one.write({}, [segment_name(1)])
    after = len(place.commits(f"refs/holdfast/v1/{A}"))
    one.write({segment_name(3): b"sealed 3"})

    assert (before, after, len(place.commits(f"refs/holdfast/v1/{A}"))) == (3, 1, 2)
    assert one.names() == [segment_name(0), segment_name(2), segment_name(3)]


def test_what_was_taken_away_is_gone_from_writer_reader_and_server(place: Place) -> None:
    one, other = place.device(A), place.device(B)
    one.write({segment_name(0): b"kept"})
    one.write({segment_name(1): b"forgotten"})
    other.refresh()
    blob = (
        subprocess.run(["git", "hash-object", "--stdin"], input=b"forgotten", capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )
    held = [blob in objects_of(folder) for folder in (place.own(A), place.own(B), place.remote)]
    one.write({}, [segment_name(1)])
    other.refresh()
    subprocess.run(["git", "-C", str(place.remote), "gc", "--quiet", "--prune=now"], check=True)

    assert held == [True, True, True]
    assert [blob in objects_of(folder) for folder in (place.own(A), place.own(B), place.remote)] == [
        False,
        False,
        False,
    ]
    assert other.names() == [segment_name(0)]


def test_another_devices_files_cannot_be_taken_away(place: Place) -> None:
    one, other = place.device(A), place.device(B)
    one.write({segment_name(0): b"sealed"})
    other.refresh()
    other.write({}, [segment_name(0)])
    other.refresh()

    assert other.names() == [segment_name(0)]


def test_writing_nothing_makes_no_commit(place: Place) -> None:
    one = place.device(A)
    one.write({segment_name(0): b"sealed"})
    one.write({})

    assert len(place.commits(f"refs/holdfast/v1/{A}")) == 1


def test_devices_that_push_at_once_never_meet(place: Place) -> None:
    remotes = [place.device(dev * 32) for dev in "abcd"]

    def push(at: int) -> None:
        for number in range(5):
            remotes[at].write({segment_name(at * 100 + number): b"sealed"})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(push, range(4)))
    remotes[0].refresh()

    assert remotes[0].names() == sorted(segment_name(at * 100 + number) for at in range(4) for number in range(5))


def test_a_second_machine_with_one_devices_id_loses_nothing(place: Place) -> None:
    """A disk that was restored, or a copy: what the ref held stays, what is new is added."""
    one, copy = place.device(A), place.device(A, copy="-copy")
    one.write({segment_name(0): b"first"})
    copy.write({segment_name(1): b"second"})
    one.write({segment_name(2): b"third"})
    one.refresh()

    assert one.names() == [segment_name(0), segment_name(1), segment_name(2)]


def test_an_unchanged_name_that_several_claim_is_its_owners(place: Place) -> None:
    one, other = place.device(A), place.device(B)
    one.write({device_name(A): b"mine", device_name(B): b"forged"})
    other.write({device_name(B): b"real", device_name(A): b"forged"})
    for remote in (one, other):
        remote.refresh()

        assert (remote.read(device_name(A)), remote.read(device_name(B))) == (b"mine", b"real")


def test_a_server_that_takes_branches_alone_gets_branches(place: Place) -> None:
    hook = place.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\nwhile read old new ref; do case "$ref" in refs/heads/*) ;; *) echo "deny updating a hidden ref"; exit 1;; esac; done\n'
    )
    hook.chmod(0o755)
    one, other = place.device(A), place.device(B)
    one.write({segment_name(0): b"sealed"})
    one.write({segment_name(1): b"sealed too"})
    other.refresh()

    assert other.names() == [segment_name(0), segment_name(1)]
    assert len(place.commits(f"refs/heads/holdfast/{A}")) == 2


def test_what_a_stranger_pushed_there_is_passed_over(place: Place, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True)
    (clone / "v1").mkdir()
    (clone / "v1" / "link.seg").symlink_to("/etc/passwd")
    (clone / "v1" / "a b.seg").write_text("x")
    (clone / "README.md").write_text("code")
    run = ["git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@x"]
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "--quiet", "-m", "code"], check=True)
    for ref in ("refs/heads/main", "refs/heads/holdfast/feature", f"refs/holdfast/v1/{'c' * 32}", "refs/tags/v1"):
        subprocess.run([*run, "push", "--quiet", place.url, f"HEAD:{ref}"], check=True)
    one = place.device(A)
    one.write({segment_name(0): b"sealed"})

    assert one.names() == [segment_name(0)]


def test_no_hook_of_the_person_runs(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction", "post-update"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n[push]\n\tgpgSign = true\n[commit]\n\tgpgSign = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    place.device(A).write({segment_name(0): b"sealed"})

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("git://127.0.0.1:1/sessions.git", "Nothing is lost"),
        ("/nowhere/sessions.git", "Make an empty private repository"),
        ("ext::sh -c touch% /tmp/ran", "cannot be used"),
    ],
    ids=["nobody listens", "no such repository", "a command for a URL"],
)
def test_a_remote_that_cannot_be_used_says_why(tmp_path: Path, url: str, said: str) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", "--template=", str(tmp_path / "own")], check=True)

    with pytest.raises(TransportError, match=said):
        GitRemote(GitRepository(tmp_path / "own"), url, A).refresh()


@pytest.mark.parametrize("url", ["--upload-pack=touch /tmp/x", "-oProxyCommand=x", "a\nb"])
def test_what_git_would_take_for_an_option_is_no_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(TransportError, match="no address"):
        GitRemote(GitRepository(tmp_path), url, A)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ada:secret@example.org:8443/x.git", "https://example.org:8443/x.git"),
        ("git@example.org:ada/x.git", "git@example.org:ada/x.git"),
        ("/srv/x\x1b[31m.git", "/srv/x?[31m.git"),
    ],
    ids=["https", "scp", "control characters"],
)
def test_no_password_of_a_url_is_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_git_asks_nobody_and_looks_only_where_it_is_told() -> None:
    environment = git_environment(
        {"GIT_DIR": "/elsewhere", "GIT_SSH_COMMAND": "ssh -i key", "PATH": "/bin", "GIT_ASKPASS": "window"}
    )

    assert {
        name: environment.get(name)
        for name in ("GIT_DIR", "GIT_SSH_COMMAND", "PATH", "GIT_ASKPASS", "GIT_TERMINAL_PROMPT")
    } == {
        "GIT_DIR": None,
        "GIT_SSH_COMMAND": "ssh -i key",
        "PATH": "/bin",
        "GIT_ASKPASS": "",
        "GIT_TERMINAL_PROMPT": "0",
    }


def test_a_repository_that_a_power_cut_broke_is_made_again(place: Place) -> None:
    one, other = place.device(A), place.device(B)
    other.write({segment_name(1): b"theirs"})
    one.write({segment_name(0): b"sealed"})
    for file in (place.own(A) / "objects").rglob("*"):
        if file.is_file():
            file.chmod(0o644)
            file.write_bytes(b"")
    other.write({segment_name(2): b"theirs too"})
    one.refresh()
    one.write({segment_name(3): b"sealed later"})

    assert one.names() == [segment_name(number) for number in range(4)]
    assert one.read(segment_name(2)) == b"theirs too"


def test_a_lock_that_a_killed_git_left_is_cleared(place: Place) -> None:
    one = place.device(A)
    lock = place.own(A) / "refs" / "holdfast-remotes" / "v1" / f"{A}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("")
    os.utime(lock, (1_000_000_000, 1_000_000_000))
    one.refresh()
    one.write({segment_name(0): b"sealed"})

    assert one.names() == [segment_name(0)]


def test_a_push_that_stands_for_more_files_than_memory_holds_is_passed_over(place: Place) -> None:
    """Trees that name each other: a few hundred bytes that list as 10,000,000,000 files."""
    run = ["git", "-C", str(place.remote), "-c", "user.name=x", "-c", "user.email=x@x"]

    def made(*arguments: str, text: str = "") -> str:
        ran = subprocess.run([*run, *arguments], input=text.encode(), capture_output=True, check=True)
        return ran.stdout.decode().strip()

    blob = made("hash-object", "-w", "--stdin", text="x")
    tree = made("mktree", text="".join(f"100644 blob {blob}\tf{number}.seg\n" for number in range(10)))
    for _ in range(9):
        tree = made("mktree", text="".join(f"040000 tree {tree}\td{number}\n" for number in range(10)))
    commit = made("commit-tree", "-m", "x", made("mktree", text=f"040000 tree {tree}\tv1\n"))
    made("update-ref", f"refs/holdfast/v1/{'c' * 32}", commit)
    one = place.device(A)
    one.write({segment_name(0): b"sealed"})

    assert one.names() == [segment_name(0)]


def test_what_another_pushes_under_a_segments_name_does_not_hide_the_segment(place: Place) -> None:
    data = b"sealed"
    name = f"v1/series/{'e' * 32}/0-0.{content_hash(data)}.seg"
    place.device(A).write({name: b"forged"})
    place.device(B).write({name: data})
    place.device("c" * 32).write({name: b"FORGED"})
    reader = place.device("d" * 32)

    assert (reader.read(name), reader.read(name)) == (data, data)


def test_what_others_said_of_a_device_is_not_its_own(place: Place) -> None:
    name = f"v1/approvals/{A}/{B}.json"
    one, other = place.device(A), place.device(B)
    one.write({name: b"approved"})
    other.write({name: b"forged"})
    other.refresh()

    assert other.read(name) == b"approved"


class _Counted(GitRepository):
    """Notes what git is asked."""

    asked: ClassVar[list[str]] = []

    def run(self, *arguments: str, **options: Any) -> bytes:
        self.asked.append(arguments[0])
        return super().run(*arguments, **options)


def test_taking_much_away_asks_git_no_more_often_than_taking_one(place: Place) -> None:
    place.device(A)
    one = GitRemote(_Counted(place.own(A)), place.url, A)
    one.write({segment_name(number): b"sealed %d" % number for number in range(50)})
    _Counted.asked.clear()
    one.write({}, [segment_name(0)])
    once = len(_Counted.asked)
    _Counted.asked.clear()
    one.write({}, [segment_name(number) for number in range(1, 50)])

    assert len(_Counted.asked) == once
    assert one.names() == []


@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_a_repository_that_lost_an_object_is_made_again(place: Place, kind: str) -> None:
    one, other = place.device(A), place.device(B)
    one.write({segment_name(0): b"sealed"})
    other.refresh()
    own = place.own(B)
    for pack in list((own / "objects" / "pack").glob("*.pack")):
        data = pack.read_bytes()
        pack.with_suffix(".idx").unlink()
        pack.unlink()
        subprocess.run(["git", "-C", str(own), "unpack-objects", "-q"], input=data, check=True)
    for line in objects_of(own).splitlines():
        id_, found, _ = line.split()
        if found == kind:
            (own / "objects" / id_[:2] / id_[2:]).unlink()
    other.refresh()

    assert other.read(segment_name(0)) == b"sealed"


@pytest.mark.skipif(sys.platform == "win32", reason="There, only the age of a lock tells.")
def test_a_lock_is_cleared_at_once_unless_a_git_of_ours_still_runs(place: Place) -> None:
    one = place.device(A)
    lock = place.own(A) / "packed-refs.lock"
    lock.write_text("")
    orphan = held(place.own(A) / "holdfast.running")
    GitRepository(place.own(A)).clear_old_locks()
    while_running = lock.exists()
    os.close(orphan)
    one.refresh()

    assert (while_running, lock.exists()) == (True, False)


def held(path: Path) -> int:
    """A descriptor that holds `path` as each git of ours does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def test_over_ssh_git_asks_nobody_and_runs_what_the_person_set_up(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of ssh, a script that notes how it is called, and does here what it should do there."""
    ssh = tmp_path / "ssh"
    ssh.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {tmp_path}/called\n'
        f"(exec 3</dev/tty) 2>/dev/null && echo terminal >> {tmp_path}/called\n"
        'while [ "$1" != git@example.org ]; do shift; done\nshift\nexec sh -c "$*"\n'
    )
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    place.device(A).write({segment_name(0): b"sealed"})
    other = GitRemote(GitRepository(place.own(A)), f"ssh://git@example.org{place.remote}", B)
    other.write({segment_name(1): b"over ssh"})
    other.refresh()

    assert other.names() == [segment_name(0), segment_name(1)]
    assert set((tmp_path / "called").read_text().splitlines()) == {
        f"git@example.org git-receive-pack '{place.remote}'",
        f"-o SendEnv=GIT_PROTOCOL git@example.org git-upload-pack '{place.remote}'",
    }


@pytest.mark.parametrize(
    "url",
    [
        "ssh://-oProxyCommand=touch%20PWNED/x",
        "ssh://git@-oProxyCommand=touch%20PWNED/x",
        "git@-oProxyCommand=touch PWNED:x",
        "example.org:-oProxyCommand=touch PWNED",
        "ext::touch PWNED",
        "fd::0",
    ],
)
def test_no_address_becomes_an_option_or_a_command(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_SSH_COMMAND", f"sh -c 'echo \"$@\" >> {tmp_path}/called; exit 255' ssh")
    subprocess.run(["git", "init", "--quiet", "--bare", "--template=", str(tmp_path / "own")], check=True)
    with pytest.raises(TransportError):
        GitRemote(GitRepository(tmp_path / "own"), url, A).refresh()
    called = (tmp_path / "called").read_text() if (tmp_path / "called").exists() else ""

    assert not (tmp_path / "PWNED").exists()
    assert not any(line.startswith("-oProxy") or " -oProxy" in line for line in called.splitlines())


@pytest.mark.parametrize(
    "url",
    [
        "git://ada:hunter2@127.0.0.1:1/x",
        "https://ada:hun@hunter2@127.0.0.1:1/x",
        "http://ada:hunter2@127.0.0.1:99999/x",
        "https:ada:hunter2@127.0.0.1/x",
        "ada:hunter2@127.0.0.1:x",
    ],
)
def test_no_password_of_a_url_is_in_an_error(tmp_path: Path, url: str) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", "--template=", str(tmp_path / "own")], check=True)
    remote = GitRemote(GitRepository(tmp_path / "own"), url, A)
    with pytest.raises(TransportError) as refused:
        remote.refresh()

    assert "hunter2" not in f"{refused.value} {remote.label}"


def put(repository: Path, kind: str, data: bytes) -> str:
    """Write an object behind git's back, which would not write it; its id."""
    whole = f"{kind} {len(data)}\0".encode() + data
    id_ = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    (repository / "objects" / id_[:2]).mkdir(exist_ok=True)
    (repository / "objects" / id_[:2] / id_[2:]).write_bytes(zlib.compress(whole))
    return id_


@pytest.mark.parametrize("case", ["a mode that is none", "a way out", "a file of nothing", "no tree", "no author"])
def test_what_one_device_broke_holds_up_nothing_of_the_others(place: Place, case: str) -> None:
    one = place.device(A)
    one.write({segment_name(0): b"sealed"})
    blob = bytes.fromhex(put(place.remote, "blob", b"x"))
    trees = {
        "a mode that is none": b"0100644 x\0" + blob,
        "a way out": b"100644 .git\0" + blob,
        "a file of nothing": b"100644 x\0" + bytes(20),
        "no author": b"",
    }
    tree = put(place.remote, "tree", trees[case]) if case in trees else "1" * 40
    author = "author x\n" if case == "no author" else "author x <x@x> 1 +0000\ncommitter x <x@x> 1 +0000\n"
    broken = put(place.remote, "commit", f"tree {tree}\n{author}\nx\n".encode())
    (place.remote / "refs" / "holdfast" / "v1" / ("c" * 32)).write_text(f"{broken}\n")
    other = place.device(B)
    other.write({segment_name(1): b"sealed too"})
    one.refresh()

    assert other.names() == one.names() == [segment_name(0), segment_name(1)]
    assert one.read(segment_name(1)) == b"sealed too"
