"""Ignore rules that a workspace declares elsewhere than in an ignore file: kept beside its index, for all who ask.

The folder is one that the indexer watches already, so a change is met like one of `.git/info/exclude`.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from holdfast.index.indexer_state import REQUEST_FOLDER, replace_text, request_folder
from holdfast.sqlite.connection import translated_errors

_FILE: Final = "declared.ignore"


def declared_rules(directory: Path) -> Path:
    """The file with the rules for the workspace whose index lies in `directory`, there or not."""
    return directory / REQUEST_FOLDER / _FILE


def declare_rules(directory: Path, patterns: Iterable[str]) -> None:
    """From now on `patterns` (lines as in `.holdfastignore`) hold for that workspace; raises StorageError."""
    file = declared_rules(directory)
    text = "".join(f"{pattern}\n" for pattern in patterns)
    with translated_errors(file):
        known = ""
        with suppress(FileNotFoundError):
            known = file.read_text("utf-8", errors="replace")
        if text != known:
            request_folder(directory)
            replace_text(file, text)
