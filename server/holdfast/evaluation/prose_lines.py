"""Which lines of a Python file are for people: docstrings and lines that are only a comment."""

import ast
import warnings


def prose_lines(text: str) -> frozenset[int]:
    """Line numbers from 0. Of a file that does not parse only the comments are known."""
    comments = {number for number, line in enumerate(text.split("\n")) if line.lstrip().startswith("#")}
    return frozenset(comments | _docstring_lines(text))


def _docstring_lines(text: str) -> set[int]:
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return {
        line - 1
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
