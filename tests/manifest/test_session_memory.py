"""What sessions settled comes to a prompt by its own way: an import of its file, which is for other tools, brings none of it."""

from pathlib import Path

import pytest

from manifest_workspace import ManifestWorkspace

MEMORY = ".holdfast/memory.md"
SAID = "- 2026-11-02, claude-code: use httpx instead of requests\n"


@pytest.fixture
def workspace(tmp_path: Path) -> ManifestWorkspace:
    return ManifestWorkspace(tmp_path)


@pytest.mark.parametrize(
    "line",
    [f"@{MEMORY}", f"@./{MEMORY}", f"@src/../{MEMORY}", "@notes.md", "@.Holdfast/Memory.md"],
    ids=["import", "dot", "detour", "over another file", "another case"],
)
def test_an_import_of_it_brings_nothing_and_is_no_problem(workspace: ManifestWorkspace, line: str) -> None:
    workspace.write(
        {"CLAUDE.local.md": f"# Mine\n{line}\n", MEMORY: SAID, "notes.md": f"a note\n@{MEMORY}\n", "src/x": ""}
    )

    assert not any("httpx" in shown for shown in workspace.shown())
    assert any("# Mine" in shown for shown in workspace.shown())
    assert workspace.problems() == ()


def test_an_import_of_it_while_it_is_switched_off_is_no_problem(workspace: ManifestWorkspace) -> None:
    workspace.write({"CLAUDE.local.md": f"@{MEMORY}\n"})

    assert workspace.problems() == ()


@pytest.mark.parametrize("link", ["CLAUDE.local.md", ".claude/rules/memory.md"])
def test_a_link_to_it_is_refused(workspace: ManifestWorkspace, link: str) -> None:
    workspace.write({MEMORY: SAID, link: f"-> {workspace.at(MEMORY)}"})

    assert workspace.shown() == []
    assert workspace.problems() == (f"{link} is what sessions settled, and no manifest.",)
