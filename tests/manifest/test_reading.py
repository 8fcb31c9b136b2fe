"""Reading is bounded, survives whatever lies there, and notices every change by a few `stat`s."""

import os
from pathlib import Path

import pytest

from holdfast.manifest import load
from holdfast.manifest.load import MOST_BYTES, MOST_FILES
from holdfast.manifest.rules_folder import MOST_FILES as MOST_RULES
from manifest_workspace import ManifestWorkspace


@pytest.fixture
def workspace(tmp_path: Path) -> ManifestWorkspace:
    return ManifestWorkspace(tmp_path)


@pytest.mark.parametrize(
    ("content", "shown", "problem"),
    [
        (b"\xef\xbb\xbf# A\nx\n", ["# A¶x"], ""),
        ("# Ä\r\nx".encode("utf-16"), ["# Ä¶x"], ""),
        (b"caf\xe9 au lait\n", ["caf\ufffd au lait"], "CLAUDE.md: 1 places are not UTF-8 and were replaced."),
        (b"\xe9\xe8" * 50, [], "CLAUDE.md is neither UTF-8 nor UTF-16 and is not read."),
        (b"a\0b", [], "CLAUDE.md is not text and is not read."),
        (b"x" * 300_000, [], "CLAUDE.md is larger than 256 KB and is not read."),
        (b"\n" * 30_000, [], "CLAUDE.md has more than 20,000 lines and is not read."),
        (b"-----BEGIN RSA PRIVATE KEY-----\n", [], "CLAUDE.md holds a private key and is not read."),
        ("-----BEGIN RSA PRIVATE KEY-----".encode("utf-16"), [], "CLAUDE.md holds a private key and is not read."),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", [], "CLAUDE.md holds a private key and is not read."),
        (b"-----BEGIN PUBLIC KEY-----\n", ["-----BEGIN PUBLIC KEY-----"], ""),
        (b"", [], ""),
    ],
    ids=[
        "bom",
        "utf-16",
        "one-latin-1-letter",
        "latin-1",
        "binary",
        "too-large",
        "too-many-lines",
        "key",
        "utf-16-key",
        "pgp-key",
        "public-key",
        "empty",
    ],
)
def test_whatever_a_file_holds(workspace: ManifestWorkspace, content: bytes, shown: list[str], problem: str) -> None:
    workspace.write({"CLAUDE.md": content})

    assert [line.partition(" | ")[2] for line in workspace.shown()] == shown
    assert workspace.problems() == ((problem,) if problem else ())


def a_folder(place: Path) -> None:
    place.mkdir()


def a_pipe(place: Path) -> None:
    os.mkfifo(place)


def a_link_to_itself(place: Path) -> None:
    place.symlink_to(place.name)


def a_link_to_a_secret(place: Path) -> None:
    (place.parent / ".env").write_text("TOKEN=hunter2\n")
    place.symlink_to(".env")


def a_link_to_nothing(place: Path) -> None:
    place.symlink_to("gone.md")


@pytest.mark.parametrize(
    "make", [a_folder, a_pipe, a_link_to_itself, a_link_to_a_secret, a_link_to_nothing], ids=lambda make: make.__name__
)
def test_what_is_no_manifest_whatever_its_name(workspace: ManifestWorkspace, make: object) -> None:
    assert callable(make)
    make(workspace.root / "CLAUDE.md")

    assert workspace.shown() == []


def test_a_link_loop_among_the_rules_and_a_rules_folder_that_leads_out(workspace: ManifestWorkspace) -> None:
    workspace.write({".claude/rules/a.md": "A.", "../shared/b.md": "B."})
    (workspace.root / ".claude/rules/loop").symlink_to(".")
    (workspace.root / ".claude/rules/out").symlink_to(workspace.at("../shared").resolve())
    before = workspace.shown()
    refused = workspace.problems()
    workspace.ledger.approve_outside(workspace.at("../shared").resolve())
    workspace.ledger.tell_others()

    assert before == ["rules .claude/rules/a.md | A."]
    assert [problem for problem in refused if "out lies outside of the workspace" in problem]
    assert workspace.shown() == [*before, "rules .claude/rules/out/b.md | B."]


def test_names_that_no_prompt_can_hold_and_links_to_themselves(workspace: ManifestWorkspace) -> None:
    workspace.write({".claude/rules/b.md": "B."})
    rules = workspace.root / ".claude" / "rules"
    (rules / os.fsdecode(b"\xe9.md")).write_text("Latin.")
    (rules / "self.md").symlink_to("self.md")

    assert workspace.shown() == ["rules .claude/rules/b.md | B."]
    assert [problem.rpartition("md ")[2] for problem in workspace.problems()] == [
        "has a name that is not UTF-8 and is not read."
    ]


def test_a_workspace_whose_own_name_is_not_utf_8(tmp_path: Path) -> None:
    workspace = ManifestWorkspace(tmp_path / os.fsdecode(b"\xe9"))
    workspace.write({"CLAUDE.md": "Root. @../x.md", "../x.md": "X."})
    workspace.ledger.approve_outside(workspace.at("../x.md").resolve())

    assert workspace.shown() == ["project CLAUDE.md | Root. @../x.md", "import ~/w/x.md | X."]


def test_ten_thousand_rules_are_cut_and_told(workspace: ManifestWorkspace) -> None:
    rules = workspace.root / ".claude" / "rules"
    rules.mkdir(parents=True)
    for number in range(10_000):
        (rules / f"{number:05}.md").touch()
    (rules / "00000.md").write_text("First.")
    workspace.write({"src/CLAUDE.md": "Nested."})

    assert workspace.shown() == ["rules .claude/rules/00000.md | First.", "nested src/CLAUDE.md | Nested."]
    assert f"rules holds more than {MOST_RULES} files; the rest is not read." in workspace.problems()


def test_patterns_of_all_rules_together_have_a_limit(workspace: ManifestWorkspace) -> None:
    head = "---\npaths: " + ", ".join(f"{number}.py" for number in range(150)) + "\n---\n"
    workspace.write({f".claude/rules/{number:02}.md": f"{head}Rule {number}." for number in range(20)})

    assert len(workspace.shown("0.py")) == 14
    assert len(workspace.shown("49.py")) == 14
    assert sum("there are too many patterns" in problem for problem in workspace.problems("0.py")) == 7


def test_deep_rules_and_deep_files_end(workspace: ManifestWorkspace) -> None:
    deep = "/".join(["d"] * 40)
    workspace.write({f".claude/rules/{deep}/x.md": "X.", "CLAUDE.md": "Root."})

    assert workspace.shown(f"{deep}/{deep}/a.py") == ["project CLAUDE.md | Root."]
    assert any("lies too deep" in problem for problem in workspace.problems(f"{deep}/{deep}/a.py"))


def test_imports_by_the_thousand_end(workspace: ManifestWorkspace) -> None:
    names = [f"{number}.md" for number in range(400)]
    every = " ".join(f"@{name}" for name in names)
    workspace.write({"CLAUDE.md": every, **dict.fromkeys(names, every)})

    shown = workspace.shown()

    assert 1 < len(shown) <= MOST_FILES
    assert any(problem.startswith("More than ") for problem in workspace.problems())


def test_all_files_together_have_a_limit(workspace: ManifestWorkspace) -> None:
    names = [f"{number}.md" for number in range(8)]
    workspace.write({"CLAUDE.md": " ".join(f"@{name}" for name in names), **dict.fromkeys(names, "x" * 200_000)})

    assert sum(map(len, workspace.shown())) < MOST_BYTES + 2_000
    assert any("more than 1024 KB in all" in problem for problem in workspace.problems())


def test_a_name_that_no_file_can_have_is_no_import(workspace: ManifestWorkspace) -> None:
    workspace.write({"CLAUDE.md": f"@{'x' * 900}/{'y' * 90}.md and @./{'z' * 300}.md"})

    assert len(workspace.shown()) == 1


CHANGES = {
    "the file": {"CLAUDE.md": "Other."},
    "an import": {"docs/style.md": "Other style."},
    "an import that was missing": {"docs/gone.md": "Back."},
    "a new local file": {"CLAUDE.local.md": "Mine."},
    "a new rule": {".claude/rules/new.md": "New."},
    "a rule in a new folder": {".claude/rules/more/new.md": "New."},
    "a nested file": {"src/CLAUDE.md": "Nested."},
    "my own file": {"~/.claude/CLAUDE.md": "Mine."},
    "my own first rule": {"~/.claude/rules/a.md": "Mine."},
    "the policy": {"managed/CLAUDE.md": "Policy."},
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_another_stamp_and_in_the_next_reading(workspace: ManifestWorkspace, change: str) -> None:
    workspace.write(
        {"CLAUDE.md": "@docs/style.md @docs/gone.md", "docs/style.md": "Style.", ".claude/rules/a.md": "A."}
    )
    first = workspace.manifests.stamp("src/app.py"), workspace.shown(), workspace.manifests.stamp("src/app.py")
    workspace.write(CHANGES[change])
    changed = workspace.manifests.stamp("src/app.py")
    after = workspace.shown()

    assert first[0] == first[2] != changed == workspace.manifests.stamp("src/app.py")
    assert any(text in line for text in CHANGES[change].values() for line in after)


def test_what_does_not_apply_to_a_folder_is_no_change_there(workspace: ManifestWorkspace) -> None:
    workspace.write({"CLAUDE.md": "Root.", "src/CLAUDE.md": "Sources."})
    workspace.shown("src/app.py"), workspace.shown("lib/app.py")
    before = workspace.manifests.stamp("lib/app.py")
    workspace.write({"src/CLAUDE.md": "Other sources."})

    assert workspace.manifests.stamp("lib/app.py") == before
    assert workspace.shown("lib/app.py") == ["project CLAUDE.md | Root."]


def test_a_change_is_another_stamp_also_in_a_folder_that_was_forgotten_meanwhile(workspace: ManifestWorkspace) -> None:
    workspace.write({"src/CLAUDE.md": "First."})
    workspace.shown("src/app.py")
    before = workspace.manifests.stamp("src/app.py")
    for number in range(40):
        workspace.shown(f"{number}/app.py")
    workspace.write({"src/CLAUDE.md": "Second."})

    assert workspace.manifests.stamp("src/app.py") != before
    assert workspace.shown("src/app.py") == ["nested src/CLAUDE.md | Second."]


def test_the_folder_that_is_worked_in_is_not_the_one_that_is_forgotten(workspace: ManifestWorkspace) -> None:
    workspace.write({"src/CLAUDE.md": "Sources."})
    workspace.shown("src/app.py")
    before = workspace.manifests.stamp("src/app.py")
    for number in range(40):
        workspace.shown(f"{number}/app.py")
        workspace.shown("src/app.py")

    assert workspace.manifests.stamp("src/app.py") == before


def test_every_folder_with_a_manifest_is_found(workspace: ManifestWorkspace) -> None:
    workspace.write({"CLAUDE.md": "Root.", "a/b/CLAUDE.md": "B.", "a/.claude/rules/x.md": "X.", "c/README.md": "No."})
    workspace.write({"node_modules/x/CLAUDE.md": "No."})
    workspace.write({"d/target/CLAUDE.md": "T.", "target/CLAUDE.md": "No.", "target/CACHEDIR.TAG": "made"})

    shown = [section.text for reading in workspace.manifests.read_all() for section in reading.sections_for("?")]

    assert sorted(set(shown)) == ["B.", "Root.", "T.", "X."]


def test_parsed_texts_are_not_kept_for_every_version_that_was_saved(workspace: ManifestWorkspace) -> None:
    kept = load._parse_cached
    kept.cache_clear()
    for version in range(40):
        workspace.write({"CLAUDE.md": f"Small {version}.", "src/CLAUDE.md": f"{version} " + "x" * 60_000})
        workspace.shown()

    assert 0 < kept.cache_info().currsize <= 32
    assert kept.cache_info().misses == 40
