"""Parts of a file that somebody might have left out while writing it: bodies, statements, arguments, by the syntax tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tree_sitter import Node

from holdfast.index.code_shape import is_container
from holdfast.index.languages import grammar_of
from holdfast.index.syntax import parse

SpanKind = Literal["body", "statement", "arguments"]

_MOST_NODES: Final = 400_000
_MADE_OF: Final = ("function", "method", "constructor", "lambda", "closure")
_ARGUMENTS: Final = frozenset(
    {"argument_list", "arguments", "value_arguments", "actual_parameters", "function_arguments", "method_arguments"}
)
_MORE_CONTAINERS: Final = frozenset({"compound_statement"})
_BODIES: Final = ("_body", "block", "statement_list")
_NO_CODE: Final = frozenset({"markdown", "json", "jsonc", "yaml", "toml", "html", "css"})
"""Languages with a grammar whose files are prose or data: what is missing there, no code says."""


@dataclass(frozen=True, slots=True)
class FillableSpan:
    """Bytes `start` to `end` of a file's UTF-8: a function's body, one statement, or what stands between a call's brackets."""

    kind: SpanKind
    start: int
    end: int


def is_fillable(language: str) -> bool:
    """Whether files in `language` have such parts."""
    return language not in _NO_CODE and grammar_of(language) is not None


def fillable_spans(language: str, data: bytes) -> list[FillableSpan]:
    """The parts of UTF-8 `data`, from its top; none where it is no code, or does not parse. Nothing that holds an error."""
    grammar = grammar_of(language)
    if grammar is None or not is_fillable(language):
        return []
    tree = parse(grammar, data)
    if tree is None:
        return []
    found: dict[tuple[int, int], FillableSpan] = {}
    root = tree.root_node
    for node in _walk(root):
        for span in _spans(node, language, is_root=node == root):
            end = span.start + len(data[span.start : span.end].rstrip())
            known = found.get((span.start, end))
            # A body of one statement is a body.
            if end > span.start and (known is None or known.kind == "statement"):
                found[span.start, end] = FillableSpan(span.kind, span.start, end)
    return [found[place] for place in sorted(found)]


def _walk(root: Node) -> Iterator[Node]:
    waiting = [root]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.named_children))


def _spans(node: Node, language: str, *, is_root: bool) -> Iterator[FillableSpan]:
    if is_root or _is_container(node, language):
        for child in node.named_children:
            if not (child.has_error or child.is_extra or "comment" in child.type or _is_container(child, language)):
                yield FillableSpan("statement", child.start_byte, child.end_byte)
    if node.has_error:
        return
    body = _body_of(node) if any(word in node.type for word in _MADE_OF) else None
    if body is not None:
        yield FillableSpan("body", *_within_brackets(body))
    if node.type in _ARGUMENTS and node.named_child_count:
        yield FillableSpan("arguments", *_within_brackets(node))


def _is_container(node: Node, language: str) -> bool:
    return node.type in _MORE_CONTAINERS or is_container(node.type, language)


def _body_of(node: Node) -> Node | None:
    """The body of a function; where the grammar does not name it, it stands last."""
    body = node.child_by_field_name("body")
    if body is None and node.named_child_count:
        last = node.named_children[-1]
        body = last if last.type.endswith(_BODIES) and last.type != node.type else None
    while body is not None and body.named_child_count == 1 and body.named_children[0].type.endswith(_BODIES):
        body = body.named_children[0]
    return body


def _within_brackets(node: Node) -> tuple[int, int]:
    """From the first to the last of what `node` holds, without brackets around it."""
    children = node.children
    if len(children) > 2 and not children[0].is_named and not children[-1].is_named:  # noqa: PLR2004 - both brackets, and something
        return children[1].start_byte, children[-2].end_byte
    return node.start_byte, node.end_byte
