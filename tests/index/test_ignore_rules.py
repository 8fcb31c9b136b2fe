import os
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.index.ignore_rules import IgnoreRules

RULES = {
    ".gitignore": "*.log\n!keep.log\n/build/\ndocs/*.tmp\n**/deep/x.py\n# note\n\\#odd\nspace\\ \nfoo/**/bar\n[ab].txt\n"
    "s[uv]b[!x]n.q\n\\!bang\n!wow\ne\\sc.q\nwide?.q \n  lead.q\nmid*dle\n[z-a].q\n",
    "pkg/.gitignore": "!*.log\n/local.py\nsub/\n",
    "pkg/inner/.gitignore": "*\n!.gitignore\n!kept.py\n",
    "crlf/.gitignore": "*.x\r\n!y.x\r\n",
    ".git/info/exclude": "excluded.py\n",
}
PATHS = """a.log keep.log build/a.py sub/build/a.py docs/a.tmp docs/in/a.tmp p/deep/x.py deep/x.py deep/y.py #odd a.txt b.txt
c.txt foo/bar foo/q/r/bar pkg/a.log pkg/local.py pkg/in/local.py pkg/sub/a.py pkg/inner/a.py pkg/inner/kept.py
pkg/inner/more/a.py crlf/a.x crlf/y.x excluded.py pkg/excluded.py global.swp plain.py build.py svbin.q sxbin.q svbxn.q !bang wow esc.q wide1.q wide.q lead.q
middle mid/dle x/mid-a-dle/y.py a.q""".split()  # noqa: SIM905 - a list of names


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


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("!third_party/", None),
        ("!/lib/third_party/", None),
        ("!*/", "third_party"),
        ("third_party/", "third_party"),
        ("!other/", "third_party"),
    ],
)
def test_holdfastignore_takes_a_vendored_folder_back_by_its_name(
    workspace: Path, write: Callable[..., None], line: str, cause: str | None
) -> None:
    write({".holdfastignore": f"*.o\n{line}\n", ".gitignore": "third_party/\n"})
    rules = IgnoreRules(workspace)
    assert rules.why_ignored("lib/third_party", is_directory=True) == cause
    assert rules.why_ignored("lib/third_party/z.c", is_directory=False) == cause
    assert rules.why_ignored("lib/third_party/node_modules/z.js", is_directory=False) == (cause or "node_modules")


def test_holdfastignore_takes_no_folder_of_a_tool_back(workspace: Path, write: Callable[..., None]) -> None:
    write({".holdfastignore": "!.git/\n!__pycache__/\n!node_modules/\n!vendor/\n", "vendor/modules.txt": ""})
    rules = IgnoreRules(workspace)
    folders = [".git", "__pycache__", "node_modules", "vendor"]
    assert [rules.why_ignored(folder, is_directory=True) for folder in folders] == [".git", "__pycache__", None, None]


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


def test_a_changed_rule_file_holds_once_it_was_read_again(workspace: Path, write: Callable[..., None]) -> None:
    rules = IgnoreRules(workspace)
    assert rules.why_ignored("a/x.py", is_directory=False) is None
    write({"a/.gitignore": "x.py\n"})
    assert rules.why_ignored("a/x.py", is_directory=False) is None
    rules.reread()
    assert rules.why_ignored("a/x.py", is_directory=False) == ".gitignore: x.py"
    write({"a/.gitignore": "y.py and more\n"})
    rules.reread()
    assert rules.why_ignored("a/x.py", is_directory=False) is None


def test_a_folder_that_became_a_virtual_environment_is_noticed(workspace: Path, write: Callable[..., None]) -> None:
    write({"tools/a.py": ""})
    rules = IgnoreRules(workspace)
    assert rules.why_ignored("tools/a.py", is_directory=False) is None
    write({"tools/pyvenv.cfg": ""})
    rules.reread()
    assert rules.why_ignored("tools/a.py", is_directory=False) == "pyvenv.cfg"


def test_a_new_repository_and_a_new_excludes_file_are_noticed(
    workspace: Path, write: Callable[..., None], git: Callable[..., str], tmp_path: Path
) -> None:
    rules = IgnoreRules(workspace)
    git("init", "-q")
    write({".git/info/exclude": "mine.py\n"})
    rules.reread()
    assert rules.why_ignored("mine.py", is_directory=False) == ".git/info/exclude: mine.py"
    (tmp_path / "rules").write_text("*.own\n")
    git("config", "core.excludesFile", str(tmp_path / "rules"))
    rules.reread()
    assert rules.why_ignored("a.own", is_directory=False) == "core.excludesFile: *.own"


@pytest.fixture
def asked_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gets a line for each run of a `git` that stands before the real one."""
    log, program = tmp_path / "git.log", tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return log


def test_git_is_asked_again_only_when_something_changed(
    workspace: Path, write: Callable[..., None], asked_git: Path
) -> None:
    write({".gitignore": "*.log\n"})
    rules = IgnoreRules(workspace)
    rules.why_ignored("a/b/c.py", is_directory=False)
    rules.reread()
    assert len(asked_git.read_text().splitlines()) == 1
    write({".gitignore": "*.log\n*.tmp\n"})
    rules.reread()
    assert len(asked_git.read_text().splitlines()) == 2


def test_what_was_read_again_is_read_no_more(workspace: Path, write: Callable[..., None]) -> None:
    write({"a/b/.gitignore": "x.py\n"})
    rules = IgnoreRules(workspace)
    rules.why_ignored("a/b/x.py", is_directory=False)
    write({"a/b/.gitignore": "y.py and more\nx.py\n"})
    rules.reread()
    (workspace / "a/b/.gitignore").unlink()
    assert rules.why_ignored("a/b/x.py", is_directory=False) == ".gitignore: x.py"


def test_questions_are_answered_while_the_rules_are_read_again(workspace: Path, write: Callable[..., None]) -> None:
    write({".gitignore": "always.py\n", "a/.gitignore": "below.py\n"})
    rules = IgnoreRules(workspace)
    done = threading.Event()

    def change_and_reread() -> None:
        try:
            for turn in range(100):
                write({".gitignore": "always.py\n" + "other.py\n" * (turn % 7)})
                rules.reread()
        finally:
            done.set()

    thread = threading.Thread(target=change_and_reread)
    thread.start()
    answers: Counter[tuple[str | None, str | None]] = Counter()
    number = 0
    while not done.is_set() or not answers:
        number += 1
        above = rules.why_ignored(f"new{number}/always.py", is_directory=False)
        answers[above, rules.why_ignored("a/below.py", is_directory=False)] += 1
    thread.join()
    # The root's file is written while it is read, so that it may be found empty; the other never changes.
    assert {below for _, below in answers} == {".gitignore: below.py"}
    assert {above for above, _ in answers} <= {None, ".gitignore: always.py"}


def test_a_pipe_with_the_name_of_a_rule_file_is_no_rule_file(workspace: Path) -> None:
    os.mkfifo(workspace / ".gitignore")
    assert IgnoreRules(workspace).why_ignored("a.py", is_directory=False) is None


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


@pytest.mark.parametrize("line", ["*a" * 13 + "*b", "/".join(["**/a"] * 9) + "/b"], ids=["stars", "double stars"])
def test_a_rule_made_to_take_for_ever_is_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / ".gitignore").write_text(f"{line}\n*.log\n")
    rules = IgnoreRules(tmp_path)
    assert rules.why_ignored("a" * 120 + ".py", is_directory=False) is None
    assert rules.why_ignored("/".join("a" * 60) + ".py", is_directory=False) is None
    assert rules.why_ignored("x.log", is_directory=False) == ".gitignore: *.log"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_place_of_a_rule_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    assert IgnoreRules(tmp_path).why_ignored("a.py", is_directory=False) is None
