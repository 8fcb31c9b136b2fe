from pathlib import Path

import pytest

from holdfast.cli.place import Place, cursor_at, parse_place, readable_folder, workspace_of
from holdfast.errors import PositionError, UsageError, WorkspaceError


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("src/app.py:12:5", Place(Path("src/app.py"), 12, 5)),
        ("C:\\x.py:3:4", Place(Path("C:\\x.py"), 3, 4)),
        ("C:/code/x.py:3:4", Place(Path("C:/code/x.py"), 3, 4)),
        ("a:b.py:1:6", Place(Path("a:b.py"), 1, 6)),
        ("1:2:3:4", Place(Path("1:2"), 3, 4)),
        ("://odd:1:1", Place(Path("://odd"), 1, 1)),
        ("with space.py:01:002", Place(Path("with space.py"), 1, 2)),
        ("x.py:999999999999999999:1", Place(Path("x.py"), 10**18 - 1, 1)),
    ],
)
def test_a_place_is_split_from_the_right(typed: str, expected: Place) -> None:
    assert parse_place(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "app.py",
        "app.py:1",
        ":1:1",
        "app.py:one:two",
        "app.py:1:",
        "app.py::1",
        "app.py:-1:1",
        "app.py:+1:1",
        "app.py:1.5:1",
        "app.py: 1:1",
        "app.py:1_0:1",
        "app.py:\u0661:\u0661",
        "app.py:²:1",
        pytest.param("app.py:" + "9" * 5000 + ":1", id="5000 digits"),
    ],
)
def test_what_is_no_place_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UsageError, match="is not a place in a file") as refused:
        parse_place(typed)

    assert refused.value.remedy == "Write FILE:LINE:COL, both counted from 1, for example src/app.py:12:5."
    assert len(refused.value.message) < 300


@pytest.mark.parametrize("typed", ["app.py:0:1", "app.py:1:0", "app.py:00:1"])
def test_counting_begins_at_one(typed: str) -> None:
    with pytest.raises(UsageError, match="counted from 1"):
        parse_place(typed)


@pytest.mark.parametrize(
    ("content", "line", "column", "before", "after"),
    [
        pytest.param(b"ab\ncd\n", 1, 1, "", "ab\ncd\n", id="first"),
        pytest.param(b"ab\ncd\n", 2, 2, "ab\nc", "d\n", id="middle"),
        pytest.param(b"ab\ncd\n", 2, 3, "ab\ncd", "\n", id="end of a line"),
        pytest.param(b"ab\ncd\n", 3, 1, "ab\ncd\n", "", id="after the last line break"),
        pytest.param(b"", 1, 1, "", "", id="empty"),
        pytest.param(b"ab\r\ncd\r\n", 2, 3, "ab\ncd", "\n", id="CRLF counts as one"),
        pytest.param(b"ab\rcd", 2, 1, "ab\n", "cd", id="CR alone"),
        pytest.param("\ufeffab".encode(), 1, 2, "a", "b", id="byte order mark"),
        pytest.param("🐙🐙x".encode(), 1, 3, "🐙🐙", "x", id="characters, not code units"),
        pytest.param(b"a\xffb", 1, 3, "a\ufffd", "b", id="not UTF-8"),
        pytest.param(b"a\0b", 1, 3, "a\0", "b", id="NUL"),
        pytest.param("a\u2028b\x0cc".encode(), 1, 6, "a\u2028b\x0cc", "", id="only LF ends a line"),
    ],
)
def test_the_cursor_splits_the_file(
    tmp_path: Path, content: bytes, line: int, column: int, before: str, after: str
) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(content)

    cursor = cursor_at(Place(file, line, column), tmp_path)

    assert (cursor.before, cursor.after) == (before, after)
    assert (cursor.uri, cursor.root, cursor.path, cursor.language) == (file.as_uri(), tmp_path, "a.py", "python")


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (3, 1, "a.py has 2 lines, not 3. Name a line it has."),
        (10**18 - 1, 1, "a.py has 2 lines, not 999999999999999999. Name a line it has."),
        (1, 4, "Line 1 of a.py has 2 characters; its last place is column 3. Name a column it has."),
        (2, 2, "Line 2 of a.py has 0 characters; its last place is column 1. Name a column it has."),
    ],
)
def test_a_place_past_the_end_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: int, column: int, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_bytes(b"ab\n")

    with pytest.raises(PositionError) as error:
        cursor_at(Place(Path("a.py"), line, column), tmp_path)

    assert str(error.value) == expected


def test_the_workspace_is_the_repository_else_this_folder_else_the_files_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("repository/.git", "repository/src/deep", "here/src", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")

    assert workspace_of(tmp_path / "repository" / "src" / "deep" / "a.py") == tmp_path / "repository"
    assert workspace_of(Path("src/a.py")) == tmp_path / "here"
    assert workspace_of(tmp_path / "elsewhere" / "a.py") == tmp_path / "elsewhere"


def test_a_folder_is_resolved_or_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")

    assert readable_folder(tmp_path / "link") == tmp_path / "real"
    for name, words in (("nothing", "does not exist"), ("file", "is not a folder"), ("circle", "cannot be read")):
        with pytest.raises(WorkspaceError, match=words):
            readable_folder(tmp_path / name)
