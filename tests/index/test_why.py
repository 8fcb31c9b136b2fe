from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.index.why import WhyIndexed, why_indexed


@pytest.mark.parametrize(
    ("path", "indexed", "reason"),
    [
        ("a.py", True, "indexed as python"),
        ("./sub/../a.py", True, "indexed as python"),
        ("bad.py", True, "indexed; 1 places are not UTF-8 and were replaced"),
        ("x.log", False, "ignored: .gitignore: *.log"),
        ("node_modules/y.js", False, "ignored: node_modules"),
        (".env", False, "secret"),
        ("nul.py", False, "binary"),
        ("big.py", False, "too_large"),
        ("link.py", False, "symlink"),
        ("loop/a.py", False, "symlink: loop"),
        ("missing.py", False, "unreadable: No such file or directory"),
        ("sub", False, "not_a_file"),
        ("../elsewhere.py", False, "ignored: outside the workspace"),
    ],
)
def test_why_a_file_is_or_is_not_indexed(
    workspace: Path, write: Callable[..., None], path: str, *, indexed: bool, reason: str
) -> None:
    write(
        {
            ".gitignore": "*.log\n",
            "a.py": "x = 1\n",
            "bad.py": b"x = '\xff'\n",
            "x.log": "",
            "node_modules/y.js": "",
            ".env": "",
            "nul.py": b"\0",
            "sub/x.py": "",
            "big.py": b"x" * 50_000_000,
        }
    )
    (workspace / "link.py").symlink_to("a.py")
    (workspace / "loop").symlink_to(".")
    answer = why_indexed(workspace, path)
    assert (answer.indexed, answer.reason) == (indexed, reason)


def test_an_absolute_path_is_told_relative_to_the_workspace(workspace: Path, write: Callable[..., None]) -> None:
    write({"sub/x.py": ""})
    assert why_indexed(workspace, str(workspace / "sub/x.py")) == WhyIndexed("sub/x.py", True, "indexed as python")
