import json
import subprocess
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from cli_contract import answer
from cli_process import holdfast, holdfast_at_once
from small_repository import write_files

FILES = {
    "Makefile": "test:\n",
    "README.md": "# Shop\n\nA shop for the tests, nothing more.\n",
    "shop/a.py": "",
    "shop/b.py": "",
    "shop/c.py": "",
    ".gitignore": "built/\n",
    "built/gone.py": "",
}


class Proof(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    path: str
    line: int
    text: str


class WrittenLine(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    line: int
    text: str
    evidence: Proof | None


class Init(BaseModel):
    """`init`"""

    model_config = ConfigDict(extra="forbid", strict=True)

    path: str
    written: bool
    exists: bool
    diff: str
    lines: list[WrittenLine]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = write_files(tmp_path / "shop", FILES)
    (root / ".git").mkdir()
    return root


def test_it_writes_what_the_repository_proves_and_the_second_time_nothing(repository: Path) -> None:
    first = holdfast("init", cwd=repository)
    written = (repository / "CLAUDE.md").read_text()
    second = holdfast("init", "--yes", cwd=repository)

    assert (first.code, first.err) == (0, "")
    assert first.out == "CLAUDE.md is written: 50 lines. `holdfast init --why` says what proves each.\n"
    assert "`README.md` says: “A shop for the tests, nothing more.”\n" in written
    assert "<!-- holdfast:commands -->\n- test: `make test`\n<!-- /holdfast:commands -->\n" in written
    assert "- `shop`: Python code\n<!--" in written
    assert (second.code, second.out, second.err) == (0, "", "CLAUDE.md is there and lacks nothing.\n")
    assert (repository / "CLAUDE.md").read_text() == written


def test_a_dry_run_shows_it_and_writes_nothing(repository: Path) -> None:
    ran = holdfast("init", "--dry-run", cwd=repository)

    assert (ran.code, ran.err) == (0, "Nothing was written; without --dry-run this becomes CLAUDE.md.\n")
    assert ran.out.startswith("--- /dev/null\n+++ b/CLAUDE.md\n@@ -0,0 +1,50 @@\n+<!-- Written by")
    assert not (repository / "CLAUDE.md").exists()


@pytest.mark.parametrize("place", ["CLAUDE.md", ".claude/CLAUDE.md"])
def test_what_somebody_wrote_is_never_touched(repository: Path, place: str) -> None:
    write_files(repository, {place: "mine\r\n"})
    options = ("--yes", "--dry-run", "--json", "--why")
    ran = holdfast_at_once(*(("init", str(repository), option) for option in options), cwd=repository.parent)

    assert [each.code for each in ran] == [0, 0, 0, 0]
    assert (repository / place).read_bytes() == b"mine\r\n"
    assert sorted(path.name for path in repository.rglob("CLAUDE.md")) == ["CLAUDE.md"]


def test_the_diff_of_what_it_lacks_can_be_applied(repository: Path) -> None:
    write_files(repository, {"CLAUDE.md": "# Mine\n\n## Stack\n\nold\n"})
    ran = holdfast("init", cwd=repository)
    applied = subprocess.run(
        ["git", "apply", "-"], input=ran.out, text=True, cwd=repository, check=False, capture_output=True
    )

    assert (applied.returncode, applied.stderr) == (0, "")
    assert (repository / "CLAUDE.md").read_text().startswith("# Mine\n\n## Stack\n\nold\n\n## Commands\n")
    assert holdfast("init", cwd=repository).out == ""


@pytest.mark.parametrize(
    ("before", "hint"),
    [
        (b"# Mine\n", "`holdfast init | patch -p1` takes it over"),
        ("# Mine\n".encode("utf-16"), "copy from it by hand"),
        ("# Mine\n".encode("utf-8-sig"), "copy from it by hand"),
        (b"# Mine\r\n", "copy from it by hand"),
        (b"# Mine\r", "copy from it by hand"),
        (b"# caf\xe9\n", "copy from it by hand"),
        (b"# Mine \x1b[1m\n", "copy from it by hand"),
    ],
    ids=["UTF-8 with LF", "UTF-16", "a byte order mark", "CRLF", "CR", "one byte a character", "what is not shown"],
)
def test_a_patch_is_advised_only_where_it_keeps_every_byte(repository: Path, before: bytes, hint: str) -> None:
    write_files(repository, {"CLAUDE.md": before})

    assert f"shows what it lacks ({hint})." in holdfast("init", cwd=repository).err


def test_each_line_is_shown_with_what_proves_it(repository: Path) -> None:
    ran = holdfast("init", "--why", "--dry-run", cwd=repository)

    assert "- test: `make test`\n    Makefile:1: test:\n" in ran.out
    assert "- `shop`: Python code\n    shop: 3 of 3 files\n" in ran.out


def test_programs_get_lines_and_evidence(repository: Path) -> None:
    dry = answer(holdfast("init", "--json", "--dry-run", cwd=repository), Init)
    done = answer(holdfast("init", "--json", cwd=repository), Init)

    proven = {line.text: line.evidence for line in done.lines}
    assert proven["- test: `make test`"] == Proof(path="Makefile", line=1, text="test:")
    assert (dry.path, dry.written, dry.exists) == ("CLAUDE.md", False, False)
    assert (done.path, done.written, done.exists, done.lines) == ("CLAUDE.md", True, False, dry.lines)
    assert "\n".join(line.text for line in done.lines) + "\n" == (repository / "CLAUDE.md").read_text()


def test_what_cannot_be_done_is_a_line_of_words(repository: Path) -> None:
    (repository / "linked").mkdir()
    (repository / "linked" / "CLAUDE.md").symlink_to(repository.parent / "outside.md")
    (repository.parent / "outside.md").write_text("theirs")
    (repository / "broken").mkdir()
    write_files(repository, {"broken/CLAUDE.md": "<!-- holdfast:stack -->\n"})
    gone, linked, broken = holdfast_at_once(("init", "gone"), ("init", "linked"), ("init", "broken"), cwd=repository)

    assert (gone.code, gone.err) == (4, "holdfast: gone does not exist. Name a folder that does.\n")
    assert linked.code == 1
    assert "CLAUDE.md leads out of the workspace" in linked.err
    assert broken.code == 1
    assert broken.err.startswith("holdfast: Line 1: <!-- holdfast:stack --> is never closed.")
    assert json.dumps(sorted(path.name for path in (repository / "linked").iterdir())) == '["CLAUDE.md"]'
