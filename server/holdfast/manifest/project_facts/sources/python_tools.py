"""Python beside pyproject.toml: setup.cfg, setup.py, tox, nox, requirements, lock files, pytest, Django's manage.py."""

import ast
import configparser
import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.sources.pyproject import framework, frameworks, requirement
from holdfast.manifest.project_facts.sources.python_run import PYTHON_LOCKS, python_runner
from holdfast.manifest.project_facts.task_names import in_folder, is_plain_name, known_tasks
from holdfast.manifest.project_facts.test_places import first_test

_PYTEST_SIGNS: Final = (
    ("pyproject.toml", ("[tool.pytest", "pytest")),
    ("pytest.ini", ("[pytest]",)),
    ("setup.cfg", ("[tool:pytest]", "pytest")),
    ("tox.ini", ("[pytest]", "pytest")),
    ("requirements-dev.txt", ("pytest",)),
    ("requirements.txt", ("pytest",)),
    ("noxfile.py", ("pytest",)),
    ("conftest.py", ("pytest",)),
    ("tests/conftest.py", ("pytest",)),
)
_SESSION: Final = re.compile(r"^@nox\.session\b[^\n]*\n(?:@[^\n]*\n){0,8}def (?P<name>\w+)\(", re.MULTILINE)


def read_python_tools(tree: ProjectTree) -> ProjectFacts:
    """The facts of these files."""
    facts = ProjectFacts()
    for source in tree.texts("setup.cfg"):
        facts += _setup_cfg(source)
    for source in tree.texts("setup.py"):
        facts += _setup_py(source)
    for source in tree.texts("requirements.txt"):
        facts += ProjectFacts(frameworks=tuple(_requirements(source)))
    return facts + ProjectFacts(managers=tuple(_managers(tree)), commands=tuple(_commands(tree)))


def _setup_cfg(source: SourceText) -> ProjectFacts:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(source.text)
    except (configparser.Error, ValueError):
        return ProjectFacts()
    values = {name: parser.get("metadata", name, fallback="") for name in ("name", "description")}
    python = plain_version(parser.get("options", "python_requires", fallback=""))
    listed = parser.get("options", "install_requires", fallback="").splitlines()
    return _told(source, values, python) + ProjectFacts(
        frameworks=tuple(frameworks(source, "install_requires", map(str.strip, listed)))
    )


def _setup_py(source: SourceText) -> ProjectFacts:
    """The texts that setup() is called with; the file is parsed and never run."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ProjectFacts()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setup")]
    given = {
        keyword.arg: keyword.value.value
        for call in calls[:1]
        for keyword in call.keywords
        if keyword.arg is not None and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }
    return _told(source, given, plain_version(given.get("python_requires", "")))


def _told(source: SourceText, values: dict[str, str], python: str) -> ProjectFacts:
    name, said = (plain_words(values.get(key, "")) for key in ("name", "description"))
    is_root = not source.folder
    return ProjectFacts(
        name=(Said(name, source.key_proof("name")),) if name and is_root else (),
        purpose=(Said(said, source.key_proof("description")),) if said and is_root else (),
        languages=(Pinned("Python", python, source.key_proof("python_requires")),) if python else (),
    )


def _requirements(source: SourceText) -> Iterator[Pinned]:
    for number, line in enumerate(source.lines, start=1):
        if not line.startswith(("-", "#")):
            yield from framework(*requirement(line), source.line_proof(number))


def _managers(tree: ProjectTree) -> Iterator[Pinned]:
    for lock, tool in PYTHON_LOCKS.items():
        for path in tree.named(lock)[:1]:
            yield Pinned({"poetry": "Poetry", "pdm": "PDM", "pipenv": "Pipenv"}.get(tool, tool), "", there(path))
    if not any(tree.named(lock) for lock in PYTHON_LOCKS):
        for path in tree.named("requirements.txt")[:1]:
            yield Pinned("pip", "", there(path))


def _commands(tree: ProjectTree) -> Iterator[Command]:
    runner = python_runner(tree, "")
    yield from _pytest(tree)
    for source in tree.texts("tox.ini"):
        if "[testenv" in source.text:
            yield Command("test", in_folder(source.folder, "tox"), source.proof("[testenv"), (source.path,))
    for source in tree.texts("noxfile.py"):
        sessions = [name for name in _SESSION.findall(source.text) if is_plain_name(name)]
        for kind, name in known_tasks(sessions):
            text = in_folder(source.folder, f"nox -s {name}")
            yield Command(kind, text, source.proof(f"def {name}("), (source.path,))
    for source in tree.texts("manage.py"):
        if "django" in source.text and not source.folder:
            proof = source.proof("django")
            yield Command("run", f"{runner}python manage.py runserver", proof, ("manage.py",))
            yield Command("test", f"{runner}python manage.py test", proof, ("manage.py",))
    for source in tree.texts(".pre-commit-config.yaml"):
        yield Command("lint", "pre-commit run --all-files", source.proof("repos:"), (source.path,))


def _pytest(tree: ProjectTree) -> Iterator[Command]:
    """What runs pytest, where a file of its configuration or requirements names it; one test file that is there."""
    for name, needles in _PYTEST_SIGNS:
        source = tree.read(name)
        if source is None:
            continue
        signs = (
            line for needle in needles for line, text in enumerate(source.lines, 1) if needle in text.partition("#")[0]
        )
        line = next(signs, None)
        if line is None:
            continue
        runner = python_runner(tree, "")
        proof = source.line_proof(line)
        yield Command("test", f"{runner}pytest", proof, (name,))
        test = first_test(tree, "", "python")
        if test is not None:
            yield Command("one_test", f"{runner}pytest {test}", proof, (test,))
        return
