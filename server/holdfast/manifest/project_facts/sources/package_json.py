"""package.json: scripts, the package manager, Node's version, frameworks, workspaces."""

import json
import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, Described, Evidence, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import NODE
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.structured_text import Table, at, json_table, table, text_at
from holdfast.manifest.project_facts.task_names import in_folder, is_plain_name, known_tasks, other_tasks
from holdfast.manifest.project_facts.test_places import first_test

LOCKS: Final = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
_RUNNERS: Final = {
    "vitest": "npx vitest run {}",
    "jest": "npx jest {}",
    "mocha": "npx mocha {}",
    "ava": "npx ava {}",
    "tap": "npx tap {}",
    "@playwright/test": "npx playwright test {}",
}
_MOST_PATTERNS: Final = 50
_MOST_SCRIPTS: Final = 200
_NO_TEST: Final = re.compile(r"no test specified|^\s*(?:exit|true|:)\b")
_PINNED_MANAGER: Final = re.compile(r"(?P<name>npm|pnpm|yarn|bun)@(?P<version>\d[\w.-]*)")


def read_package_json(tree: ProjectTree) -> ProjectFacts:
    """What the project's package.json files say."""
    facts = ProjectFacts()
    for source in tree.texts("package.json"):
        package = json_table(source)
        if package:
            facts += _facts(tree, source, package)
    return facts


def scripts_of(package: Table) -> dict[str, str]:
    """The scripts that are texts and do something."""
    scripts = table(package.get("scripts"))
    return {name: body for name, body in scripts.items() if isinstance(body, str) and not _NO_TEST.search(body)}


def _facts(tree: ProjectTree, source: SourceText, package: Table) -> ProjectFacts:
    manager = _manager(tree, source, package)
    node = plain_version(at(package, "engines", "node"))
    is_root = not source.folder
    name, said = plain_words(text_at(package, "name"), 80), plain_words(text_at(package, "description"))
    version = plain_version(text_at(package, "version")) if is_root else ""
    return ProjectFacts(
        name=(Said(name, _proof(source, package, "name")),) if name and is_root else (),
        purpose=(Said(said, _proof(source, package, "description")),) if said and is_root else (),
        languages=(Pinned("Node", node, source.proof('"engines"', '"node"')),) if node else (),
        frameworks=tuple(_frameworks(source, package)),
        managers=(manager,),
        commands=tuple(_commands(tree, source, package, manager.name)),
        folders=tuple(_workspaces(tree, source, package)),
        versions=(Said(f"Version {version}", _proof(source, package, "version")),) if version else (),
    )


def _proof(source: SourceText, package: Table, key: str) -> Evidence:
    """The line of a key of the whole package: others of that name hold another value."""
    value = re.escape(json.dumps(package.get(key), ensure_ascii=False))
    found = re.search(rf'"{key}"\s*:\s*{value}', source.text)
    return source.line_proof(source.text.count("\n", 0, found.start()) + 1) if found else source.proof(f'"{key}"')


def _manager(tree: ProjectTree, source: SourceText, package: Table) -> Pinned:
    pinned = _PINNED_MANAGER.match(text_at(package, "packageManager"))
    if pinned:
        return Pinned(pinned["name"], pinned["version"], _proof(source, package, "packageManager"))
    for folder in dict.fromkeys((source.folder, "")):
        for lock, name in LOCKS.items():
            path = f"{folder}/{lock}" if folder else lock
            if tree.has(path):
                return Pinned(name, "", there(path))
    return Pinned("npm", "", there(source.path))


def _frameworks(source: SourceText, package: Table) -> Iterator[Pinned]:
    for group in ("dependencies", "peerDependencies", "devDependencies"):
        for name, version in table(package.get(group)).items():
            if name in NODE:
                yield Pinned(NODE[name], plain_version(version), source.proof(f'"{group}"', f'"{name}"'))


def _commands(tree: ProjectTree, source: SourceText, package: Table, manager: str) -> Iterator[Command]:
    scripts = [name for name in scripts_of(package) if is_plain_name(name)][:_MOST_SCRIPTS]
    for kind, name in known_tasks(scripts, without=("setup",)):
        text = f"{manager} test" if name == "test" and manager != "bun" else f"{manager} run {name}"
        yield Command(kind, in_folder(source.folder, text), source.proof('"scripts"', f'"{name}"'), (source.path,))
    for name in other_tasks(scripts, without=("setup",)):
        proof = source.proof('"scripts"', f'"{name}"')
        yield Command("also", in_folder(source.folder, f"{manager} run {name}"), proof, (source.path,))
    needed = {**table(package.get("dependencies")), **table(package.get("devDependencies"))}
    for runner, command in _RUNNERS.items():
        test = first_test(tree, source.folder, "javascript") if runner in needed else None
        if test is not None:
            inner = test.removeprefix(f"{source.folder}/") if source.folder else test
            proof = source.proof("ependencies", f'"{runner}"')
            yield Command("one_test", in_folder(source.folder, command.format(inner)), proof, (test,))
            return


def _workspaces(tree: ProjectTree, source: SourceText, package: Table) -> Iterator[Described]:
    """The folders that workspaces name without a pattern, and those that a pattern's last star stands for."""
    listed = at(package, "workspaces")
    patterns = listed if isinstance(listed, list) else at(listed, "packages")
    for pattern in patterns[:_MOST_PATTERNS] if isinstance(patterns, list) else ():
        if not isinstance(pattern, str):
            continue
        for folder in _matching(tree, pattern.strip("/").removeprefix("./")):
            yield Described(folder, "package of the workspace", source.proof('"workspaces"', f'"{pattern}"'))


def _matching(tree: ProjectTree, pattern: str) -> list[str]:
    base, star, rest = pattern.partition("*")
    if not star:
        return [pattern] if tree.has(f"{pattern}/package.json") else []
    if rest or not base.endswith("/"):
        return []
    depth = base.count("/") + 1
    found = [path for path in tree.files if path.startswith(base) and path.endswith("/package.json")]
    return [path.rpartition("/")[0] for path in found if path.count("/") == depth][:12]
