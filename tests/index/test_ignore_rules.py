import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.index.ignore_rules import IgnoreRules

RULES = {
    ".gitignore": "*.log\n!keep.log\n/build/\ndocs/*.tmp\n**/deep/x.py\n# note\n\\#odd\nspace\\ \nfoo/**/bar\n[ab].txt\n",
    "pkg/.gitignore": "!*.log\n/local.py\nsub/\n",
    "pkg/inner/.gitignore": "*\n!.gitignore\n!kept.py\n",
    "crlf/.gitignore": "*.x\r\n!y.x\r\n",
    ".git/info/exclude": "excluded.py\n",
}
PATHS = """a.log keep.log build/a.py sub/build/a.py docs/a.tmp docs/in/a.tmp p/deep/x.py deep/x.py deep/y.py #odd a.txt b.txt
c.txt foo/bar foo/q/r/bar pkg/a.log pkg/local.py pkg/in/local.py pkg/sub/a.py pkg/inner/a.py pkg/inner/kept.py
pkg/inner/more/a.py crlf/a.x crlf/y.x excluded.py pkg/excluded.py global.swp plain.py build.py""".split()  # noqa: SIM905 - a list of names


@pytest.fixture
def repository(workspace: Path, write: Callable[..., None], git: Callable[..., str], tmp_path: Path) -> Path:
    git("init", "-q")
    write(RULES | {path: "x" for path in PATHS if path != "foo/bar"})
    global_rules = tmp_path / "home" / "config" / "git" / "ignore"
    global_rules.parent.mkdir(parents=True)
    global_rules.write_text("*.swp\n")
    return workspace


@pytest.mark.parametrize("path", PATHS)
def test_files_are_ignored_exactly_as_git_ignores_them(repository: Path, git: Callable[..., str], path: str) -> None:
    ignored_by_git = git("check-ignore", "--no-index", path).strip() != ""
    assert (IgnoreRules(repository).why_ignored(path, is_directory=False) is not None) is ignored_by_git


def test_a_reason_names_the_file_and_the_pattern(repository: Path) -> None:
    rules = IgnoreRules(repository)
    assert rules.why_ignored("x.log", is_directory=False) == ".gitignore: *.log"
    assert rules.why_ignored("excluded.py", is_directory=False) == ".git/info/exclude: excluded.py"
    assert rules.why_ignored("v.swp", is_directory=False) == "core.excludesFile: *.swp"


def test_rules_above_the_workspace_hold_in_it(
    workspace: Path, write: Callable[..., None], git: Callable[..., str]
) -> None:
    git("init", "-q")
    write({".gitignore": "/part/out/\n*.gen\n", "part/a.py": ""})
    rules = IgnoreRules(workspace / "part")
    assert rules.why_ignored("out", is_directory=True) == ".gitignore: /part/out/"
    assert rules.why_ignored("x/a.gen", is_directory=False) == ".gitignore: *.gen"
    assert rules.why_ignored("a.py", is_directory=False) is None


def test_a_configured_excludes_file_takes_the_place_of_the_default(
    repository: Path, git: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("*.mine\n")
    git("config", "core.excludesFile", str(tmp_path / "mine"))
    rules = IgnoreRules(repository)
    assert rules.why_ignored("a.mine", is_directory=False) == "core.excludesFile: *.mine"
    assert rules.why_ignored("global.swp", is_directory=False) is None


def test_holdfastignore_adds_to_git_and_may_take_back(workspace: Path, write: Callable[..., None]) -> None:
    write({".gitignore": "gen.py\n", ".holdfastignore": "data/\n!gen.py\n", "sub/.holdfastignore": "*.md\n"})
    rules = IgnoreRules(workspace)
    assert rules.why_ignored("data/a.py", is_directory=False) == ".holdfastignore: data/"
    assert rules.why_ignored("gen.py", is_directory=False) is None
    assert rules.why_ignored("sub/a.md", is_directory=False) == ".holdfastignore: *.md"
    assert rules.why_ignored("a.md", is_directory=False) is None


@pytest.mark.parametrize("folder", ["node_modules", ".git", "a/__pycache__", "my.egg-info", ".venv"])
def test_some_folders_are_never_source(workspace: Path, folder: str) -> None:
    assert IgnoreRules(workspace).why_ignored(f"{folder}/x/y.py", is_directory=False) == folder.rpartition("/")[2]


def test_a_virtual_environment_and_a_cache_are_known_by_what_lies_in_them(
    workspace: Path, write: Callable[..., None]
) -> None:
    write({"myenv/pyvenv.cfg": "", "target/CACHEDIR.TAG": "", "other/x": ""})
    rules = IgnoreRules(workspace)
    assert rules.why_ignored("myenv/lib/a.py", is_directory=False) == "pyvenv.cfg"
    assert rules.why_ignored("target", is_directory=True) == "CACHEDIR.TAG"
    assert rules.why_ignored("other/a.py", is_directory=False) is None


@pytest.mark.parametrize("path", ["../x.py", "a/../../x.py", "/etc/passwd"])
def test_what_leaves_the_workspace_is_ignored(workspace: Path, path: str) -> None:
    assert IgnoreRules(workspace).why_ignored(path, is_directory=False) == "outside the workspace"


def test_a_changed_rule_file_is_noticed_without_being_told(workspace: Path, write: Callable[..., None]) -> None:
    rules = IgnoreRules(workspace, recheck_s=0.0)
    assert rules.why_ignored("a/x.py", is_directory=False) is None
    write({"a/.gitignore": "x.py\n"})
    assert rules.why_ignored("a/x.py", is_directory=False) == ".gitignore: x.py"
    write({"a/.gitignore": "y.py\n"})
    os.utime(workspace / "a/.gitignore", ns=(time.time_ns(), time.time_ns() + 1_000_000_000))
    assert rules.why_ignored("a/x.py", is_directory=False) is None


def test_a_rule_file_of_any_bytes_keeps_its_good_lines(workspace: Path, write: Callable[..., None]) -> None:
    write({".gitignore": b"\xef\xbb\xbf*.log\n\xff\xfe\x00[\n!\n/\n**\\\n*.tmp\n"})
    rules = IgnoreRules(workspace)
    assert rules.why_ignored("a.log", is_directory=False) == ".gitignore: *.log"
    assert rules.why_ignored("a.tmp", is_directory=False) == ".gitignore: *.tmp"
    assert rules.why_ignored("a.py", is_directory=False) is None


def test_the_rules_of_a_linked_work_tree_come_from_its_repository(
    workspace: Path, write: Callable[..., None], git: Callable[..., str], tmp_path: Path
) -> None:
    git("init", "-q")
    write({"a.py": ""})
    git("add", ".")
    git("commit", "-qm", "x")
    (workspace / ".git/info/exclude").write_text("hidden.py\n")
    git("worktree", "add", "-q", str(tmp_path / "linked"))
    rules = IgnoreRules(tmp_path / "linked")
    assert rules.why_ignored("hidden.py", is_directory=False) == ".git/info/exclude: hidden.py"
