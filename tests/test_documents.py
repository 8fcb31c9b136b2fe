"""What the documents name is there: files, make targets, links. A page that lies is worse than none."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), ROOT / "CLAUDE.md.template", *(ROOT / "docs").glob("*.md"), ROOT / "extension/README.md"]
)
WRITTEN_FROM = (
    ROOT,
    ROOT / "server" / "holdfast",
    ROOT / "extension" / "src",
    ROOT / "server/holdfast/inference/embedded",
)

FILE_IN_CODE = re.compile(r"`([\w./-]+\.(?:py|ts|mjs))`")
FOLDER_IN_CODE = re.compile(r"`((?:\w+/)+)`")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
TARGET = re.compile(r"`make ([a-z]+)")


def where_written(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=where_written)
def test_every_file_folder_link_and_target_named_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = (ROOT / "Makefile").read_text("utf-8").split(".PHONY:")[1].split("\n")[0].split()
    named = [*FILE_IN_CODE.findall(text), *FOLDER_IN_CODE.findall(text)]

    assert [name for name in named if not exists(name)] == []
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
    assert [target for target in TARGET.findall(text) if target not in targets] == []


def exists(name: str) -> bool:
    """A path from the top, from the sources, or (within a paragraph on one folder) the bare name of a file in it."""
    if any((place / name).exists() for place in WRITTEN_FROM):
        return True
    return "/" not in name.rstrip("/") and any((ROOT / "server" / "holdfast").rglob(name.rstrip("/")))


def test_the_projects_manifest_is_short() -> None:
    assert len((ROOT / "CLAUDE.md").read_text("utf-8").splitlines()) < 120


def test_the_template_has_its_nine_sections_and_ten_rules() -> None:
    template = (ROOT / "CLAUDE.md.template").read_text("utf-8")

    assert re.findall(r"^<!-- (\d) ", template, re.MULTILINE) == [str(number) for number in range(1, 10)]
    assert re.findall(r"^(\d+)\. ", template, re.MULTILINE) == [str(number) for number in range(1, 11)]
    assert template.count("<!-- holdfast:focus -->") == template.count("<!-- /holdfast:focus -->") == 1
    assert len(template.splitlines()) < 120
