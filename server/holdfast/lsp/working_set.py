"""What the person works with, as retrieval wants it: the files of one folder with their text in the editor."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from holdfast.index.retrieval.query import WorkingText
from holdfast.index.retrieval.working_texts import LONGEST_TEXT
from holdfast.lsp.documents import OpenDocument
from holdfast.lsp.inline_completion import locate
from holdfast.workspace_folder import Workspace

_MOST_LOOKED_AT: Final = 24


def open_texts_of(root: Path, documents: Iterable[OpenDocument], workspace: Workspace) -> tuple[WorkingText, ...]:
    """Those of the first 24 documents that are files of `root`, in their order, without huge ones.

    Cells of notebooks are left out: the text of one is not the text of its file.
    """
    files = (document for document in documents if document.uri.startswith("file:"))
    short = (document for document in files if len(document.text) <= LONGEST_TEXT)
    placed = ((document, locate(document, workspace)) for document in islice(short, _MOST_LOOKED_AT))
    return tuple(
        WorkingText(path, document.language, document.text) for document, (place, path) in placed if place == root
    )
