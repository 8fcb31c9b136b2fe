"""pyproject.toml: name, Python's version, dependencies, the package manager, scripts, tools."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Evidence, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import PYTHON
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.sources.python_run import python_runner
from holdfast.manifest.project_facts.structured_text import Table, at, table, text_at, texts_at, toml_table
from holdfast.manifest.project_facts.task_names import in_folder, is_plain_name, known_tasks

REQUIREMENT: Final = re.compile(
    r"^\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?(?P<version>[<>=!~^][^;#)]*)?"
)
_BACKENDS: Final = {
    "hatchling": "hatchling", "setuptools": "setuptools", "poetry": "poetry-core", "flit": "flit", "pdm": "pdm-backend",
    "maturin": "maturin", "scikit_build_core": "scikit-build-core", "mesonpy": "meson-python", "uv_build": "uv_build",
}  # fmt: skip
_MOST_REQUIREMENTS: Final = 300
_LINTERS: Final = (("ruff", ("ruff check .",)), ("black", ("black --check .",)), ("mypy", ("mypy",)))


def read_pyproject(tree: ProjectTree) -> ProjectFacts:
    """What the project's pyproject.toml files say."""
    facts = ProjectFacts()
    for source in tree.texts("pyproject.toml"):
        facts += _facts(tree, source, toml_table(source))
    return facts


def requirement(text: str) -> tuple[str, str]:
    """(name in lower case, version range) of a requirement; ("", "") where it is none."""
    found = REQUIREMENT.match(text)
    return (found["name"].lower().replace("_", "-"), plain_version(found["version"] or "")) if found else ("", "")


def framework(name: str, version: str, evidence: Evidence) -> tuple[Pinned, ...]:
    """The framework a requirement names, if it is one that people must know of."""
    return (Pinned(PYTHON[name], version, evidence),) if name in PYTHON else ()


def frameworks(source: SourceText, section: str, requirements: Iterable[str]) -> Iterator[Pinned]:
    """The frameworks among the first requirements of a list, each once; `section` is what stands before the list."""
    seen = set()
    for text in islice(requirements, _MOST_REQUIREMENTS):
        name, version = requirement(text)
        if name in PYTHON and name not in seen:
            seen.add(name)
            yield from framework(name, version, source.proof(section, text))


def _facts(tree: ProjectTree, source: SourceText, document: Table) -> ProjectFacts:
    project, poetry = table(document.get("project")), table(at(document, "tool", "poetry"))
    is_root = not source.folder
    name, said = (plain_words(text_at(project, key) or text_at(poetry, key)) for key in ("name", "description"))
    version = plain_version(text_at(project, "version") or text_at(poetry, "version"))
    python = plain_version(text_at(project, "requires-python") or text_at(poetry, "dependencies", "python"))
    section = "[project]" if project else "[tool.poetry]"
    python_proof = source.key_proof("requires-python" if text_at(project, "requires-python") else "python", section)
    return ProjectFacts(
        name=(Said(name, source.key_proof("name", section)),) if name and is_root else (),
        purpose=(Said(said, source.key_proof("description", section)),) if said and is_root else (),
        audience=tuple(_audience(source, project)),
        languages=(Pinned("Python", python, python_proof),) if python else (),
        frameworks=tuple(_frameworks(source, project, poetry)),
        managers=tuple(_backend(source, document)),
        commands=tuple(_commands(tree, source, document, project, poetry)),
        versions=(Said(f"Version {version}", source.key_proof("version", section)),) if version and is_root else (),
    )


def _frameworks(source: SourceText, project: Table, poetry: Table) -> Iterator[Pinned]:
    yield from frameworks(source, "dependencies", texts_at(project, "dependencies"))
    for name, given in table(poetry.get("dependencies")).items():
        if name.lower() in PYTHON:
            version = plain_version(given if isinstance(given, str) else text_at(given, "version"))
            yield from framework(name.lower(), version, source.proof("dependencies", name))


def _audience(source: SourceText, project: Table) -> Iterator[Said]:
    for classifier in texts_at(project, "classifiers")[:_MOST_REQUIREMENTS]:
        prefix, _, who = classifier.partition(" :: ")
        if prefix == "Intended Audience":
            yield Said(plain_words(who.replace(" :: ", ", "), 80), source.proof(classifier))


def _backend(source: SourceText, document: Table) -> Iterator[Pinned]:
    backend = text_at(document, "build-system", "build-backend")
    for prefix, name in _BACKENDS.items():
        if backend.startswith(prefix):
            yield Pinned(name, "", source.proof("build-backend"))


def _commands(
    tree: ProjectTree, source: SourceText, document: Table, project: Table, poetry: Table
) -> Iterator[Command]:
    runner = python_runner(tree, source.folder)
    tools = table(document.get("tool"))
    for section in (
        ("hatch", "envs", "default", "scripts"),
        ("pdm", "scripts"),
        ("poe", "tasks"),
        ("taskipy", "tasks"),
    ):
        program = {"hatch": "hatch run", "pdm": "pdm run", "poe": "poe", "taskipy": "task"}[section[0]]
        tasks = [name for name in table(at(tools, *section)) if is_plain_name(name)]
        for kind, name in known_tasks(tasks):
            yield _command(source, kind, f"{program} {name}", source.proof(f"[tool.{section[0]}", name))
    for tool, lines in _LINTERS:
        if tool in tools:
            for line in lines:
                yield _command(source, "lint", runner + line, source.proof(f"[tool.{tool}"))
    for name in [*table(project.get("scripts")), *table(poetry.get("scripts"))][:1]:
        if is_plain_name(name):
            yield _command(source, "run", f"{runner}{name} --help", source.proof("scripts]", name))
    if "build-system" in document and not source.folder:
        build = {"uv run ": "uv build", "poetry run ": "poetry build", "pdm run ": "pdm build"}.get(runner)
        if build is not None:
            yield _command(source, "build", build, source.proof("[build-system]"))


def _command(source: SourceText, kind: CommandKind, text: str, evidence: Evidence) -> Command:
    return Command(kind, in_folder(source.folder, text), evidence, (source.path,))


def lock_evidence(path: str) -> Evidence:
    """A lock file as evidence of its tool."""
    return there(path, "the lock file is there")
