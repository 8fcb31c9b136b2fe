"""The names that stand in the code of a file, and the calls in it: tree-sitter's leaves, never comments or strings."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tree_sitter import Query

from holdfast.index.call_patterns import CALL_PATTERNS
from holdfast.index.definitions import dissect_tree
from holdfast.index.languages import Grammar, grammar_of, load_grammar
from holdfast.index.name_leaves import NAME_LEAVES, USUAL_LEAVES
from holdfast.index.nesting import nest, owned_fields
from holdfast.index.syntax import matches, parse, text_of

_PATH: Final = re.compile(r"[\w$@]+(?:(?:\.|::|->|\\)[\w$@]+)*")


@dataclass(frozen=True, slots=True)
class CodeName:
    """An identifier in code: `row` is 0-based, `column` in bytes; whether it names a definition or a field here."""

    name: str
    row: int
    column: int
    is_definition: bool


@dataclass(frozen=True, slots=True)
class CalledName:
    """A call: `qualifier` is the path before the name as it is written ("" for none), `row` is 0-based."""

    name: str
    qualifier: str
    row: int


def code_names(language: str, data: bytes) -> tuple[CodeName, ...]:
    """Every identifier used or defined in the code of UTF-8 `data`, in order; () without a grammar."""
    grammar = grammar_of(language)
    tree = parse(grammar, data) if grammar else None
    if grammar is None or tree is None:
        return ()
    anatomy = dissect_tree(language, grammar, tree, data)
    nested = nest(anatomy.definitions)
    defined = {owned.definition.name_start for owned in nested if not owned.definition.is_extension}
    defined.update(field.name_start for _, field in owned_fields(anatomy, nested))
    found = matches(_leaf_query(grammar), tree, data)
    leaves = {node.start_byte: node for _, captures in found for node in captures["name"]}
    return tuple(
        CodeName(text_of(leaf, data).lstrip(":"), *leaf.start_point, start in defined)
        for start, leaf in sorted(leaves.items())
    )


def called_names(language: str, data: bytes) -> tuple[CalledName, ...]:
    """The calls in UTF-8 `data` whose function is a name or a path of names, in order; () without a grammar."""
    grammar = grammar_of(language)
    if grammar is None or grammar.query not in CALL_PATTERNS:
        return ()
    tree = parse(grammar, data)
    if tree is None:
        return ()
    calls: dict[int, CalledName] = {}
    for _, captures in matches(_call_query(grammar), tree, data):
        name = captures["name"][0]
        qualifier = text_of(captures["qualifier"][0], data).lstrip(":") if "qualifier" in captures else ""
        if not qualifier or _PATH.fullmatch(qualifier):
            calls[name.start_byte] = CalledName(text_of(name, data).lstrip(":"), qualifier, name.start_point[0])
    return tuple(calls[start] for start in sorted(calls))


@cache
def _leaf_query(grammar: Grammar) -> Query:
    language = load_grammar(grammar)
    if grammar.query in NAME_LEAVES:
        return Query(language, NAME_LEAVES[grammar.query])
    kinds = [kind for kind in USUAL_LEAVES if language.id_for_node_kind(kind, True)]
    return Query(language, f"[{' '.join(f'({kind})' for kind in kinds)}] @name")


@cache
def _call_query(grammar: Grammar) -> Query:
    return Query(load_grammar(grammar), CALL_PATTERNS[grammar.query])
