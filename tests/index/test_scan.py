import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from holdfast.errors import WorkspaceError
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.scan import scan


def test_a_scan_lists_what_counts_and_counts_the_rest(workspace: Path, write: Callable[..., None]) -> None:
    write(
        {
            ".gitignore": "*.log\n",
            "a.py": "x",
            "sub/b.ts": "x",
            "sub/c.log": "x",
            "node_modules/d.js": "x",
            ".env": "x",
            "big.txt": b"x" * 1_000_001,
            "jquery.min.js": "x",
        }
    )
    (workspace / "sub/link.py").symlink_to(workspace / "a.py")
    os.mkfifo(workspace / "pipe")
    found = scan(workspace, IgnoreRules(workspace))
    assert sorted(file.path for file in found.files) == [".gitignore", "a.py", "sub/b.ts"]
    assert found.directories == ("", "sub")
    assert dict(found.skipped) == {
        "ignored": 1,
        "vendored": 1,
        "secret": 1,
        "too_large": 1,
        "minified": 1,
        "symlink": 1,
        "not_a_file": 1,
    }


def test_the_newest_files_come_first(workspace: Path, write: Callable[..., None]) -> None:
    write({"old.py": "x", "new.py": "x", "middle.py": "x"})
    for at, name in enumerate(["old.py", "middle.py", "new.py"]):
        os.utime(workspace / name, (1_000 + at, 1_000 + at))
    assert [file.path for file in scan(workspace, IgnoreRules(workspace)).files] == ["new.py", "middle.py", "old.py"]


def test_links_neither_loop_nor_lead_out(workspace: Path, write: Callable[..., None], tmp_path: Path) -> None:
    write({"in/a.py": "x"})
    (workspace / "in/loop").symlink_to(workspace)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("x")
    (workspace / "out").symlink_to(tmp_path / "outside")
    found = scan(workspace, IgnoreRules(workspace))
    assert [file.path for file in found.files] == ["in/a.py"]
    assert found.skipped["symlink"] == 2


def test_a_folder_that_may_not_be_read_is_counted_and_the_rest_goes_on(
    workspace: Path, write: Callable[..., None]
) -> None:
    write({"closed/a.py": "x", "open/b.py": "x"})

    def list_directory(path: str) -> AbstractContextManager[Iterator["os.DirEntry[str]"]]:
        # The tests may run as root, whom no permission stops.
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return os.scandir(path)

    found = scan(workspace, IgnoreRules(workspace), list_directory=list_directory)
    assert [file.path for file in found.files] == ["open/b.py"]
    assert found.directories == ("", "open")
    assert dict(found.skipped) == {"unreadable": 1}


def test_an_empty_workspace_is_an_empty_scan(workspace: Path) -> None:
    found = scan(workspace, IgnoreRules(workspace))
    assert (found.files, found.directories, dict(found.skipped)) == ((), ("",), {})


def test_a_missing_workspace_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"gone cannot be read: No such file or directory"):
        scan(tmp_path / "gone", IgnoreRules(tmp_path))


def test_a_name_that_is_no_utf8_is_left_out(workspace: Path, write: Callable[..., None]) -> None:
    write({"a.py": "x"})
    Path(os.fsdecode(os.fsencode(workspace) + b"/bad\xff.py")).write_text("x")
    found = scan(workspace, IgnoreRules(workspace))
    assert [file.path for file in found.files] == ["a.py"]
    assert dict(found.skipped) == {"unreadable": 1}
