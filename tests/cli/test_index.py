import os
from pathlib import Path

import pytest

from cli_contract import Indexed, Why, answer
from cli_process import holdfast, holdfast_as_anybody, holdfast_at_once, run_python


def test_an_index_is_made_kept_and_follows_the_files(shop: Path) -> None:
    size = sum(file.stat().st_size for file in shop.iterdir() if file.is_file())
    first = answer(holdfast("index", "--json", cwd=shop), Indexed)
    (shop / "library.py").unlink()
    (shop / "new.py").write_text("a = 1\n")
    (shop / "newer.py").write_text("b = 2\n")
    second = answer(holdfast("index", str(shop), "--json", cwd=shop.parent), Indexed)

    assert (first.files, first.skipped) == (3, {"ignored": 1}), "the ignored one is .git"
    assert first.bytes == size
    assert second.files == 4
    assert second.chunks == first.chunks - 1 + 2


def test_an_empty_workspace_is_an_empty_index(tmp_path: Path) -> None:
    found = answer(holdfast("index", "--json", cwd=tmp_path), Indexed)

    assert (found.files, found.chunks, found.skipped, found.bytes) == (0, 0, {}, 0)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with one of everything that is no plain source file, and two that are."""
    root = tmp_path / "odd"
    (root / ".git").mkdir(parents=True)
    (root / "deep").mkdir()
    (root / "latin.py").write_bytes(b"x = 'caf\xe9'\n")
    (root / "windows.py").write_bytes(b"def a():\r\n    return 1\r\n")
    (root / "nul.py").write_bytes(b"a = '\0'\n")
    (root / ".env").write_text("TOKEN=abc\n")
    (root / ".gitignore").write_text("/build/\n*.log\n")
    (root / "build").mkdir()
    (root / "noise.log").write_text("x\n")
    (root / "circle").symlink_to(root)
    (root / "deep" / "self.py").symlink_to(root / "deep" / "self.py")
    (root / "caf\udce9.py").write_text("a = 1\n")
    (root / "app.min.js").write_text("a=1\n")
    os.mkfifo(root / "pipe.py")
    with (root / "huge.py").open("wb") as huge:
        huge.truncate(50_000_000)
    return root


def test_what_is_left_out_is_counted_by_reason(odd: Path) -> None:
    as_json, page = holdfast_at_once(("index", "--json"), ("index",), cwd=odd)
    found = answer(as_json, Indexed)

    assert found.files == 3
    assert found.skipped == {
        "binary": 1,
        "minified": 1,
        "ignored": 3,
        "not_a_file": 1,
        "secret": 1,
        "symlink": 2,
        "too_large": 1,
        "unreadable": 1,
    }
    assert (page.code, page.err) == (0, "")
    lines = [line.split() for line in page.out.splitlines()]
    assert lines[0][:5] == [f"{odd}:", "3", "files", "(0", "KB)"]
    assert lines[1:3] == [["Left", "out", "Files"], ["ignored", "3"]]
    assert ["too", "large", "1"] in lines


def test_why_a_file_is_in_the_index_or_not(odd: Path) -> None:
    paths = ("latin.py", "deep/self.py", "noise.log", "huge.py")
    commands = [("index", "--why", path, "--json") for path in paths]
    found = [answer(ran, Why) for ran in holdfast_at_once(*commands, cwd=odd)]

    assert [(why.path, why.indexed, why.reason) for why in found] == [
        ("latin.py", True, "indexed as python; 1 places are not UTF-8 and were replaced"),
        ("deep/self.py", False, "symlink"),
        ("noise.log", False, "ignored: .gitignore: *.log"),
        ("huge.py", False, "too_large"),
    ]


def test_why_follows_a_link_to_the_folder_and_none_inside_it(odd: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(odd)
    page = holdfast("index", "link", "--why", "link/windows.py", cwd=tmp_path)

    assert (page.code, page.out) == (0, "windows.py is indexed: indexed as python.\n")


def test_a_folder_without_permission_is_counted_and_a_workspace_without_is_an_error(shop: Path) -> None:
    locked = shop / "locked"
    locked.mkdir(mode=0)
    inside = holdfast_as_anybody("index", "--json", cwd=shop)
    itself = holdfast_as_anybody("index", "locked", "--json", cwd=shop)
    locked.chmod(0o700)

    assert answer(inside, Indexed).skipped == {"ignored": 1, "unreadable": 1}
    assert (itself.code, itself.out) == (4, "")
    assert itself.err == "holdfast: locked cannot be read: Permission denied. Check its permissions.\n"


def test_what_is_no_folder_is_a_line_of_words(shop: Path) -> None:
    (shop / "circle").symlink_to(shop / "circle")
    expected = {
        "nowhere": "nowhere does not exist. Name a folder that does.",
        "app.py": "app.py is not a folder. Name the folder it lies in.",
        "circle": "circle cannot be read: ",
    }
    answers = holdfast_at_once(*(("index", folder, "--json") for folder in expected), cwd=shop)

    for ran, words in zip(answers, expected.values(), strict=True):
        assert (ran.code, ran.out) == (4, "")
        assert ran.err.startswith(f"holdfast: {words}")
        assert ran.err.count("\n") == 1


def test_a_workspace_that_was_deleted_under_the_command_is_an_error(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    program = (
        "import os, sys; os.rmdir(os.getcwd()); sys.argv = ['holdfast', *sys.argv[1:]];"
        "from holdfast.cli.main import main; main()"
    )
    ran = [run_python("-c", program, "index", "--json", cwd=gone)]
    gone.mkdir()
    ran.append(run_python("-c", program, "complete", "a.py:1:1", "--json", cwd=gone))

    assert [(each.code, each.out) for each in ran] == [(4, ""), (3, "")]
    assert ran[0].err == "holdfast: The current folder does not exist. Name a folder that does.\n"
    assert ran[1].err == "holdfast: There is no file a.py. Check the path.\n"


def test_a_cache_that_cannot_be_written_is_a_line_of_words(shop: Path) -> None:
    ran = holdfast("index", "--json", cwd=shop, environment={"HOLDFAST_CACHE_DIR": str(shop / "app.py")})

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"holdfast: Cannot make the folder {shop / 'app.py'}/workspaces/")
    assert ran.err.endswith("or set HOLDFAST_CACHE_DIR and HOLDFAST_DATA_DIR to folders of yours.\n")


def test_an_index_that_was_damaged_is_made_again(shop: Path, private_places: Path) -> None:
    answer(holdfast("index", "--json", cwd=shop), Indexed)
    (database,) = (private_places / "cache").rglob("index.db")
    database.write_bytes(b"nonsense" * 4096)

    assert answer(holdfast("index", "--json", cwd=shop), Indexed).files == 3
