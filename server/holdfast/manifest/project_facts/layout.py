"""The folders a newcomer must know, and what their content proves them to be."""

from collections import Counter
from typing import Final

from holdfast.manifest.project_facts.code_languages import language_of
from holdfast.manifest.project_facts.fact import Described, Evidence, ProjectFacts
from holdfast.manifest.project_facts.project_tree import ProjectTree, there

_BY_MARK: Final = (
    ("__init__.py", "Python package"),
    ("Cargo.toml", "Rust crate"),
    ("go.mod", "Go module"),
    ("package.json", "Node package"),
    ("pom.xml", "Maven module"),
    ("pyproject.toml", "Python project"),
)
_BY_NAME: Final = {
    "test": "tests", "tests": "tests", "spec": "tests", "__tests__": "tests", "testdata": "test data", "fixtures": "test data",
    "doc": "documentation", "docs": "documentation", "examples": "examples", "example": "examples", "samples": "examples",
    "bench": "benchmarks", "benches": "benchmarks", "benchmarks": "benchmarks", "benchmark": "benchmarks", "scripts": "scripts",
    "tools": "tools", "bin": "programs", "cmd": "programs", "include": "headers", "locales": "translations", "migrations": "migrations",
    "ci": "CI", ".ci": "CI", ".github": "GitHub workflows", "vendor": "vendored code", "extras": "extras", "contrib": "contributed parts",
}  # fmt: skip
_KINDS: Final = {
    "md": "Markdown", "rst": "reStructuredText", "html": "HTML", "json": "JSON", "yml": "YAML", "yaml": "YAML", "toml": "TOML",
    "css": "CSS", "svg": "images", "png": "images", "po": "translations", "txt": "text", "xml": "XML", "proto": "protocol buffers",
    "tf": "Terraform", "ipynb": "notebooks", "csv": "tables",
}  # fmt: skip
_CONTAINERS: Final = frozenset(
    {"src", "lib", "packages", "apps", "crates", "server", "internal", "cmd", "modules", "libs", "services"}
)
_PLURAL: Final = frozenset({"images", "translations", "tables", "notebooks"})
_MOSTLY: Final = 0.5
_MOST: Final = 16
_SOURCE_SETS: Final = {"src/main": "sources", "src/test": "tests"}


def layout(tree: ProjectTree) -> ProjectFacts:
    """The folders at the root, then those inside the ones that only hold others; the largest where there are many."""
    top = [folder for folder in _folders(tree, "") if folder in _BY_NAME or not folder.startswith(".")]
    inner = [f"{folder}/{name}" for folder in top if folder in _CONTAINERS for name in _folders(tree, folder)]
    if any(folder in _SOURCE_SETS for folder in inner):
        inner = [folder for folder in inner if folder in _SOURCE_SETS or not folder.startswith("src/")]
    found: list[Described] = []
    for folders in (top, inner):
        purposes = [(folder, *_purpose(tree, folder)) for folder in _largest(tree, folders)]
        found += [Described(folder, words, evidence) for folder, words, evidence in purposes if words]
    return ProjectFacts(folders=tuple(found[:_MOST]))


def _largest(tree: ProjectTree, folders: list[str]) -> list[str]:
    """The folders with the most files first, some more than are named."""
    wanted = frozenset(folders)
    counted = Counter(folder for path in tree.files for folder in _above(path) if folder in wanted)
    return sorted(folders, key=lambda folder: (-counted[folder], folder))[: 2 * _MOST]


def _above(path: str) -> tuple[str, str]:
    """The first folder of a path, and the one in it."""
    first, _, rest = path.partition("/")
    return first, f"{first}/{rest.partition('/')[0]}"


def _folders(tree: ProjectTree, parent: str) -> list[str]:
    inside = tree.below(parent) if parent else tree.files
    skipped = len(parent) + 1 if parent else 0
    return list(dict.fromkeys(path[skipped:].split("/", 1)[0] for path in inside if "/" in path[skipped:]))


def _purpose(tree: ProjectTree, folder: str) -> tuple[str, Evidence]:
    """("Python package", what proves it); ("", …) where the content says nothing."""
    files = list(tree.below(folder))
    languages = Counter(name for path in files if (name := language_of(path)))
    counted = Evidence(folder, 0, f"{len(files)} files" if len(files) != 1 else "one file")
    name = folder.rpartition("/")[2].lower()
    if folder in _SOURCE_SETS and languages:
        return f"{languages.most_common(1)[0][0]} {_SOURCE_SETS[folder]}", counted
    mark = next(((f"{folder}/{file}", words) for file, words in _BY_MARK if tree.has(f"{folder}/{file}")), None)
    if mark is not None and _BY_NAME.get(name) != "tests":
        return mark[1], there(mark[0])
    if name in _BY_NAME:
        return _named(name, languages), counted
    return _mostly(folder, files, languages)


def _mostly(folder: str, files: list[str], languages: Counter[str]) -> tuple[str, Evidence]:
    """What most of the files are: code in one language, or files of one kind."""
    kinds = Counter(kind for path in files if (kind := _KINDS.get(path.rpartition(".")[2].lower())))
    if languages:
        kind, count = languages.most_common(1)[0]
        words = f"{kind} code" if count >= len(files) * _MOSTLY else f"{kind} code and other files"
    elif kinds and kinds.most_common(1)[0][1] >= len(files) * _MOSTLY:
        kind, count = kinds.most_common(1)[0]
        words = kind if kind in _PLURAL else f"{kind} files"
    else:
        return "", there(folder)
    return words, Evidence(folder, 0, f"{count} of {len(files)} files")


def _named(name: str, languages: Counter[str]) -> str:
    words = _BY_NAME[name]
    if words in {"tests", "benchmarks", "headers", "programs"} and languages:
        return f"{languages.most_common(1)[0][0]} {words}"
    return words
