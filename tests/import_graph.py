"""The import graph of `server/holdfast`, read from its source: nothing is imported to draw it.

An arrow points from the module that imports to the module that is imported. Four kinds are told apart: at the top of
a module, inside a function, under `TYPE_CHECKING`, and by name (a string that is the name of one of our modules, as
`importlib` takes it).
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

PACKAGE: Final = Path(__file__).resolve().parent.parent / "server" / "holdfast"

Kind = Literal["top", "function", "types", "name"]


@dataclass(frozen=True, slots=True, order=True)
class Arrow:
    """`importer` imports `imported` (both dotted, ours without the leading `holdfast.`) at `line`."""

    importer: str
    imported: str
    kind: Kind
    line: int

    def __str__(self) -> str:
        note = {"top": "", "function": " (inside a function)", "types": " (for types only)", "name": " (by name)"}
        return f"{self.importer}:{self.line} -> {self.imported}{note[self.kind]}"


@dataclass(frozen=True, slots=True)
class ImportGraph:
    """`modules` by dotted name; `inner` arrows lead to our own modules, `outer` ones to top-level names of others."""

    modules: Mapping[str, Path]
    inner: tuple[Arrow, ...]
    outer: tuple[Arrow, ...]


def read_graph(package: Path = PACKAGE) -> ImportGraph:
    """The graph of every module under `package`."""
    modules = {_dotted(package, path): path for path in sorted(package.rglob("*.py"))}
    inner: set[Arrow] = set()
    outer: set[Arrow] = set()
    for module, path in modules.items():
        for name, kind, line in _imports(ast.parse(path.read_text("utf-8"), str(path)), package.name):
            if name.split(".", 1)[0] != package.name:
                outer.add(Arrow(module, name.split(".", 1)[0], kind, line))
                continue
            target = _module_of(name.partition(".")[2], modules)
            if target != module and (kind != "name" or target == name.partition(".")[2]):
                inner.add(Arrow(module, target, kind, line))
    return ImportGraph(modules, tuple(sorted(inner)), tuple(sorted(outer)))


def find_cycle(arrows: Iterable[Arrow]) -> list[str]:
    """The modules of one cycle, its first repeated at the end; [] when there is none."""
    following: defaultdict[str, list[str]] = defaultdict(list)
    for arrow in arrows:
        following[arrow.importer].append(arrow.imported)
    done: set[str] = set()
    for start in sorted(following):
        path: list[str] = []
        cycle = _cycle_from(start, following, done, path)
        if cycle:
            return cycle
    return []


def _cycle_from(module: str, following: Mapping[str, list[str]], done: set[str], path: list[str]) -> list[str]:
    if module in path:
        return [*path[path.index(module) :], module]
    if module in done:
        return []
    path.append(module)
    for target in following.get(module, ()):
        cycle = _cycle_from(target, following, done, path)
        if cycle:
            return cycle
    path.pop()
    done.add(module)
    return []


def _dotted(package: Path, path: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _module_of(name: str, modules: Mapping[str, Path]) -> str:
    """The module that `name` (a module, or something inside one) comes from."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, Kind, int]]:
    for node, kind in _walk(tree, "top"):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, kind, node.lineno) for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((f"{module}.{alias.name}", kind, node.lineno) for alias in names)
            case ast.ImportFrom():
                raise AssertionError(f"line {node.lineno}: imports are absolute here")
            case ast.Constant(value=str(text)) if text.startswith(f"{package}.") and text != f"{package}.":
                yield text, "name", node.lineno
            case _:
                pass


def _walk(node: ast.AST, kind: Kind) -> Iterator[tuple[ast.AST, Kind]]:
    yield node, kind
    for field, value in ast.iter_fields(node):
        inside = kind
        if kind == "top" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and field == "body":
            inside = "function"
        if isinstance(node, ast.If) and field == "body" and "TYPE_CHECKING" in ast.unparse(node.test):
            inside = "types"
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, inside)
