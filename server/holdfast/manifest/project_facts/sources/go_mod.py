"""go.mod: module, Go's version, frameworks; what the go command can do with it."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Evidence, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import GO
from holdfast.manifest.project_facts.plain_text import is_plain_path
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.task_names import in_folder
from holdfast.manifest.project_facts.test_places import test_files

_MODULE: Final = re.compile(r"^module\s+\"?(?P<name>[\w./~-]+)")
_GO: Final = re.compile(r"^(?P<what>go|toolchain)\s+(?:go)?(?P<version>\d[\w.]*)")
_REQUIRE: Final = re.compile(r"^(?:require\s+)?\s*(?P<name>[\w.-]+\.[\w./~-]+)\s+(?P<version>v\d[\w.+-]*)")
_TEST: Final = re.compile(r"^func (?P<name>Test[A-Z]\w*)\(", re.MULTILINE)
_MAIN: Final = re.compile(r"^package main$", re.MULTILINE)
_MOST_LOOKED_AT: Final = 40


def read_go_mod(tree: ProjectTree) -> ProjectFacts:
    """What the project's go.mod files say."""
    facts = ProjectFacts()
    for source in tree.texts("go.mod"):
        facts += _facts(tree, source)
    return facts


def _facts(tree: ProjectTree, source: SourceText) -> ProjectFacts:
    languages, frameworks, names = [], [], []
    for number, line in enumerate(source.lines, start=1):
        if (found := _MODULE.match(line)) and not source.folder:
            names.append(Said(found["name"].rstrip("/"), source.line_proof(number)))
        elif (found := _GO.match(line)) and found["what"] == "go":
            languages.append(Pinned("Go", found["version"], source.line_proof(number)))
        elif (found := _REQUIRE.match(line)) and found["name"] in GO and "// indirect" not in line:
            frameworks.append(Pinned(GO[found["name"]], found["version"], source.line_proof(number)))
    return ProjectFacts(
        name=tuple(names),
        languages=tuple(languages),
        frameworks=tuple(frameworks),
        managers=(Pinned("Go modules", "", there(source.path)),),
        commands=tuple(_commands(tree, source)),
    )


def _commands(tree: ProjectTree, source: SourceText) -> Iterator[Command]:
    def command(kind: CommandKind, text: str, proof: Evidence, *needs: str) -> Command:
        return Command(kind, in_folder(source.folder, text), proof, (source.path, *needs))

    module = source.proof("module")
    yield command("build", "go build ./...", module)
    tests = test_files(tree, source.folder, "go")
    if tests:
        yield command("test", "go test ./...", there(tests[0]), tests[0])
    for path in tests[:_MOST_LOOKED_AT]:
        text = tree.read(path)
        found = _TEST.search(text.text) if text is not None else None
        folder = path.removeprefix(f"{source.folder}/").rpartition("/")[0]
        if text is not None and found and is_plain_path(path):
            place = f"./{folder}" if folder else "."
            yield command("one_test", f"go test {place} -run '^{found['name']}$'", text.proof(found[0]), path)
            break
    yield from _mains(tree, source)
    for path in tree.named(".golangci.yml", ".golangci.yaml", ".golangci.toml")[:1]:
        yield command("lint", "golangci-lint run", there(path), path)


def _mains(tree: ProjectTree, source: SourceText) -> Iterator[Command]:
    """The program at the root, or the ones below cmd."""
    inside = [
        path
        for path in (tree.below(source.folder) if source.folder else tree.files)
        if path.endswith("/main.go") or path == "main.go"
    ]
    for path in inside[:3]:
        inner = path.removeprefix(f"{source.folder}/")
        text = tree.read(path)
        if (
            text is not None
            and _MAIN.search(text.text)
            and (inner == "main.go" or re.fullmatch(r"cmd/[\w.-]+/main\.go", inner))
        ):
            place = f"./{inner.rpartition('/')[0]}" if "/" in inner else "."
            yield Command("run", in_folder(source.folder, f"go run {place}"), text.proof("package main"), (path,))
