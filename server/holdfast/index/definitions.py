"""The definitions, fields and imports of one file, from its syntax tree by the query file of its grammar."""

from collections.abc import Iterable
from itertools import chain
from typing import Final

from tree_sitter import Node, Tree

from holdfast.index.anatomy import Anatomy, Definition, DefinitionKind, Field, Import
from holdfast.index.imports.clause import imports_of_clause
from holdfast.index.languages import Grammar, grammar_of
from holdfast.index.markdown_sections import sections
from holdfast.index.syntax import PARSE_CPU_S, import_query, matches, parse, text_of, whole_query

_KINDS: Final[tuple[DefinitionKind, ...]] = ("function", "class", "constant", "section")

_DECORATIONS: Final = frozenset({"annotation", "marker_annotation", "attribute", "attribute_list", "decorator"})
_HOLDS_DECORATIONS: Final = frozenset({"modifiers", "export_statement", "template_declaration"})


def dissect(language: str, data: bytes, cpu_s: float = PARSE_CPU_S) -> Anatomy | None:
    """Parse UTF-8 `data`; None without a grammar, when the tree is only one huge error, or after `cpu_s` of parsing."""
    grammar = grammar_of(language)
    if grammar is None:
        return None
    tree = parse(grammar, data, cpu_s)
    return None if tree is None else dissect_tree(language, grammar, tree, data)


def imports_in(language: str, data: bytes, cpu_s: float = PARSE_CPU_S) -> tuple[Import, ...]:
    """The imports of UTF-8 `data` alone; none where `dissect` would give None."""
    grammar = grammar_of(language)
    if grammar is None or not (query := import_query(grammar)).pattern_count:
        return ()
    tree = parse(grammar, data, cpu_s)
    if tree is None:
        return ()
    found = (_imports(language, captures, data) for _, captures in matches(query, tree, data))
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def dissect_tree(language: str, grammar: Grammar, tree: Tree, data: bytes) -> Anatomy:
    """The anatomy of `tree`, which is `data` parsed by this grammar."""
    by_name: dict[int, Definition] = {}
    fields: dict[int, Field] = {}
    imports: dict[Import, None] = {}
    for _, captures in matches(whole_query(grammar), tree, data):
        if "name" in captures:
            _add_definition(by_name, captures, data)
        elif "field" in captures:
            _add_field(fields, captures, data)
        else:
            imports.update(dict.fromkeys(_imports(language, captures, data)))
    definitions = sorted(by_name.values(), key=lambda found: (found.start, -found.end, found.name_start))
    if grammar.query == "markdown":
        definitions = sections(definitions, data)
    return Anatomy(definitions, [fields[start] for start in sorted(fields)], tuple(imports))


def _add_definition(by_name: dict[int, Definition], captures: dict[str, list[Node]], data: bytes) -> None:
    # The hot path of indexing: every property of a node is a call into native code that makes an object.
    for kind in _KINDS:
        if kind in captures:
            break
    else:
        return
    name, whole = captures["name"][0], captures[kind][0]
    start, end = whole.byte_range
    first, last = whole.start_point[0], _last_row(whole)
    signature_last = _row_before(captures["body"][0], data) if "body" in captures else last
    name_start = name.start_byte
    known = by_name.get(name_start)
    if known is None:
        by_name[name_start] = Definition(
            kind,
            text_of(name, data),
            _first(captures, "owner", data),
            name_start,
            start,
            end,
            first,
            last,
            first if name.start_point[0] == first else _row_below_decoration(whole),
            signature_last,
            "extension" in captures,
        )
        return
    # Every pattern on this name widens it; a function bound to a constant is a function.
    known.start, known.end = min(known.start, start), max(known.end, end)
    known.first_row, known.last_row = min(known.first_row, first), max(known.last_row, last)
    known.signature_row = max(known.signature_row, first)
    if known.kind == "constant":
        known.kind = kind
    if "body" in captures:
        known.signature_last_row = min(known.signature_last_row, signature_last)


def _row_below_decoration(whole: Node) -> int:
    """The first row of a definition that is no annotation or attribute."""
    pending = [whole]
    while pending:
        node = pending.pop()
        if node.type in _DECORATIONS:
            continue
        if node is not whole and node.type not in _HOLDS_DECORATIONS:
            return node.start_point[0]
        pending.extend(reversed(node.children))
    return whole.start_point[0]


def _row_before(body: Node, data: bytes) -> int:
    """The row on which the signature ends: the body's own when they share it, else the one before."""
    row, column = body.start_point
    start = body.start_byte
    return row if data[start - column : start].strip() else max(row - 1, 0)


def _add_field(fields: dict[int, Field], captures: dict[str, list[Node]], data: bytes) -> None:
    name = captures["field.name"][0]
    # No predicate of the query, which would be a call from native code for each assignment to an attribute.
    if "_self" in captures and text_of(captures["_self"][0], data) != "self":
        return
    whole = captures["field"][0]
    fields[name.start_byte] = Field(
        text_of(name, data).lstrip(":"), whole.start_point[0], _last_row(whole), name.start_point[0], name.start_byte
    )


def _last_row(node: Node) -> int:
    """The last row with text of the node; some nodes end with their line break, at column 0 of the next row."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _imports(language: str, captures: dict[str, list[Node]], data: bytes) -> Iterable[Import]:
    if "import.clause" in captures:
        return imports_of_clause(language, text_of(captures["import.clause"][0], data))
    return (_import(captures, data),) if "import.module" in captures else ()


def _import(captures: dict[str, list[Node]], data: bytes) -> Import:
    module = text_of(captures["import.module"][0], data)
    if "import.all" in captures:
        return Import(module, "*", "")
    if "import.default" in captures:
        return Import(module, "default", _first(captures, "import.default", data))
    return Import(module, _first(captures, "import.name", data), _first(captures, "import.alias", data))


def _first(captures: dict[str, list[Node]], capture: str, data: bytes) -> str:
    return text_of(captures[capture][0], data) if capture in captures else ""
