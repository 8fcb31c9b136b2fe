import re
import shutil
import subprocess
from pathlib import Path

import pytest

from holdfast.sessions.identity.project import find_project, normalise_url
from holdfast.sessions.identity.repository import find_repository, origin_url, read_branch


def git(folder: Path, *arguments: str) -> str:
    command = [
        "git",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit on `main` and no remote."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init")
    git(root, "commit", "--allow-empty", "-m", "first")
    return root


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/team/tool.git",
        "https://example.org/team/tool/",
        "http://example.org:80/team/tool",
        "https://user:secret@EXAMPLE.org/team/tool.git?token=abc#x",
        "https://example.org/team%2Ftool",
        "git@example.org:team/tool.git",
        "example.org:/team/tool",
        "ssh://git@example.org:2222/team/tool.git",
        "git://example.org/team/tool",
    ],
)
def test_all_urls_of_one_place_have_one_form(url: str) -> None:
    assert normalise_url(url, Path("/w")) == "example.org/team/tool"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://example.org:8443/a", "example.org:8443/a", id="another web server"),
        pytest.param("/srv/git/tool.git", "/srv/git/tool", id="path"),
        pytest.param("../tool.git", "/tool", id="relative path"),
        pytest.param("file:///srv/git/tool.git", "/srv/git/tool", id="file"),
        pytest.param("https://[broken/a", None, id="broken host"),
        pytest.param("https://example.org:port/a", None, id="broken port"),
        pytest.param("https://example.org/", None, id="no path"),
        pytest.param("https:///a", None, id="no host"),
    ],
)
def test_the_form_of(url: str, expected: str | None) -> None:
    assert normalise_url(url, Path("/w")) == expected


def test_clones_from_one_place_are_one_project_in_any_folder_of_theirs(
    repository: Path, tmp_path: Path, data: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init")
    git(repository, "remote", "add", "origin", "git@example.org:team/tool.git")
    git(other, "remote", "add", "origin", "https://me:secret@example.org/team/tool")
    (other / "deep" / "inside").mkdir(parents=True)

    assert find_project(repository, data) == find_project(other / "deep" / "inside", data)
    assert not data.exists()


def test_without_origin_the_first_commit_tells_the_project(repository: Path, tmp_path: Path, data: Path) -> None:
    shutil.copytree(repository, tmp_path / "copy")
    before = find_project(repository, data)
    git(repository, "commit", "--allow-empty", "-m", "second")

    assert find_project(repository, data) == before
    assert find_project(tmp_path / "copy", data) == before


def test_without_a_commit_the_id_is_kept_in_the_git_folder(tmp_path: Path, data: Path) -> None:
    git(tmp_path, "init")

    found = find_project(tmp_path, data)

    assert re.fullmatch("[0-9a-f]{64}", found)
    assert find_project(tmp_path, data) == found
    assert (tmp_path / ".git" / "holdfast" / "project").read_text(encoding="utf-8") == found
    assert git(tmp_path, "status", "--porcelain") == ""


def test_with_no_git_installed_the_id_is_kept_in_the_git_folder(
    repository: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert find_project(repository, data) == find_project(repository, data)
    assert (repository / ".git" / "holdfast" / "project").exists()


def test_a_shallow_clone_does_not_take_its_boundary_for_the_first_commit(
    repository: Path, tmp_path: Path, data: Path
) -> None:
    git(repository, "commit", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "--depth", "1", f"file://{repository}", "shallow")
    git(tmp_path / "shallow", "remote", "remove", "origin")

    found = find_project(tmp_path / "shallow", data)

    assert (tmp_path / "shallow" / ".git" / "holdfast" / "project").read_text(encoding="utf-8") == found


def test_a_linked_work_tree_is_the_project_of_its_repository(repository: Path, tmp_path: Path, data: Path) -> None:
    git(repository, "remote", "add", "origin", "git@example.org:team/tool.git")
    git(repository, "worktree", "add", "-b", "side", str(tmp_path / "side"))

    assert find_project(tmp_path / "side", data) == find_project(repository, data)
    assert read_branch(tmp_path / "side") == "side"
    assert read_branch(repository) == "main"


def test_a_folder_without_git_is_remembered_by_its_path(tmp_path: Path, data: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()

    found = find_project(tmp_path / "one", data)

    assert find_project(tmp_path / "one", data) == found
    assert find_project(tmp_path / "two", data) != found
    assert list((tmp_path / "one").iterdir()) == []


def test_git_variables_of_a_surrounding_hook_do_not_lead_elsewhere(
    repository: Path, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = find_project(repository, data)
    (tmp_path / "elsewhere").mkdir()
    git(tmp_path / "elsewhere", "init")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))

    assert find_project(repository, data) == expected


@pytest.mark.parametrize("branch", ["main", "feature/grüße", "a.b-c_d"])
def test_the_branch_is_read(repository: Path, branch: str) -> None:
    git(repository, "checkout", "-B", branch)

    assert read_branch(repository) == branch


def test_a_detached_head_is_its_short_hash(repository: Path) -> None:
    git(repository, "checkout", "--detach")

    assert read_branch(repository) == git(repository, "rev-parse", "HEAD")[:10]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe\x00", id="not text"),
        pytest.param(b"ref: refs/heads/", id="torn"),
        pytest.param(b"ref: refs/heads/.invalid\n", id="reftable"),
        pytest.param(b"x" * 100_000, id="huge"),
    ],
)
def test_a_head_that_cannot_be_understood_is_no_branch(repository: Path, head: bytes) -> None:
    (repository / ".git" / "HEAD").write_bytes(head)

    assert read_branch(repository) is None


@pytest.mark.parametrize("pointer", ["", "gitdir:", "gitdir: /nowhere/at/all", "gitdir: a\0b", "something else"])
def test_a_git_file_that_leads_nowhere_is_no_repository(tmp_path: Path, pointer: str) -> None:
    (tmp_path / ".git").write_text(pointer, encoding="utf-8")

    assert read_branch(tmp_path) is None


def test_no_repository_and_no_folder_have_no_branch(tmp_path: Path) -> None:
    assert [read_branch(tmp_path), read_branch(tmp_path / "missing")] == [None, None]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            '[remote "origin"]\n\turl = a:b # there\n\turl = second\n', "a:b", id="comment, and the first of two"
        ),
        pytest.param(
            '[remote "upstream"]\nurl = x:y\n[remote "origin"]\nURL="a b"\n', "a b", id="other remote, quotes"
        ),
        pytest.param('[remote "origin"] url = a:b', "a:b", id="on the section's line"),
        pytest.param('[remote "origin"]\nfetch = x\n[branch "main"]\nurl = no\n', None, id="url of something else"),
        pytest.param('[remote "origin"]\nurl = "c:\\\\tool"\n', "c:\\tool", id="escapes"),
        pytest.param("\0\0[[[", None, id="nonsense"),
    ],
)
def test_the_origin_in_a_configuration(repository: Path, config: str, expected: str | None) -> None:
    (repository / ".git" / "config").write_text(config, encoding="utf-8")
    found = find_repository(repository)

    assert found is not None
    assert origin_url(found) == expected
