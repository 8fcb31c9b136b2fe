"""A project in a few lines, for the tests of the embedded engine."""

from dataclasses import dataclass
from pathlib import Path

from holdfast.inference.embedded.engine import THRESHOLD, EmbeddedEngine, EmbeddedRequest


@dataclass(frozen=True, slots=True)
class File:
    """A source."""

    path: str
    language: str
    text: str


def split(marked: str) -> tuple[str, str]:
    """The text before and after the cursor, which is marked `|`."""
    before, _, after = marked.partition("|")
    return before, after


def new_engine(directory: Path, threshold: float = THRESHOLD) -> EmbeddedEngine:
    """An engine for which no time passes: a slow machine finds what a fast one does."""
    return EmbeddedEngine(directory, threshold=threshold, clock=lambda: 0.0)


def complete(engine: EmbeddedEngine, path: str, before: str, after: str = "", *, refresh: bool = True) -> str:
    """The suggested text, "" for silence."""
    if refresh:
        engine.refresh()
    found = engine.complete(EmbeddedRequest(path, "python", before, after))
    return found.text if found else ""
