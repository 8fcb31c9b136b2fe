"""The `json holdfast` block: validated, told with line numbers, and unable to name a host or a command."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from holdfast.manifest.loaded_file import LoadedFile
from holdfast.manifest.parse import parse_manifest
from holdfast.manifest.project_block import ProjectBlock, read_project_block, value_at
from holdfast.manifest.section import Scope

DIGEST = "0123456789abcdef" * 4


def file(text: str, path: str = "CLAUDE.md", scope: Scope = "project", *, is_users: bool = False) -> LoadedFile:
    return LoadedFile(path, Path("/w") / path, scope, parse_manifest(text), is_users=is_users)


def fenced(block: str) -> str:
    return f"# Shop\n\n```json holdfast\n{block}\n```\n"


def read(block: str) -> ProjectBlock:
    return read_project_block([file(fenced(block))])


def test_all_that_can_be_said() -> None:
    block = read(
        '{"ignore": ["gen/", "*.min.js"], "budgets": {"contextTokens": 900, "manifestTokens": 200, "maxPredict": 64},\n'
        f'"model": {{"name": "qwen2.5-coder:7b", "digest": "sha256:{DIGEST}"}}}}'
    )

    assert block.problems == ()
    assert block.ignore == ("gen/", "*.min.js")
    assert block.settings == {
        "contextTokens": 900,
        "manifestTokens": 200,
        "maxPredict": 64,
        "model": "qwen2.5-coder:7b",
        "modelDigest": DIGEST,
    }
    assert value_at(block.data, "budgets.maxPredict") == 64
    assert value_at(block.data, "model.name") == "qwen2.5-coder:7b"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ('{\n"budgets": {,}\n}', "CLAUDE.md:5: this is not JSON: Expecting property name enclosed in double quotes."),
        ("{", "CLAUDE.md:4: this is not JSON: Expecting property name enclosed in double quotes."),
        ("[]", "CLAUDE.md:4: the block: input should be a valid dictionary or instance of Block."),
        ('{\n\n"endpoint": "http://evil.example"}', "CLAUDE.md:6: endpoint: extra inputs are not permitted."),
        (
            '{"budgets": {\n"contextTokens": "many"}}',
            "CLAUDE.md:5: budgets.contextTokens: input should be a valid integer.",
        ),
        (
            '{"budgets": {\n"contextTokens": true}}',
            "CLAUDE.md:5: budgets.contextTokens: input should be a valid integer.",
        ),
        ('{"budgets":\n{"maxPredict": 1}}', "CLAUDE.md:5: maxPredict: input should be greater than or equal to 8."),
        ('{"model": {\n"digest": "0123456789ab"}}', "CLAUDE.md:4: model.name: field required."),
        ('{"model": {"name": "a",\n"digest": "latest"}}', "CLAUDE.md:5: model.digest: string should match pattern"),
        ('{"model": {"name": "x\\nNODE_OPTIONS=y"}}', "CLAUDE.md:4: model.name: string should match pattern"),
        ('{"model": {"name": "x y"}}', "CLAUDE.md:4: model.name: string should match pattern"),
        ('{"model": {"name": ""}}', "CLAUDE.md:4: model.name: string should match pattern"),
        (
            f'{{"model": {{"name": "{"x" * 201}"}}}}',
            "CLAUDE.md:4: model.name: string should have at most 200 characters",
        ),
        ('{"ignore": ["a",\n"b\\nc"]}', "CLAUDE.md:4: ignore.1: string should match pattern"),
        ('{"ignore": [], "ignore": []}', "CLAUDE.md:4: “ignore” is there twice."),
        ('{"budgets": {"maxPredict": NaN}}', "CLAUDE.md:4: NaN is not JSON."),
        ("[" * 50_000, "CLAUDE.md:4: it is nested too deep or holds a number too large."),
        ("1" * 50_000, "CLAUDE.md:4: it is nested too deep or holds a number too large."),
        (" " * 70_000 + "{}", "CLAUDE.md:4: the block is longer than 64 KB."),
    ],
    ids=lambda value: ascii(value[:30]),
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_of_the_block_counts(block: str, problem: str) -> None:
    found = read(block)

    assert (found.data, found.settings, found.ignore) == ({}, {}, ())
    assert found.problems[0].startswith(problem)


def test_the_later_file_ranks_above_and_lists_add_up() -> None:
    found = read_project_block(
        [
            file(
                fenced(
                    f'{{"ignore": ["a"], "budgets": {{"maxPredict": 64, "contextTokens": 100}}, "model": {{"name": "m", "digest": "{DIGEST}"}}}}'
                )
            ),
            file(
                fenced('{"ignore": ["b"], "budgets": {"maxPredict": 32}, "model": {"name": "n"}}'),
                "CLAUDE.local.md",
                "local",
            ),
        ]
    )

    assert found.ignore == ("a", "b")
    assert found.settings == {"maxPredict": 32, "contextTokens": 100, "model": "n"}


@pytest.mark.parametrize(
    ("of", "counts"),
    [
        ({"scope": "project"}, True),
        ({"scope": "local"}, True),
        ({"scope": "import"}, True),
        ({"scope": "import", "is_users": True}, False),
        ({"scope": "user", "is_users": True}, False),
        ({"scope": "rules"}, False),
        ({"scope": "nested"}, False),
    ],
    ids=str,
)
def test_only_the_projects_own_files_at_its_root_speak_to_programs(of: Any, counts: bool) -> None:  # noqa: FBT001 - a parameter
    found = read_project_block([file(fenced('{"ignore": ["a"]}'), **of)])

    assert found.ignore == (("a",) if counts else ())


@pytest.mark.parametrize("key", ["", "budgets", "model.name.first", "ignore.0", ".ignore"])
def test_a_key_that_is_not_there(key: str) -> None:
    with pytest.raises(KeyError):
        value_at({"ignore": ["a"], "model": {"name": "x"}}, key)


def test_of_thousands_of_names_that_are_wrong_only_the_first_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a search through the whole block."""
    sought: list[Sequence[int | str]] = []

    def line_of(text: str, place: Sequence[int | str]) -> int:
        sought.append(place)
        del text
        return 0

    monkeypatch.setattr("holdfast.manifest.project_block._line_of", line_of)
    found = read("{" + ", ".join(f'"{number}": 0' for number in range(5_000)) + "}")

    assert len(sought) == len(found.problems) == 20


def test_of_names_that_are_there_twice_one_is_told() -> None:
    block = read("{" + ", ".join(f'"{number % 3_000}": 0' for number in range(6_000)) + "}")

    assert block.problems == ("CLAUDE.md:4: “0” is there twice.",)
