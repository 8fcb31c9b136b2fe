from pathlib import Path

import pytest

from holdfast.index.secret_files import is_secret
from holdfast.manifest.project_facts.fact import Evidence
from holdfast.manifest.project_facts.project_tree import LARGEST_BYTES, walk_project
from small_repository import tree_of, write_files


def test_files_that_count_are_listed_without_links_and_names_that_need_quotes(tmp_path: Path) -> None:
    root = write_files(tmp_path / "root", {"a.py": "", "src/b.py": "", "built/c.py": "", "a b.py": "", "$(x).py": ""})
    write_files(tmp_path / "outside", {"d.py": ""})
    (root / "link.py").symlink_to(root / "a.py")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)

    tree = walk_project(root, lambda path, is_folder: is_folder and path == "built", is_secret)

    assert tree.files == ("a.py", "src/b.py")


def test_of_very_many_files_those_near_the_root_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.manifest.project_facts.project_tree._MOST_FILES", 3)

    assert tree_of(tmp_path, {"a/b/deep.py": "", "a/in.py": "", "x.py": "", "y.py": ""}).files == (
        "a/in.py",
        "x.py",
        "y.py",
    )


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".env", "KEY=1"),
        ("huge.toml", "x" * (LARGEST_BYTES + 1)),
        ("binary.toml", b"a\0b"),
    ],
    ids=["a secret", "too large", "binary"],
)
def test_what_is_no_text_of_the_project_is_not_read(tmp_path: Path, path: str, content: str | bytes) -> None:
    tree = tree_of(tmp_path, {path: content})

    assert tree.has(path)
    assert tree.read(path) is None


def test_a_file_that_is_gone_or_became_a_link_since_is_not_read(tmp_path: Path) -> None:
    tree = tree_of(tmp_path / "root", {"gone.toml": "x", "swapped.toml": "x"})
    secret = write_files(tmp_path, {"secret.txt": "s"}) / "secret.txt"
    (tmp_path / "root" / "gone.toml").unlink()
    (tmp_path / "root" / "swapped.toml").unlink()
    (tmp_path / "root" / "swapped.toml").symlink_to(secret)

    assert [tree.read("gone.toml"), tree.read("swapped.toml"), tree.read("never.toml")] == [None, None, None]


def test_texts_have_one_kind_of_line_end_and_no_byte_order_mark(tmp_path: Path) -> None:
    source = tree_of(tmp_path, {"a.txt": b"\xef\xbb\xbfone\r\ntwo\rthree \xff\n"}).read("a.txt")

    assert source is not None
    assert source.lines == ["one", "two", "three \N{REPLACEMENT CHARACTER}", ""]


def test_evidence_is_the_line_with_the_last_needle_behind_the_others(tmp_path: Path) -> None:
    source = tree_of(tmp_path, {"a.toml": "name = 1\n[x]\nname\u202e = 2\n"}).read("a.toml")

    assert source is not None
    assert source.proof("[x]", "name") == Evidence("a.toml", 3, "name = 2")
    assert source.key_proof("name", "[x]") == Evidence("a.toml", 3, "name = 2")
    assert source.key_proof("name", "[gone]") == Evidence("a.toml", 1, "name = 1")
    assert source.key_proof("[x]") == Evidence("a.toml", 2, "[x]")
    assert source.proof("nothing") == Evidence("a.toml", 0, "is there")


def test_the_projects_own_files_are_those_nearest_to_the_root(tmp_path: Path) -> None:
    files = {
        "tests/fixtures/package.json": "",
        "web/package.json": "",
        "api/package.json": "",
        "api/deep/package.json": "",
    }

    assert tree_of(tmp_path, files).named("package.json") == ["api/package.json", "web/package.json"]
