"""Which languages the code is written in, by the number of its files."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Evidence, Pinned
from holdfast.manifest.project_facts.project_tree import ProjectTree

LANGUAGE_OF: Final = {
    "py": "Python", "pyi": "Python", "js": "JavaScript", "mjs": "JavaScript", "cjs": "JavaScript", "jsx": "JavaScript",
    "ts": "TypeScript", "mts": "TypeScript", "cts": "TypeScript", "tsx": "TypeScript", "go": "Go", "rs": "Rust", "java": "Java",
    "kt": "Kotlin", "kts": "Kotlin", "scala": "Scala", "c": "C", "h": "C", "cc": "C++", "cpp": "C++", "cxx": "C++", "hpp": "C++",
    "hh": "C++", "cs": "C#", "fs": "F#", "rb": "Ruby", "php": "PHP", "swift": "Swift", "lua": "Lua", "zig": "Zig", "ex": "Elixir",
    "exs": "Elixir", "erl": "Erlang", "hs": "Haskell", "ml": "OCaml", "dart": "Dart", "r": "R", "jl": "Julia", "pl": "Perl",
    "sh": "Shell", "bash": "Shell", "sql": "SQL", "vue": "Vue", "svelte": "Svelte", "m": "Objective-C", "clj": "Clojure",
}  # fmt: skip
"""File extension to language."""
_SHARE: Final = 0.08
_FEWEST: Final = 3
_PACKAGES: Final = ("package.json", "pyproject.toml", "Cargo.toml", "go.mod", "pom.xml")
_C_SOURCES: Final = frozenset({"c", "cc", "cpp", "cxx"})


def language_of(path: str) -> str:
    """The language a file's extension stands for, "" for none."""
    return LANGUAGE_OF.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "")


def code_languages(tree: ProjectTree) -> tuple[Pinned, ...]:
    """The languages of a twelfth of the code files and more, the commonest first, and those of a package."""
    counted = Counter(name for path in tree.files if (name := language_of(path)))
    sources = Counter(extension for path in tree.files if (extension := path.rpartition(".")[2].lower()) in _C_SOURCES)
    if sources.total() - sources["c"] > sources["c"]:
        counted["C++"] += counted.pop("C", 0)  # headers and sources of one program
    total = counted.total()
    of_packages = set(_package_languages(tree))
    return tuple(
        Pinned(name, "", Evidence(".", 0, f"{count} of {total} code files"))
        for name, count in counted.most_common()
        if name in of_packages or (count >= total * _SHARE and (count >= _FEWEST or count == total))
    )


def _package_languages(tree: ProjectTree) -> Iterator[str]:
    """The main language of each part that has a package file of its own, however small beside the rest."""
    for mark in _PACKAGES:
        for path in tree.named(mark):
            inside = tree.below(path.rpartition("/")[0]) if "/" in path else ()
            languages = Counter(name for file in inside if (name := language_of(file)))
            yield from (name for name, count in languages.most_common(1) if count >= _FEWEST)
