from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from holdfast.manifest.project_facts.fact import ProjectFacts
from holdfast.manifest.project_facts.gather import gather_facts
from holdfast.manifest.writing.compose import existing_manifest, propose, regions_of
from holdfast.manifest.writing.refresh import refresh
from hostile_repository import HOSTILE_FILES, tree_of_texts
from small_repository import tree_of

FILES = {"Makefile": "test:\n", "shop/__init__.py": "", "shop/a.py": "", "shop/b.py": ""}


@pytest.fixture
def facts(tmp_path: Path) -> ProjectFacts:
    return gather_facts(tree_of(tmp_path / "shop", FILES))


def test_a_new_manifest_is_up_to_date_and_lacks_nothing(facts: ProjectFacts) -> None:
    new = propose("CLAUDE.md", None, facts)
    again = propose("CLAUDE.md", new.after, facts)

    assert refresh(new.after, regions_of(facts)).data == new.after
    assert (again.after, again.diff) == (new.after, "")
    assert new.diff.startswith("--- /dev/null\n+++ b/CLAUDE.md\n@@ -0,0 +1,")


def test_what_a_manifest_lacks_is_offered_behind_its_end(facts: ProjectFacts) -> None:
    before = b"# Mine\r\n\r\n## commands\r\n\r\nmy words\r\n\r\n### How to work here"
    after = propose("CLAUDE.md", before, facts).after

    assert after.startswith(before + b"\r\n\r\n## Stack\r\n")
    assert b"\n## Commands" not in after
    assert after.count(b"\r\n") == after.count(b"\n")
    assert propose("CLAUDE.md", after, facts).diff == ""


def test_its_marked_regions_are_offered_anew_and_nothing_else_is_touched(facts: ProjectFacts) -> None:
    before = propose("CLAUDE.md", None, facts).after.replace(b"- test: `make test`", b"- test: `make tset`\n- mine")
    proposal = propose("CLAUDE.md", before, facts)

    assert [line for line in proposal.diff.splitlines() if line[0] in "+-"] == [
        "--- a/CLAUDE.md",
        "+++ b/CLAUDE.md",
        "-- test: `make tset`",
        "-- mine",
        "+- test: `make test`",
    ]


def test_a_last_line_without_an_end_is_shown_as_diff_shows_it(facts: ProjectFacts) -> None:
    diff = propose("CLAUDE.md", b"last", facts).diff

    assert "-last\n\\ No newline at end of file\n+last\n+\n" in diff


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"CLAUDE.md": "", ".claude/CLAUDE.md": ""}, "CLAUDE.md"),
        ({".claude/CLAUDE.md": ""}, ".claude/CLAUDE.md"),
        ({"README.md": ""}, None),
    ],
)
def test_the_manifest_is_looked_for_in_both_its_places(
    tmp_path: Path, files: dict[str, str], expected: str | None
) -> None:
    assert existing_manifest(tree_of(tmp_path, files).root) == expected


def test_a_link_that_leads_nowhere_counts_as_there(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").symlink_to("gone")

    assert existing_manifest(tmp_path) == "CLAUDE.md"


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(texts=HOSTILE_FILES)
def test_whatever_the_files_say_what_is_written_can_be_refreshed_and_says_its_regions_once(
    texts: dict[str, str],
) -> None:
    facts = gather_facts(tree_of_texts(texts))
    written = propose("CLAUDE.md", None, facts).after

    assert refresh(written, regions_of(facts)).changes == ()
    assert propose("CLAUDE.md", written, facts).diff == ""
    assert len(written.splitlines()) <= 120
