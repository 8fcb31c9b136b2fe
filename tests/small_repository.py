"""A repository of a few files, and what is found in it as lines a person can compare."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from holdfast.index.secret_files import is_secret
from holdfast.manifest.project_facts.fact import Command, Described, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.project_tree import ProjectTree, walk_project


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` (path to content) under `root`."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def tree_of(root: Path, files: Mapping[str, str | bytes]) -> ProjectTree:
    """The tree of a repository with these files and no ignore rules."""
    write_files(root, files)
    return walk_project(root, lambda _path, _is_folder: False, is_secret)


def shown(facts: ProjectFacts) -> list[str]:
    """One line for each fact: `kind value <- path:line`."""
    return [
        f"{each.name}: {_value(fact)} <- {fact.evidence.path}{f':{fact.evidence.line}' if fact.evidence.line else ''}"
        for each in fields(facts)
        if each.name != "pins"
        for fact in getattr(facts, each.name)
    ]


def _value(fact: Said | Pinned | Command | Described) -> str:
    match fact:
        case Said():
            return fact.text
        case Pinned():
            return f"{fact.name} {fact.version}".rstrip()
        case Command():
            return f"{fact.kind} `{fact.text}`"
        case Described():
            return f"{fact.path} ({fact.words})"
