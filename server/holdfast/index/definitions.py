"""The definitions and imports of one file, from its syntax tree by the query file of its grammar.

The work is done by tree-sitter's query engine, which does not recurse. One shape makes that engine quadratic: an
ERROR node with very many children (a file of opening brackets); such a tree is refused and its file cut as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

from tree_sitter import Node, Parser, Query, QueryCursor, Tree

from holdfast.index.languages import Grammar, grammar_of, load_grammar

DefinitionKind = Literal["function", "class", "constant"]
_KINDS: Final[tuple[DefinitionKind, ...]] = ("function", "class", "constant")
_MOST_ERROR_CHILDREN: Final = 3_000
_MOST_ERROR_NODES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `name` is "" for the module itself, "*" for everything, "default" for JavaScript's default.

    `alias` is what this file calls it, "" when it keeps its name.
    """

    module: str
    name: str
    alias: str


@dataclass(slots=True)
class Definition:
    """Rows are 0-based and inclusive; `first_row` includes decorators and `export`, `signature_row` does not.

    `start` and `end` are the bytes it spans, by which definitions on one line are told apart.
    """

    kind: DefinitionKind
    name: str
    start: int
    end: int
    first_row: int
    last_row: int
    signature_row: int
    signature_last_row: int


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a query found in a file: definitions by position, the rows of class fields, imports."""

    definitions: Sequence[Definition]
    field_rows: Sequence[tuple[int, int]]
    imports: tuple[Import, ...]


@cache
def _query(grammar: Grammar) -> Query:
    text = (resources.files("holdfast.index") / "queries" / f"{grammar.query}.scm").read_text("utf-8")
    return Query(load_grammar(grammar), text)


@cache
def _parser(grammar: Grammar) -> Parser:
    return Parser(load_grammar(grammar))


def dissect(language: str, data: bytes) -> Anatomy | None:
    """Parse UTF-8 `data`; None when the language has no grammar or the tree is only one huge error."""
    grammar = grammar_of(language)
    if grammar is None:
        return None
    tree = _parser(grammar).parse(data)
    if not _is_workable(tree):
        return None
    by_name: dict[int, Definition] = {}
    fields: list[tuple[int, int]] = []
    imports: dict[Import, None] = {}
    for _, captures in QueryCursor(_query(grammar)).matches(tree.root_node):
        if "name" in captures:
            _add_definition(by_name, captures)
        elif "field" in captures:
            fields.extend((node.start_point[0], node.end_point[0]) for node in captures["field"])
        else:
            imports[_import(captures)] = None
    definitions = sorted(by_name.values(), key=lambda found: (found.start, -found.end))
    return Anatomy(definitions, fields, tuple(imports))


def _is_workable(tree: Tree) -> bool:
    root = tree.root_node
    if not root.has_error:
        return True
    suspects = [root]
    seen = 0
    while suspects:
        node = suspects.pop()
        if node.is_error and node.child_count > _MOST_ERROR_CHILDREN:
            return False
        children = node.children
        seen += len(children)
        if seen > _MOST_ERROR_NODES:
            return False
        suspects.extend(child for child in children if child.has_error)
    return True


def _add_definition(by_name: dict[int, Definition], captures: dict[str, list[Node]]) -> None:
    name = captures["name"][0]
    kind: DefinitionKind = next(kind for kind in _KINDS if kind in captures)
    whole = captures[kind][0]
    first, last = whole.start_point[0], whole.end_point[0]
    if whole.end_point[1] == 0 and last > first:
        last -= 1
    known = by_name.get(name.start_byte)
    if known is not None:
        # Every pattern on this name widens it; a function bound to a constant is a function.
        known.start, known.end = min(known.start, whole.start_byte), max(known.end, whole.end_byte)
        known.first_row, known.last_row = min(known.first_row, first), max(known.last_row, last)
        known.signature_row = max(known.signature_row, first)
        if known.kind == "constant" and "body" in captures:
            known.kind, known.signature_last_row = kind, _signature_last_row(captures["body"][0])
        return
    end = _signature_last_row(captures["body"][0]) if "body" in captures else last
    by_name[name.start_byte] = Definition(kind, _text(name), whole.start_byte, whole.end_byte, first, last, first, end)


def _signature_last_row(body: Node) -> int:
    """The row on which the signature ends: the body's own when they share it, else the one before."""
    row = body.start_point[0]
    before = body.prev_sibling
    return row if before is not None and before.end_point[0] == row else max(row - 1, 0)


def _import(captures: dict[str, list[Node]]) -> Import:
    module = _text(captures["import.module"][0])
    alias = _first(captures, "import.alias")
    if "import.all" in captures:
        return Import(module, "*", "")
    if "import.default" in captures:
        return Import(module, "default", _first(captures, "import.default"))
    return Import(module, _first(captures, "import.name"), alias)


def _first(captures: dict[str, list[Node]], capture: str) -> str:
    return _text(captures[capture][0]) if capture in captures else ""


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
