"""What is not read of a file that would take a parser for ever, and what still is."""

from pathlib import Path

import pytest

from holdfast.manifest.project_facts.project_tree import SourceText
from holdfast.manifest.project_facts.sources.native_build import read_native_build
from holdfast.manifest.project_facts.sources.pyproject import read_pyproject
from holdfast.manifest.project_facts.sources.python_tools import read_python_tools
from holdfast.manifest.project_facts.structured_text import toml_table
from holdfast.manifest.project_facts.yaml_text import yaml_texts
from small_repository import shown, tree_of


@pytest.mark.parametrize(("parts", "is_read"), [(200, True), (250, False)])
def test_toml_keys_of_very_many_parts_are_not_read(parts: int, is_read: bool) -> None:  # noqa: FBT001 - a parameter of the test
    text = f"x = 1\n{'a.' * parts}a = 1\n"

    assert (toml_table(SourceText("a.toml", text)).get("x") == 1) is is_read


@pytest.mark.parametrize(("depth", "expected"), [(30, ["1", "2"]), (60, [])])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ("{a: ", "}")], ids=["lists", "mappings"])
def test_yaml_that_is_nested_too_deep_is_not_read(depth: int, expected: list[str], opens: str, closes: str) -> None:
    text = f"x: 1\ny: {opens * depth}2{closes * depth}\n"

    assert [each.text for each in yaml_texts(SourceText("a.yml", text))] == expected


@pytest.mark.parametrize(("length", "names"), [(1_000, ["name: shop <- CMakeLists.txt:1"]), (3_000, [])])
def test_a_project_of_cmake_is_a_short_command(tmp_path: Path, length: int, names: list[str]) -> None:
    facts = read_native_build(tree_of(tmp_path, {"CMakeLists.txt": f"project(shop {'x' * length})\n"}))

    assert [line for line in shown(facts) if line.startswith("name")] == names


@pytest.mark.parametrize(("decorators", "commands"), [(8, ["nox -s tests"]), (9, [])])
def test_a_session_of_nox_has_a_few_decorators(tmp_path: Path, decorators: int, commands: list[str]) -> None:
    text = "@nox.session\n" + "@x\n" * decorators + "def tests(session):\n"
    facts = read_python_tools(tree_of(tmp_path, {"noxfile.py": text}))

    assert [command.text for command in facts.commands] == commands


def test_the_first_300_requirements_count_each_once(tmp_path: Path) -> None:
    listed = ['"flask>1"'] * 3 + ['"x"'] * 296 + ['"django>=5"', '"fastapi>1"']
    text = "[project]\ndependencies = [\n" + ",\n".join(listed) + "\n]\n"
    facts = read_pyproject(tree_of(tmp_path, {"pyproject.toml": text}))

    assert [fact.name for fact in facts.frameworks] == ["Flask", "Django"]
