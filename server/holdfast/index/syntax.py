"""Parsing with the grammar of a language, and the queries that read its trees, within bounds.

The work is done by tree-sitter's query engine, which does not recurse. Two shapes make that engine quadratic: an
ERROR node with very many children (a file of opening brackets), whose tree is refused and its file cut as text, and
a tree tens of thousands of nodes deep (a chain of calls), where the engine looks no deeper than people write.

A parser that has used up its time gives up. That needs a parser that reads by a callback, whose trees fetch the text of a
node by calling it again; so the text of a node is taken from the bytes that were parsed, in predicates too: the queries
say `#text?` for one of several texts and `#text-match?` for a regular expression, which are answered here.
The query engine itself and the hand-written scanners of grammars have no such bound: see `crash_log`.
"""

import re
import threading
from collections.abc import Callable
from functools import cache
from importlib import resources
from time import monotonic, thread_time
from typing import Final, Literal

from tree_sitter import Node, Parser, Point, Query, QueryCursor, Tree

from holdfast.index.languages import Grammar, load_grammar
from holdfast.index.unparsable import is_unparsable

PARSE_CPU_S: Final = 2.0
_MOST_ERROR_CHILDREN: Final = 3_000
_MOST_ERROR_NODES: Final = 50_000
_DEEPEST: Final = 2_000

_SMALLEST_BUFFER: Final = 1 << 16
_OF_THREAD: Final = threading.local()

Match = tuple[int, dict[str, list[Node]]]
"""The index of the pattern that matched, and the nodes by capture."""


def parse(grammar: Grammar, data: bytes, cpu_s: float = PARSE_CPU_S) -> Tree | None:
    """The tree of UTF-8 `data`; None when it is only one huge error, or after `cpu_s` of this thread's time."""
    if is_unparsable(grammar.query, data):
        return None
    # One for each parse, which costs nothing: a thread may take over while the callbacks run.
    parser = Parser(load_grammar(grammar))
    size = len(data)
    view = memoryview(_held(data))

    def read(offset: int, _: Point) -> memoryview:
        return view[offset:size]

    try:
        tree = parser.parse(read, progress_callback=_deadline(cpu_s))
    except ValueError:  # it gave up
        return None
    return tree if _is_workable(tree) else None


def _held(data: bytes) -> bytearray:
    """A copy of `data` at the beginning of this thread's own buffer.

    py-tree-sitter 0.26 never lets go of what its callback returns: a whole file for each parse, were it not always the same
    buffer. No text of a node is read through the tree, so that the next parse may write over it.
    """
    buffer: bytearray = getattr(_OF_THREAD, "buffer", bytearray())
    if len(buffer) < len(data):
        buffer = _OF_THREAD.buffer = bytearray(max(_SMALLEST_BUFFER, 1 << len(data).bit_length()))
    buffer[: len(data)] = data
    return buffer


def matches(query: Query, tree: Tree, data: bytes) -> list[Match]:
    """What `query` finds in `tree`, which is `data` parsed; bounded on any tree."""

    def holds(
        predicate: str,
        args: list[tuple[str, Literal["capture", "string"]]],
        pattern_index: int,  # noqa: ARG001 - what the library hands over, by these names
        captures: dict[str, list[Node]],
    ) -> bool:
        capture, *wanted = [value for value, _ in args]
        texts = [text_of(node, data) for node in captures.get(capture, ())]
        if predicate == "text?":
            return all(text in wanted for text in texts)
        return all(re.search(wanted[0], text) for text in texts)

    cursor = QueryCursor(query)
    cursor.set_max_start_depth(_DEEPEST)
    return cursor.matches(tree.root_node, holds)


def text_of(node: Node, data: bytes) -> str:
    """The text of a node of the tree of `data`."""
    start, end = node.byte_range
    return data[start:end].decode(errors="replace")


@cache
def whole_query(grammar: Grammar) -> Query:
    """What finds definitions, fields and imports in trees of a grammar, compiled: a quarter of a second for the largest."""
    return Query(load_grammar(grammar), query_text("definitions", grammar) + query_text("imports", grammar))


@cache
def import_query(grammar: Grammar) -> Query:
    """What finds imports alone; compiled in some milliseconds."""
    return Query(load_grammar(grammar), query_text("imports", grammar))


def query_text(finds: Literal["definitions", "imports"], grammar: Grammar) -> str:
    """A query file of a grammar; every grammar has both, that of imports without a pattern where there are none."""
    return (resources.files("holdfast.index") / "queries" / finds / f"{grammar.query}.scm").read_text("utf-8")


def _deadline(cpu_s: float) -> Callable[[int, bool], bool]:
    """Whether this thread has used `cpu_s` from now on. The clock on the wall is asked first, it costs a tenth."""
    wall, used = monotonic() + cpu_s, thread_time() + cpu_s

    def is_over(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001 - how the library calls it
        return monotonic() >= wall and thread_time() >= used

    return is_over


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
