"""A question before something that cannot be undone: at a terminal it is asked, elsewhere `--yes` must have answered it."""

import sys

import typer

from holdfast.errors import UsageError


def confirmed(question: str, *, yes: bool, remedy: str) -> bool:
    """Whether to go on. Raises UsageError, which says what would have been asked, where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"“{question}” is what would have been asked.", remedy=remedy)
    return typer.confirm(question, err=True)
