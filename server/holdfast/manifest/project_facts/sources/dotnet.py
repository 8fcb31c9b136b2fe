"""Solutions and projects of .NET."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, Described, Pinned, ProjectFacts
from holdfast.manifest.project_facts.known_frameworks import DOTNET
from holdfast.manifest.project_facts.plain_text import plain_version
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.structured_text import json_table, text_at, xml_texts

_PROJECT: Final = re.compile(r"\.(?:cs|fs|vb)proj$")
_SOLUTION: Final = re.compile(r"^[^/]+\.slnx?$")
_MOST_PROJECTS: Final = 12


def read_dotnet(tree: ProjectTree) -> ProjectFacts:
    """What solutions, projects and global.json say."""
    projects = [path for path in tree.files if _PROJECT.search(path)][:_MOST_PROJECTS]
    solutions = [path for path in tree.files if _SOLUTION.match(path)]
    if not projects:
        return ProjectFacts()
    facts = ProjectFacts(managers=(_sdk(tree, (solutions or projects)[0]),))
    texts = [text for path in projects if (text := tree.read(path)) is not None]
    for source in texts:
        facts += _facts(source)
    return facts + ProjectFacts(commands=tuple(_commands(solutions, texts)))


def _sdk(tree: ProjectTree, path: str) -> Pinned:
    pinned = tree.read("global.json")
    version = plain_version(text_at(json_table(pinned), "sdk", "version")) if pinned is not None else ""
    return Pinned(".NET SDK", version, pinned.proof('"sdk"', '"version"') if pinned and version else there(path))


def _facts(source: SourceText) -> ProjectFacts:
    languages, frameworks = [], []
    for text in xml_texts(source):
        proof = source.line_proof(text.line)
        if text.path[-1] in {"TargetFramework", "TargetFrameworks"} and plain_version(text.text.replace(";", ", ")):
            languages.append(Pinned(".NET", text.text.replace(";", ", "), proof))
        if text.path[-1] == "PackageReference@Include" and text.text.lower() in DOTNET:
            frameworks.append(Pinned(DOTNET[text.text.lower()], "", proof))
    return ProjectFacts(
        languages=tuple(languages),
        frameworks=tuple(frameworks),
        folders=(Described(source.folder, "project of the solution", there(source.path)),) if source.folder else (),
    )


def _commands(solutions: list[str], projects: list[SourceText]) -> Iterator[Command]:
    at_root = [*solutions, *(source.path for source in projects if not source.folder)]
    place = at_root[0] if at_root else projects[0].path if projects else ""
    if not place:
        return
    named = "" if len(at_root) == 1 else f" {place}"
    yield Command("build", f"dotnet build{named}", there(place), (place,))
    for source in projects:
        if "Microsoft.NET.Test.Sdk" in source.text:
            yield Command("test", f"dotnet test{named}", source.proof("Microsoft.NET.Test.Sdk"), (place,))
            yield Command(
                "one_test", f"dotnet test {source.path}", source.proof("Microsoft.NET.Test.Sdk"), (source.path,)
            )
            break
    for source in projects:
        if "<OutputType>Exe</OutputType>" in source.text or 'Sdk="Microsoft.NET.Sdk.Web"' in source.text:
            proof = source.proof("<OutputType>Exe") if "<OutputType>Exe" in source.text else source.proof("Sdk.Web")
            yield Command("run", f"dotnet run --project {source.path}", proof, (source.path,))
            break
