import os
from pathlib import Path

import pytest

from holdfast.manifest.read_manifest import Manifest, ManifestSection, manifest_stamp, read_manifest, split_sections


def no_secret(path: str) -> bool:
    """Nothing is a secret here."""
    return path == ".env"


def test_a_secret_is_never_a_manifest_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOKEN=hunter2\n")
    (tmp_path / "CLAUDE.md").symlink_to(tmp_path / ".env")
    for name in ("CLAUDE.md", ".env"):
        assert read_manifest(tmp_path, name, no_secret).sections == ()


@pytest.mark.parametrize(
    "text", ["<!--" * 60_000, "# a" + " #" * 100_000 + "x", "\n" * 250_000], ids=["comment", "heading", "blank"]
)
def test_a_hostile_manifest_is_split_in_one_pass(text: str) -> None:
    """Quadratic work would take minutes here, and hold the interpreter's lock all the while."""
    assert len(split_sections("CLAUDE.md", text)) <= 1


def sections(text: str) -> list[tuple[str, int, int, str]]:
    return [(part.heading, part.first_line, part.last_line, part.text) for part in split_sections("CLAUDE.md", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("\n  \n", [], id="blank"),
        pytest.param("Be brief.\n", [("", 1, 1, "Be brief.")], id="no-heading"),
        pytest.param(
            "Intro\n\n# One #\na\n\n## Two\nb\n",
            [("", 1, 1, "Intro"), ("One", 3, 4, "# One #\na"), ("Two", 6, 7, "## Two\nb")],
            id="headings",
        ),
        pytest.param("#Not\n####### Not\n", [("", 1, 2, "#Not\n####### Not")], id="not-headings"),
        pytest.param("# A\r\nx\r\n# B\r\n", [("A", 1, 2, "# A\nx"), ("B", 3, 3, "# B")], id="crlf"),
        pytest.param("# A\nx\x0cy\n# B\n", [("A", 1, 2, "# A\nx\x0cy"), ("B", 3, 3, "# B")], id="form-feed-is-no-line"),
        pytest.param(
            "# A\n```sh\n# no\n```\n# B\n", [("A", 1, 4, "# A\n```sh\n# no\n```"), ("B", 5, 5, "# B")], id="fence"
        ),
        pytest.param(
            "~~~\n```\n# no\n~~~\n# B", [("", 1, 4, "~~~\n```\n# no\n~~~"), ("B", 5, 5, "# B")], id="other-fence"
        ),
        pytest.param(
            "````\n```\n# no\n````\n# B", [("", 1, 4, "````\n```\n# no\n````"), ("B", 5, 5, "# B")], id="longer"
        ),
        pytest.param("```a``` is code\n# B", [("", 1, 1, "```a``` is code"), ("B", 2, 2, "# B")], id="inline-code"),
        pytest.param("# A\n```\n# no\n", [("A", 1, 3, "# A\n```\n# no")], id="unclosed-fence"),
        pytest.param(
            "a\n<!-- b\n# c -->\n# D\n", [("", 1, 1, "a"), ("D", 4, 4, "# D")], id="comment-keeps-line-numbers"
        ),
        pytest.param("a <!-- b --> c", [("", 1, 1, "a c")], id="comment-in-a-line"),
        pytest.param("a\n<!-- b\n# C\n", [("", 1, 2, "a\n<!-- b"), ("C", 3, 3, "# C")], id="unclosed-comment-stays"),
    ],
)
def test_sections(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert sections(text) == expected


def test_reading_a_file(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "CLAUDE.md").write_bytes(b"\xef\xbb\xbf# A\nx\n")

    manifest = read_manifest(tmp_path, "docs/CLAUDE.md", no_secret)

    assert manifest.sections == (ManifestSection("docs/CLAUDE.md", "A", 1, 2, "# A\nx"),)
    assert manifest.stamp == manifest_stamp(tmp_path, "docs/CLAUDE.md")


def test_invalid_utf_8_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_bytes(b"caf\xe9 au lait\n")

    assert [part.text for part in read_manifest(tmp_path, "CLAUDE.md", no_secret).sections] == ["caf\ufffd au lait"]


def test_missing_is_empty(tmp_path: Path) -> None:
    assert (
        read_manifest(tmp_path, "CLAUDE.md", no_secret)
        == read_manifest(tmp_path / "gone", "C\0LAUDE.md", no_secret)
        == Manifest()
    )


def secret_beside(root: Path) -> str:
    (root.parent / "secret.md").write_text("secret")
    return "../secret.md"


def link_to_secret(root: Path) -> str:
    (root / "CLAUDE.md").symlink_to(root.parent / secret_beside(root)[3:])
    return "CLAUDE.md"


def too_large(root: Path) -> str:
    (root / "CLAUDE.md").write_text("x" * 300_000)
    return "CLAUDE.md"


def folder(root: Path) -> str:
    (root / "CLAUDE.md").mkdir()
    return "CLAUDE.md"


def pipe(root: Path) -> str:
    os.mkfifo(root / "CLAUDE.md")
    return "CLAUDE.md"


def link_loop(root: Path) -> str:
    (root / "CLAUDE.md").symlink_to("CLAUDE.md")
    return "CLAUDE.md"


@pytest.mark.parametrize(
    "make", [secret_beside, link_to_secret, too_large, folder, pipe, link_loop], ids=lambda make: make.__name__
)
def test_what_is_not_read(tmp_path: Path, make: object) -> None:
    root = tmp_path / "root"
    root.mkdir()
    assert callable(make)

    assert read_manifest(root, make(root), no_secret).sections == ()


def test_a_link_inside_the_workspace_is_read(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("Be brief.")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")

    assert [part.text for part in read_manifest(tmp_path, "CLAUDE.md", no_secret).sections] == ["Be brief."]


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("one")
    before = manifest_stamp(tmp_path, "CLAUDE.md")
    (tmp_path / "CLAUDE.md").write_text("three")

    assert manifest_stamp(tmp_path, "CLAUDE.md") != before
