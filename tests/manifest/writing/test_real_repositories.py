"""`init` on repositories of strangers: every command and path it names exists there."""

from pathlib import Path

import pytest

from holdfast.repository_facts import look_at
from real_repositories import FETCH, REPOSITORIES, claims_of, unpack, upstream_archive, why_false


@pytest.mark.parametrize("ecosystem", REPOSITORIES)
def test_every_command_and_path_exists(ecosystem: str, tmp_path: Path) -> None:
    archive = upstream_archive(REPOSITORIES[ecosystem])
    if archive is None:
        pytest.skip(f"{REPOSITORIES[ecosystem]} is not in build/bench: run `{FETCH}`, which needs a network")
    root = unpack(archive, tmp_path / "unpacked")
    repository = look_at(root)
    proposal = repository.propose()
    claims = list(claims_of(proposal.after.decode()))

    assert [f"{kind} {claim}: {problem}" for kind, claim in claims if (problem := why_false(root, kind, claim))] == []
    assert {kind for kind, _ in claims} >= {"command", "path"}
    assert len(claims) >= 8
    assert len(proposal.lines) <= 120
    repository.create_manifest(proposal)
    assert look_at(root).check("CLAUDE.md").findings == ()
    assert look_at(root).refresh_manifest("CLAUDE.md").changes == ()


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("path", "gone.py"),
        ("command", "make gone"),
        ("command", "npm run gone"),
        ("command", "cd gone && make test"),
        ("command", "cargo test --test gone"),
        ("command", "go test . -run '^TestGone$'"),
        ("command", "mvn test -Dtest=GoneTest"),
        ("command", "pytest gone.py"),
        ("command", "./gone.sh"),
        ("command", "unheard-of"),
    ],
)
def test_the_judge_finds_what_is_not_there(kind: str, claim: str, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("test:\n")
    (tmp_path / "package.json").write_text('{"scripts": {"build": "x"}}')

    assert why_false(tmp_path, kind, claim) is not None
