"""Questions about the shape of a small piece of code: whether it parses, and whether two places are one statement.

For text around a cursor, half typed and cut out of its file: answers are True, False, or None where the language has no
grammar, the piece is too large, or the parser cannot tell. The parser holds the interpreter while it works, so a piece is
at most 16 KB, which costs about two milliseconds, and a parse that takes longer than its deadline gives up.
"""

from functools import lru_cache
from typing import Final

from tree_sitter import Node, Tree

from holdfast.index.languages import grammar_of, load_grammar
from holdfast.index.syntax import parse

MOST_BYTES: Final = 16_000
_CPU_S: Final = 0.01

_CONTAINERS: Final = frozenset(
    {
        *("module", "program", "translation_unit", "compilation_unit", "source_file", "stylesheet", "chunk"),
        *("document", "stream", "section", "fragment", "block", "statement_block", "body_statement", "statements"),
        *("statement_list", "declaration_list", "field_declaration_list", "enumerator_list", "enum_body"),
        *("class_body", "interface_body", "switch_body", "switch_block", "template_body", "indented_block"),
        *("block_mapping", "block_sequence", "block_node", "function_body", "enum_declaration_list", "do_block"),
        *("import_list", "var_spec_list", "import_spec_list", "switch_block_statement_group"),
    }
)
"""Nodes of the grammars that hold statements side by side: two of their children are two statements."""

_LISTS: Final = frozenset({"list", "tight_list", "loose_list"})


def load_shapes(language: str) -> None:
    """Load the grammar of `language`, which takes up to 15 ms once: call it off the loop when a document opens."""
    grammar = grammar_of(language)
    if grammar is not None:
        load_grammar(grammar)


def is_clean(language: str, source: str) -> bool | None:
    """Whether `source` parses without an error."""
    tree = _tree(language, source)
    return None if tree is None else not tree.root_node.has_error


def is_one_statement(language: str, source: str, start: int, other: int) -> bool | None:
    """Whether the statement that begins at `start` still goes on at `other`; both are character offsets of `source`."""
    tree = _tree(language, source)
    if tree is None:
        return None
    first = len(source[:start].encode())
    last = first + len(source[start:other].encode())
    around = tree.root_node.descendant_for_byte_range(first, last + 1)
    if around is None or around.is_error:
        return None
    if around.start_byte < first or holds_statements(around, language):
        return None if _is_unclear(tree.root_node, last) else False
    return None if _begins_with_error(around) else True


def holds_statements(node: Node, language: str) -> bool:
    """Whether two children of `node` are two statements."""
    return is_container(node.type, language) or node.parent is None


def is_container(node_type: str, language: str) -> bool:
    """The same of nodes by their type, for all but a tree's root: to ask a node for its parent takes longer the deeper it is."""
    return node_type in _CONTAINERS or (language == "markdown" and node_type in _LISTS)


def _is_unclear(root: Node, offset: int) -> bool:
    """Whether the word at `offset` found no place in the tree: an `else` whose block is still to come."""
    word = root.descendant_for_byte_range(offset, offset + 1)
    return word is not None and (word.is_error or (word.parent is not None and word.parent.is_error))


def _begins_with_error(node: Node) -> bool:
    first = node.child(0) if node.child_count else None
    return first is not None and first.is_error


@lru_cache(maxsize=32)
def _tree(language: str, source: str) -> Tree | None:
    """Kept for a while: a stream asks for the same piece at each of its pieces, a key for that of the key before."""
    grammar = grammar_of(language)
    if grammar is None or len(source) > MOST_BYTES:
        return None
    data = source.encode(errors="replace")
    return parse(grammar, data, _CPU_S) if len(data) <= MOST_BYTES else None
