import json
import os
import subprocess
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from cli_process import Ran, holdfast
from holdfast.locations import find_locations
from holdfast.trust import trust
from holdfast.workspace_folder import manifests_of


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    path: str
    scope: Literal["user", "project", "nested", "local", "rules", "import"]
    heading: str
    text: str
    tokens: Annotated[int, Field(ge=1)]


SECTIONS = TypeAdapter(list[Section])


def sections(ran: Ran) -> list[tuple[str, str, str, str]]:
    assert ran.code == 0, ran
    return [(one.path, one.scope, one.heading, one.text) for one in SECTIONS.validate_json(ran.out)]


@pytest.fixture
def trusted(shop: Path) -> Path:
    trust(find_locations(os.environ), shop)
    return shop


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True, timeout=60)


@pytest.fixture
def repository(shop: Path) -> Path:
    """The shop as a trusted repository whose manifest Ada changed after it was first read."""
    (shop / ".git").rmdir()
    git(shop, "init", "--quiet")
    for key, value in (("user.name", "Me"), ("user.email", "me@example.org"), ("commit.gpgsign", "false")):
        git(shop, "config", key, value)
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message=first")
    trust(find_locations(os.environ), shop)
    assert holdfast("manifest", "show", cwd=shop).code == 0
    (shop / "CLAUDE.md").write_text("# Rules\n\nGreet rudely.\x1b[2J\n")
    git(shop, "commit", "--quiet", "--all", "--author=Ada <ada@example.org>", "--message=second")
    return shop


def test_what_applies_to_a_file_in_its_order(trusted: Path) -> None:
    (trusted / "src").mkdir()
    (trusted / "src" / "CLAUDE.md").write_text("Sources. @../notes.md\n")
    (trusted / "notes.md").write_text("Notes.\n")
    (trusted / "CLAUDE.local.md").write_text("Mine.\n")
    here = holdfast("manifest", "show", "--json", cwd=trusted)
    there = holdfast("manifest", "show", "src/new.py", "--json", cwd=trusted)
    below = holdfast("manifest", "show", "--json", cwd=trusted / "src")

    root = [("CLAUDE.md", "project", "Rules", "# Rules\n\nGreet politely."), ("CLAUDE.local.md", "local", "", "Mine.")]
    nested = [("src/CLAUDE.md", "nested", "", "Sources. @../notes.md"), ("notes.md", "import", "", "Notes.")]
    assert sections(here) == root
    assert sections(there) == sections(below) == [*root, *nested]
    assert (here.err, there.err) == ("", "")


def test_a_person_sees_a_table_and_what_was_found_and_not_read(trusted: Path) -> None:
    (trusted / ".cursor" / "rules").mkdir(parents=True)
    (trusted / ".cursor" / "rules" / "a.mdc").write_text("Cursor.")
    (trusted / ".github").mkdir()
    (trusted / ".github" / "copilot-instructions.md").write_text("Copilot.")
    (trusted / "CLAUDE.md").write_text("# Rules\n\n@docs/gone.md and @~/far.md and be\u200b brief.\n")
    ran = holdfast("manifest", "show", cwd=trusted, environment={"HOME": str(trusted.parent)})
    (trusted.parent / "far.md").write_text("Far.")
    again = holdfast("manifest", "show", cwd=trusted, environment={"HOME": str(trusted.parent)})

    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines()[:2]] == [
        ["Tokens", "Scope", "Where", "Section"],
        [ran.out.split()[4], "project", "CLAUDE.md:1-3", "Rules"],
    ]
    assert "holdfast: CLAUDE.md:3: @docs/gone.md is not there.\n" in ran.err
    assert "holdfast: CLAUDE.md: 1 invisible or bidirectional characters were dropped.\n" in ran.err
    for path, tool in ((".cursor/rules/a.mdc", "Cursor"), (".github/copilot-instructions.md", "Copilot")):
        adopt = f"holdfast: {path} ({tool}) is not read. To adopt it, add this line to CLAUDE.md: @{path}\n"
        assert adopt in ran.err
    assert "holdfast: `holdfast manifest approve ~/far.md` lets ~/far.md be read.\n" in again.err


def test_of_a_project_that_is_not_trusted_nothing_is_read(shop: Path) -> None:
    shown = holdfast("manifest", "show", "--json", cwd=shop)
    got = holdfast("manifest", "get", "budgets", cwd=shop)

    words = f"holdfast: {shop} is not trusted, so its manifests are not read. Run `holdfast trust {shop}` if this project is yours.\n"
    assert (shown.code, shown.out, shown.err) == (0, "[]\n", words)
    assert (got.code, got.out, got.err) == (1, "", words)


def test_a_file_that_is_not_there_yet_may_be_asked_about(trusted: Path) -> None:
    assert [path for path, *_ in sections(holdfast("manifest", "show", "new/at/all.py", "--json", cwd=trusted))] == [
        "CLAUDE.md"
    ]


def test_values_of_the_block_are_json_and_errors_have_lines(trusted: Path) -> None:
    block = '```json holdfast\n{"budgets": {"maxPredict": 64}, "ignore": ["gen/"]}\n```\n'
    (trusted / "CLAUDE.md").write_text(block)
    (trusted / "gen").mkdir()
    (trusted / "gen" / "a.py").write_text("x = 1\n")
    number = holdfast("manifest", "get", "budgets.maxPredict", cwd=trusted)
    part = holdfast("manifest", "get", "budgets", cwd=trusted)
    missing = holdfast("manifest", "get", "budgets.numCtx", cwd=trusted)
    setting = json.loads(holdfast("config", "--json", cwd=trusted).out)["settings"]["maxPredict"]
    why = json.loads(holdfast("index", "--why", "gen/a.py", "--json", cwd=trusted).out)
    (trusted / "CLAUDE.md").write_text(block.replace("64", '"many"'))
    wrong = holdfast("manifest", "get", "ignore", cwd=trusted)

    assert (number.code, number.out, part.out) == (0, "64\n", '{"maxPredict": 64}\n')
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == (
        "holdfast: The manifest does not say “budgets.numCtx”. Its `json holdfast` block says: ignore, budgets.\n"
    )
    assert setting == {"value": 64, "source": "manifest"}
    assert (why["indexed"], why["reason"]) == (False, "ignored: json holdfast: gen/")
    assert "holdfast: CLAUDE.md:2: budgets.maxPredict: input should be a valid integer.\n" in wrong.err
    assert wrong.code == 1


def test_a_change_by_another_person_is_shown_and_used_once_it_was_approved(repository: Path) -> None:
    waiting = holdfast("manifest", "show", "--json", cwd=repository)
    shown = holdfast("manifest", "diff", cwd=repository)
    approved = holdfast("manifest", "approve", "CLAUDE.md", cwd=repository)
    after = holdfast("manifest", "show", "--json", cwd=repository)
    nothing = holdfast("manifest", "diff", cwd=repository)

    assert sections(waiting)[0][3] == "# Rules\n\nGreet politely."
    assert "CLAUDE.md was changed by Ada <ada@example.org>; it is used as it was before." in waiting.err
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[:2] == ["--- CLAUDE.md (approved)", "+++ CLAUDE.md (by Ada <ada@example.org>)"]
    assert shown.out.splitlines()[-2:] == ["-Greet politely.", "+Greet rudely.\u241b[2J"]
    assert (approved.code, approved.out) == (0, "approved: CLAUDE.md\n")
    assert sections(after)[0][3] == "# Rules\n\nGreet rudely.[2J"
    assert (nothing.out, nothing.err) == ("", "holdfast: No change waits for approval.\n")


def test_all_that_waits_is_approved_at_once_also_in_folders_below(repository: Path) -> None:
    (repository / "deep").mkdir()
    (repository / "deep" / "CLAUDE.md").write_text("Deep.\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--author=Ada <ada@example.org>", "--message=third")
    before = holdfast("manifest", "show", "deep/a.py", "--json", cwd=repository)
    approved = holdfast("manifest", "approve", cwd=repository)
    after = holdfast("manifest", "show", "deep/a.py", "--json", cwd=repository)

    assert [path for path, *_ in sections(before)] == ["CLAUDE.md"]
    assert approved.out == "approved: CLAUDE.md\napproved: deep/CLAUDE.md\n"
    assert [path for path, *_ in sections(after)] == ["CLAUDE.md", "deep/CLAUDE.md"]


def test_a_deletion_by_another_person_is_approved_by_the_name_that_is_gone(repository: Path) -> None:
    assert holdfast("manifest", "approve", cwd=repository).code == 0
    git(repository, "rm", "--quiet", "CLAUDE.md")
    git(repository, "commit", "--quiet", "--author=Ada <ada@example.org>", "--message=gone")
    before = holdfast("manifest", "show", "--json", cwd=repository)
    approved = holdfast("manifest", "approve", "CLAUDE.md", cwd=repository)
    after = holdfast("manifest", "show", "--json", cwd=repository)

    assert [path for path, *_ in sections(before)] == ["CLAUDE.md"]
    assert (approved.code, approved.out) == (0, "approved: CLAUDE.md\n")
    assert sections(after) == []


def test_what_is_not_there_cannot_be_approved(trusted: Path) -> None:
    assert holdfast("manifest", "approve", "gone.md", cwd=trusted).code == 3
    assert holdfast("manifest", "approve", "CLAUDE.md", cwd=trusted).code == 3
    assert holdfast("manifest", "approve", cwd=trusted).out == "No change waits for approval.\n"


def test_in_a_subfolder_that_an_editor_has_open_by_itself_what_waits_there_is_approved(repository: Path) -> None:
    part = repository / "part"
    part.mkdir()
    (part / "CLAUDE.md").write_text("Part.\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=part")
    opened = manifests_of(part, find_locations(os.environ), "CLAUDE.md")
    first = len(opened.read("").held)
    (part / "CLAUDE.md").write_text("Another part.\n")
    git(repository, "commit", "--quiet", "--all", "--author=Ada <ada@example.org>", "--message=other")
    waiting = [change.file for change in opened.read("").held]
    shown = holdfast("manifest", "diff", cwd=part)
    approved = holdfast("manifest", "approve", cwd=part)
    after = opened.read("").held
    opened.close()

    assert (first, waiting) == (0, [part / "CLAUDE.md"])
    assert shown.out.splitlines()[-1:] == ["+Another part."]
    assert approved.out == "approved: CLAUDE.md\n"
    assert after == ()


def test_an_import_from_another_folder_and_a_file_in_a_folder_named_target_are_approved_by_name(trusted: Path) -> None:
    (trusted / ".git").rmdir()
    git(trusted, "init", "--quiet")
    for key, value in (("user.name", "Me"), ("user.email", "me@example.org"), ("commit.gpgsign", "false")):
        git(trusted, "config", key, value)
    for folder, text in (("pkg", "@../shared/ai.md"), ("shared", ""), ("src/target", "Target.")):
        (trusted / folder).mkdir(parents=True)
        (trusted / folder / "CLAUDE.md").write_text(text)
    (trusted / "shared" / "ai.md").write_text("Old.\n")
    git(trusted, "add", "--all")
    git(trusted, "commit", "--quiet", "--message=first")
    holdfast("manifest", "show", "pkg/a.py", cwd=trusted)
    holdfast("manifest", "show", "src/target/a.py", cwd=trusted)
    (trusted / "shared" / "ai.md").write_text("New.\n")
    (trusted / "src" / "target" / "CLAUDE.md").write_text("Hit.\n")
    git(trusted, "commit", "--quiet", "--all", "--author=Ada <ada@example.org>", "--message=second")
    by_name = holdfast("manifest", "approve", "shared/ai.md", cwd=trusted)
    imported = sections(holdfast("manifest", "show", "pkg/a.py", "--json", cwd=trusted))
    rest = holdfast("manifest", "approve", cwd=trusted)

    assert (by_name.code, by_name.out) == (0, "approved: shared/ai.md\n")
    assert imported[-1][3] == "New."
    assert rest.out == "approved: src/target/CLAUDE.md\n"


def test_a_file_outside_that_was_approved_and_changed_by_another_waits_until_it_is_approved_again(
    trusted: Path,
) -> None:
    outside = trusted.parent / "outside"
    outside.mkdir()
    git(outside, "init", "--quiet")
    for key, value in (("user.name", "Me"), ("user.email", "me@example.org"), ("commit.gpgsign", "false")):
        git(outside, "config", key, value)
    (outside / "ai.md").write_text("Old.\n")
    git(outside, "add", "--all")
    git(outside, "commit", "--quiet", "--message=first")
    (trusted / "pkg").mkdir()
    (trusted / "pkg" / "CLAUDE.md").write_text(f"@{outside}/ai.md\n")
    shown = []
    for text in ("Old.\n", "New.\n"):
        if text != "Old.\n":
            (outside / "ai.md").write_text(text)
            git(outside, "commit", "--quiet", "--all", "--author=Ada <ada@example.org>", "--message=second")
            shown += sections(holdfast("manifest", "show", "pkg/a.py", "--json", cwd=trusted))[-1:]
        assert holdfast("manifest", "approve", str(outside / "ai.md"), cwd=trusted).code == 0
        shown += sections(holdfast("manifest", "show", "pkg/a.py", "--json", cwd=trusted))[-1:]

    assert [text for *_, text in shown] == ["Old.", "Old.", "New."]
