"""Machines that share over a real git server, alone or beside a folder."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from git_server import git, has_git_daemon, make_bare, serve
from holdfast.sharing.folder import prepare_folder
from holdfast.sharing.open_places import code_addresses, open_places, prepare_git
from holdfast.sharing.setup_file import Setup, read_setup, write_setup
from holdfast.sharing.transport import TransportError
from sharing_homes import Home, pair

Places = Callable[[str], Home]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    assert has_git_daemon(), "this git lacks `git daemon`, which these tests need"
    (tmp_path / "served").mkdir()
    make_bare(tmp_path / "served" / "sessions.git")
    with serve(tmp_path / "served") as base:
        yield f"{base}sessions.git"


@pytest.fixture
def over_git(tmp_path: Path, url: str) -> Places:
    def made(name: str) -> Home:
        home = Home(tmp_path, name, [])
        home.places = open_places(home.data, Setup(name, git=url), home.dev)
        return home

    return made


def test_three_machines_share_over_git(over_git: Places) -> None:
    desk, laptop, server = (over_git(name) for name in ("desk", "laptop", "server"))
    pair(desk, laptop, server)
    for number, home in enumerate((desk, laptop, server)):
        home.record(f"s{number}", f"from {home.name}", end=True)
    for home in (desk, laptop, server, desk, laptop):
        home.sync()

    assert desk.entries() == laptop.entries() == server.entries()
    assert len(desk.entries()) == 6
    assert [home.sync().sent for home in (desk, laptop, server)] == [0, 0, 0]


def test_what_is_forgotten_leaves_the_history_of_the_server(over_git: Places, tmp_path: Path) -> None:
    desk, laptop = over_git("desk"), over_git("laptop")
    pair(desk, laptop)
    desk.record("s1", "forget me")
    desk.record("s2", "keep me")
    laptop.record("s1", "forget me here too")
    for home in (desk, laptop, desk):
        home.sync()
    laptop.forget("s1")
    for home in (laptop, desk, laptop):
        home.sync()
    bare = tmp_path / "served" / "sessions.git"
    git(bare, "gc", "--quiet", "--prune=now")
    left = git(bare, "rev-list", "--objects", "--all")

    assert desk.entries() == laptop.entries()
    assert {session for session, *_ in desk.entries()} == {"s2"}
    # What each says to the other, and the one session.
    assert len({line.split("/")[2] for line in left.splitlines() if "v1/series/" in line and ".seg" in line}) == 3


def test_a_folder_and_git_at_once_bring_together_who_uses_either(over_git: Places, tmp_path: Path) -> None:
    both, by_git = over_git("both"), over_git("git alone")
    both.places = [*both.places, prepare_folder(tmp_path / "stick")]
    by_folder = Home(tmp_path, "folder alone", [prepare_folder(tmp_path / "stick")])
    pair(both, by_git, by_folder)
    both.record("s", "to both")
    for home in (both, by_git, by_folder):
        home.sync()

    assert both.entries() == by_git.entries() == by_folder.entries()


@pytest.mark.parametrize("where", ["this folder's remote", "another name of it", "a project of the log", "elsewhere"])
def test_where_code_lies_is_refused(tmp_path: Path, url: str, where: str) -> None:
    code = tmp_path / "code"
    code.mkdir()
    git(code, "init", "--quiet")
    address = "127.0.0.1/sessions"
    projects = [hashlib.sha256(address.encode()).hexdigest()] if where == "a project of the log" else []
    remotes = {"this folder's remote": url, "another name of it": f"ssh://me@{address}"}
    if where in remotes:
        git(code, "remote", "add", "upstream", remotes[where])

    def prepare(*, same_remote: bool = False) -> list[str]:
        return prepare_git(
            tmp_path / "data", url, "a" * 32, workspace=code, projects=projects, same_remote=same_remote
        ).names()

    if where == "elsewhere":
        assert prepare() == []
        return
    with pytest.raises(TransportError, match="where code of yours lies"):
        prepare()
    assert prepare(same_remote=True) == []
    assert (where in remotes) == (address in code_addresses(code))


@pytest.mark.parametrize("url", ["sessions.git", "../sessions.git", "./a:b.git"])
def test_a_path_that_depends_on_the_folder_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(TransportError, match="Give its whole path") as refused:
        prepare_git(tmp_path / "data", url, "a" * 32, workspace=tmp_path / "x", projects=[])

    assert str((tmp_path / "x" / url).resolve()) in str(refused.value)


def test_what_was_set_up_is_read_again(tmp_path: Path) -> None:
    chosen = Setup("desk", folder="/sync", git="git@example.org:x.git").without("a" * 64)
    write_setup(tmp_path, chosen)

    assert read_setup(tmp_path) == chosen
    assert read_setup(tmp_path / "nothing") is None
    assert chosen.with_again("a" * 64).never == frozenset()
    assert (tmp_path / "sharing" / "setup.json").stat().st_mode & 0o077 == 0
