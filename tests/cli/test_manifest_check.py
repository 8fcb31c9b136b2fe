from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from cli_contract import answer, one_line
from cli_process import holdfast, holdfast_as_anybody, holdfast_at_once
from small_repository import write_files

STACK = "<!-- holdfast:stack -->\n- Python\n<!-- /holdfast:stack -->\n"


class Found(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    line: int
    kind: str
    message: str
    remedy: str
    is_stale: bool


class Check(BaseModel):
    """`manifest check`"""

    model_config = ConfigDict(extra="forbid", strict=True)

    path: str
    ok: bool
    lines: int
    findings: list[Found]


class Change(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    line: int
    removed: list[str]
    added: list[str]


class Refresh(BaseModel):
    """`manifest refresh`"""

    model_config = ConfigDict(extra="forbid", strict=True)

    path: str
    regions: int
    changes: list[Change]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {"Makefile": "test:\n", "a.py": "", "b.py": "", "c.py": "", "CLAUDE.md": f"`make test`\n{STACK}"}
    return write_files(tmp_path / "shop", files)


def test_nothing_stale_is_exit_0_and_something_is_exit_1(repository: Path) -> None:
    fine = holdfast("manifest", "check", cwd=repository)
    (repository / "CLAUDE.md").write_text(f"`make tset`\n{STACK}")
    stale = holdfast("manifest", "check", str(repository), cwd=repository.parent)

    assert (fine.code, fine.out, fine.err) == (0, "CLAUDE.md: 4 lines, nothing is stale.\n", "")
    assert (stale.code, stale.err) == (1, "")
    assert stale.out == (
        "CLAUDE.md:1: `make tset`: there is no target of the Makefile named tset. Name the command as it is now, or delete the line.\n"
        "CLAUDE.md: 4 lines, one thing is stale.\n"
    )


def test_programs_get_the_findings_and_the_same_exit(repository: Path) -> None:
    fine = answer(holdfast("manifest", "check", "--json", cwd=repository), Check)
    (repository / "CLAUDE.md").write_text("`make tset`\n" + "x\n" * 200)
    ran = holdfast("manifest", "check", "--json", cwd=repository)
    stale = Check.model_validate_json(one_line(ran))

    assert fine == Check(path="CLAUDE.md", ok=True, lines=4, findings=[])
    assert (ran.code, ran.err, stale.ok, stale.lines) == (1, "", False, 201)
    assert [(found.line, found.kind, found.is_stale) for found in stale.findings] == [
        (1, "command", True),
        (200, "length", False),
    ]


def test_refreshing_rewrites_the_region_and_says_what_changed(repository: Path) -> None:
    (repository / "CLAUDE.md").write_bytes(b"mine\r\n" + STACK.replace("Python", "Perl").encode() + b"\xff")
    stale = holdfast("manifest", "check", cwd=repository)
    refreshed = answer(holdfast("manifest", "refresh", "--json", cwd=repository), Refresh)
    again = holdfast("manifest", "refresh", cwd=repository)

    assert stale.code == 1
    assert refreshed == Refresh(
        path="CLAUDE.md", regions=1, changes=[Change(name="stack", line=2, removed=["- Perl"], added=["- Python"])]
    )
    assert (repository / "CLAUDE.md").read_bytes() == b"mine\r\n" + STACK.encode() + b"\xff"
    assert (again.code, again.out) == (0, "CLAUDE.md is up to date.\n")


def test_a_read_only_manifest_is_not_replaced(repository: Path) -> None:
    file = repository / "CLAUDE.md"
    file.write_text("<!-- holdfast:stack -->\n- Perl\n<!-- /holdfast:stack -->\n")
    file.chmod(0o444)
    before = file.read_bytes()
    ran = holdfast_as_anybody("manifest", "refresh", str(repository), cwd=repository)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "holdfast: CLAUDE.md is read-only. Make it writable; nothing was changed.\n"
    assert file.read_bytes() == before


def test_without_marks_or_manifest_nothing_is_written_and_the_way_is_said(repository: Path) -> None:
    (repository / "CLAUDE.md").write_text("mine\n")
    unmarked = holdfast("manifest", "refresh", cwd=repository)
    (repository / "CLAUDE.md").unlink()
    refresh, check = holdfast_at_once(("manifest", "refresh"), ("manifest", "check"), cwd=repository)

    assert (
        unmarked.out
        == "CLAUDE.md has no marked region, so nothing was written. `holdfast init` shows one to take over.\n"
    )
    for missing in (refresh, check):
        assert (missing.code, missing.err) == (3, "holdfast: There is no CLAUDE.md. `holdfast init` writes one.\n")


def test_marks_that_are_not_clear_change_nothing(repository: Path) -> None:
    text = "<!-- holdfast:stack -->\nmine\n"
    (repository / "CLAUDE.md").write_text(text)
    ran = holdfast("manifest", "refresh", cwd=repository)

    assert ran.code == 1
    assert ran.err.startswith("holdfast: Line 1: <!-- holdfast:stack --> is never closed. Put each pair of marks right")
    assert (repository / "CLAUDE.md").read_text() == text
