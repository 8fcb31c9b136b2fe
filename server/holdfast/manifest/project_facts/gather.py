"""Every source asked in turn, and what they say put together: the facts of one repository."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, TypeVar

from holdfast.manifest.project_facts.code_languages import code_languages
from holdfast.manifest.project_facts.fact import Command, Described, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.layout import layout
from holdfast.manifest.project_facts.plain_text import is_plain_name, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, there
from holdfast.manifest.project_facts.sources.cargo import read_cargo
from holdfast.manifest.project_facts.sources.changelog import read_changelog
from holdfast.manifest.project_facts.sources.composer import read_composer
from holdfast.manifest.project_facts.sources.continuous_integration import read_continuous_integration
from holdfast.manifest.project_facts.sources.conventions import read_conventions
from holdfast.manifest.project_facts.sources.dotnet import read_dotnet
from holdfast.manifest.project_facts.sources.go_mod import read_go_mod
from holdfast.manifest.project_facts.sources.makefile import read_makefiles
from holdfast.manifest.project_facts.sources.maven import read_maven
from holdfast.manifest.project_facts.sources.native_build import read_native_build
from holdfast.manifest.project_facts.sources.package_json import read_package_json
from holdfast.manifest.project_facts.sources.pyproject import read_pyproject
from holdfast.manifest.project_facts.sources.python_tools import read_python_tools
from holdfast.manifest.project_facts.sources.readme import read_readme
from holdfast.manifest.project_facts.sources.ruby import read_ruby
from holdfast.manifest.project_facts.sources.version_files import read_version_files

_SOURCES: Final[tuple[Callable[[ProjectTree], ProjectFacts], ...]] = (
    read_makefiles,
    read_pyproject,
    read_cargo,
    read_go_mod,
    read_maven,
    read_dotnet,
    read_composer,
    read_ruby,
    read_package_json,
    read_native_build,
    read_python_tools,
    read_version_files,
    read_conventions,
    read_readme,
    read_changelog,
    layout,
    read_continuous_integration,
)
"""In the order of trust: what a project wrote for its people to run stands before what its tools can do, CI comes last."""

_PACKAGERS: Final = frozenset({"uv build", "poetry build", "pdm build"})
_RUNTIME_OF: Final = {"JavaScript": "Node", "TypeScript": "Node", "C#": ".NET", "F#": ".NET"}
_Fact = TypeVar("_Fact", Said, Pinned, Command, Described)


def gather_facts(tree: ProjectTree) -> ProjectFacts:
    """What the repository proves; each fact once, the likeliest of a kind first."""
    facts = ProjectFacts()
    for read in _SOURCES:
        facts += read(tree)
    root = plain_words(tree.root.resolve().name, 80) or "The project"
    named = tuple(said for said in facts.name if is_plain_name(said.text))
    return replace(
        facts,
        name=(*named, Said(root, there(".", "the folder's name"))),
        languages=_languages(tree, facts.languages),
        pins=facts.languages,
        frameworks=_once(facts.frameworks, lambda fact: fact.name),
        managers=_once(facts.managers, lambda fact: fact.name),
        commands=_commands(facts.commands),
        folders=_folders(facts.folders),
        generated=_once(facts.generated, lambda fact: fact.path),
        protected=_once(facts.protected, lambda fact: fact.path),
        documents=_once(facts.documents, lambda fact: fact.path),
    )


def _commands(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Those of the root before those of a part; what makes a package of the code builds only where no task does."""
    once = _once(commands, lambda fact: fact.text)
    has_task = any(fact.kind == "build" and fact.text not in _PACKAGERS for fact in once)
    kept = [fact for fact in once if not (has_task and fact.text in _PACKAGERS)]
    return tuple(sorted(kept, key=lambda fact: fact.text.startswith("cd ")))


def _languages(tree: ProjectTree, pinned: tuple[Pinned, ...]) -> tuple[Pinned, ...]:
    """The languages of the code, each with the first version that a file names; then runtimes that only a version names."""
    versions = {fact.name: fact for fact in reversed(pinned)}
    found = [versions.pop(fact.name, fact) for fact in code_languages(tree)]
    wanted = {_RUNTIME_OF.get(fact.name, "") for fact in found}
    return (*found, *(fact for name, fact in versions.items() if name in wanted or not found))


def _folders(folders: tuple[Described, ...]) -> tuple[Described, ...]:
    """By path; what a workspace's file says of a folder stands before what its content says."""
    return tuple(sorted(_once(folders, lambda fact: fact.path), key=lambda fact: fact.path.lower()))


def _once(facts: Iterable[_Fact], key: Callable[[_Fact], str]) -> tuple[_Fact, ...]:
    first: dict[str, _Fact] = {}
    for fact in facts:
        first.setdefault(key(fact), fact)
    return tuple(first.values())
