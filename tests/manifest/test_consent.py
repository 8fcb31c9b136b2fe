"""Trusting a workspace accepts what it holds; what another person's commit changes later waits for a look."""

from pathlib import Path

import pytest

from holdfast.errors import PositionError
from holdfast.manifest.approve import approve_path
from holdfast.manifest.git_history import authors_since, checked_out
from manifest_repository import ADA, Repository
from manifest_workspace import ManifestWorkspace

FILE = "CLAUDE.md"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_what_a_workspace_holds_when_it_is_first_met_is_accepted(repository: Repository) -> None:
    repository.commit({FILE: "By Ada."}, by=ADA)

    assert (repository.used(), repository.held()) == (["By Ada."], [])


def test_another_persons_change_waits_and_the_old_text_goes_on_being_used(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.commit({FILE: "Two."}, by=ADA)

    assert repository.used() == ["One."]
    assert [(change.before, change.after, change.authors) for change in repository.held()] == [
        ("One.", "Two.", ("Ada <ada@example.org>",))
    ]
    repository.approve()
    assert (repository.used(), repository.held()) == (["Two."], [])


@pytest.mark.parametrize("is_committed", [True, False], ids=["committed", "not-committed"])
def test_my_own_change_counts_at_once(repository: Repository, is_committed: bool) -> None:  # noqa: FBT001 - a parameter
    repository.commit({FILE: "By Ada."}, by=ADA)
    repository.used()
    if is_committed:
        repository.commit({FILE: "Mine."})
    else:
        repository.write({FILE: "Mine."})

    assert (repository.used(), repository.held()) == (["Mine."], [])


def test_my_change_on_top_of_another_persons_that_was_not_looked_at_waits_too(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.commit({FILE: "Two."}, by=ADA)
    repository.commit({FILE: "Two and mine."})

    assert repository.used() == ["One."]


def test_what_came_in_by_a_merge_waits(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.git("switch", "--quiet", "--create", "theirs")
    repository.commit({FILE: "Theirs."}, by=ADA)
    repository.git("switch", "--quiet", "main")
    repository.commit({"app.py": "x = 1\n"})
    repository.git("merge", "--quiet", "--no-edit", "theirs")

    assert repository.used() == ["One."]
    assert len(repository.held()) == 1


def test_a_file_that_another_person_added_later_is_not_used_before_it_was_approved(repository: Repository) -> None:
    repository.commit({"app.py": "x = 1\n"})
    assert repository.used() == []
    repository.commit({FILE: "@notes.md", "notes.md": "Obey.", ".claude/rules/a.md": "Rule."}, by=ADA)

    assert repository.used() == []
    assert {change.file.name for change in repository.held()} == {FILE, "a.md"}
    assert any("waits for `holdfast manifest approve`" in problem for problem in repository.problems("app.py"))
    repository.approve()
    repository.approve()  # what the first one imports
    assert repository.used() == ["@notes.md", "Obey.", "Rule."]


def test_a_nested_file_that_was_there_all_along_is_accepted_when_it_is_met(repository: Repository) -> None:
    repository.commit({FILE: "Root.", "shop/CLAUDE.md": "Shop."}, by=ADA)
    repository.used()
    repository.commit({"app.py": "x = 1\n"}, by=ADA)

    assert repository.used("shop/cart.py") == ["Root.", "Shop."]


def test_an_import_that_another_person_changed_waits(repository: Repository) -> None:
    repository.commit({FILE: "@notes.md", "notes.md": "One."})
    repository.used()
    repository.commit({"notes.md": "Two."}, by=ADA)

    assert repository.used() == ["@notes.md", "One."]


def test_a_content_that_was_approved_once_is_not_asked_about_again(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.git("switch", "--quiet", "--create", "theirs")
    repository.commit({FILE: "Theirs."}, by=ADA)
    repository.used()
    repository.approve()
    seen = []
    for branch in ("main", "theirs", "main"):
        repository.git("switch", "--quiet", branch)
        seen.append(repository.used())

    assert seen == [["One."], ["Theirs."], ["One."]]


def test_after_a_rewritten_history_the_last_commit_is_judged(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.git("checkout", "--quiet", "--orphan", "new")
    repository.commit({FILE: "Two."}, by=ADA)
    repository.git("branch", "--quiet", "-D", "main")
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "--quiet", "--prune=now")

    assert repository.used() == ["One."]


def test_the_address_is_compared_without_mailmap_which_the_repository_could_bring(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.commit({FILE: "Two.", ".mailmap": "Me <me@example.org> <ada@example.org>\n"}, by=ADA)

    assert repository.used() == ["One."]


def test_nothing_that_the_repository_configures_is_run(repository: Repository, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    repository.commit({FILE: "One."})
    repository.used()
    repository.commit({FILE: "Two."}, by=ADA)
    for key in ("core.pager", "pager.log", "core.fsmonitor", "gpg.program", "core.sshCommand", "diff.external"):
        repository.git("config", key, str(script))
    repository.git("config", "log.showSignature", "true")
    repository.sign_last_commit()

    assert repository.used() == ["One."]
    assert not ran.exists()


def test_outside_of_git_every_change_counts(tmp_path: Path) -> None:
    workspace = ManifestWorkspace(tmp_path)
    seen = []
    for text in ("One.", "Two."):
        workspace.write({FILE: text})
        seen.append(workspace.shown("app.py"))

    assert seen == [["project CLAUDE.md | One."], ["project CLAUDE.md | Two."]]


def test_before_the_first_commit_and_in_a_repository_made_later_every_change_counts(repository: Repository) -> None:
    seen = []
    repository.write({FILE: "One."})
    seen.append(repository.used())
    repository.commit({FILE: "Two."}, by=ADA)
    seen.append(repository.used())

    assert seen == [["One."], ["Two."]]


def test_my_own_file_is_mine_wherever_it_came_from(repository: Repository) -> None:
    repository.git("init", "--quiet", str(repository.homes.home))
    repository.write({"~/.claude/CLAUDE.md": "One."})
    seen = [repository.used()]
    repository.write({"~/.claude/CLAUDE.md": "Two."})
    seen.append(repository.used())

    assert seen == [["One."], ["Two."]]


def test_without_a_git_on_this_machine_there_is_no_gate(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.commit({FILE: "Two."}, by=ADA)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert repository.used() == ["Two."]


def test_a_git_that_hangs_holds_the_change_back(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit({FILE: "One."})
    repository.used()
    repository.write({FILE: "Two."})
    hanging = tmp_path / "bin" / "git"
    hanging.parent.mkdir()
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{hanging.parent}:/usr/bin:/bin")
    monkeypatch.setattr("holdfast.manifest.git_history._TIMEOUT_S", 0.2)

    assert repository.used() == ["One."]
    assert "git did not answer" in repository.held()[0].authors[0]


def test_variables_of_a_hook_do_not_make_another_repository_of_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit({FILE: "One."})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))

    found = checked_out(repository.root)

    assert found is not None
    assert Path(found.top).resolve() == repository.root.resolve()


@pytest.mark.parametrize("since", ["", "--output=/tmp/x", "HEAD; true"])
def test_a_commit_is_a_commit_and_no_option(repository: Repository, since: str) -> None:
    repository.commit({FILE: "One."}, by=ADA)

    tree = checked_out(repository.root)
    assert tree is not None
    assert authors_since(repository.root / FILE, since, tree) == ()


def test_what_is_approved_is_seen_by_others_that_read_already(repository: Repository) -> None:
    repository.commit({FILE: "@../x.md", "../x.md": "X."})
    before = repository.manifests.stamp("app.py"), repository.used(), repository.manifests.stamp("app.py")
    approve_path(repository.source, repository.at("../x.md").resolve(), ())

    assert before[0] == before[2] != repository.manifests.stamp("app.py")
    assert repository.used() == ["@../x.md", "X."]


def test_there_is_nothing_to_approve_in_a_file_that_does_not_wait(repository: Repository) -> None:
    repository.commit({FILE: "One."})
    with pytest.raises(PositionError, match="waits for approval"):
        approve_path(repository.source, repository.root / FILE, repository.held())


def test_a_folder_that_was_approved_covers_what_lies_in_it(repository: Repository) -> None:
    repository.write({"../shared/deep/x.md": "X.", FILE: "@../shared/deep/x.md"})
    repository.ledger.approve_outside(repository.at("../shared").resolve())

    assert repository.used() == ["@../shared/deep/x.md", "X."]


def test_where_nobody_can_say_what_was_accepted_nothing_is_used(repository: Repository) -> None:
    repository.write({FILE: "One.", "~/.claude/CLAUDE.md": "Mine."})
    repository.ledger.path.parent.mkdir(parents=True)
    repository.ledger.path.write_bytes(b"no database at all, " * 100)

    assert repository.used() == ["Mine."]
    assert "nobody can say whether it was let pass" in " ".join(repository.problems("app.py"))
