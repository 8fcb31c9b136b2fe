"""`textDocument/inlineCompletion`: from the wire to the completer and back."""

import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.uris import to_fs_path

from holdfast.completion.acceptance import Shown
from holdfast.completion.request import CompletionAnswer, CompletionRequest
from holdfast.cursor import Cursor
from holdfast.lsp.documents import OpenDocument, OpenDocuments
from holdfast.workspace_folder import Workspace

ACCEPTED_COMMAND = "holdfast.suggestionAccepted"
_CANDIDATES: Final = 3
"""Suggestions to choose from, for who asks by hand; while typing, one alone is worth its time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request in our terms. With `selected`, text in front of the suggestion that replaces `[start, cursor)`."""

    document: OpenDocument
    request: CompletionRequest
    start: int
    offset: int
    selected: str


def read_ask(params: types.InlineCompletionParams, documents: OpenDocuments, workspace: Workspace) -> Ask | None:
    """The ask, or None for a document that is not ours."""
    document = documents.get(params.text_document.uri)
    if document is None:
        return None
    offset = documents.offset_at(document.uri, params.position)
    automatic = params.context.trigger_kind == types.InlineCompletionTriggerKind.Automatic
    info = params.context.selected_completion_info
    start, selected = offset, ""
    if info is not None:
        start, selected = documents.offset_at(document.uri, info.range.start), info.text
        start = min(start, offset)
    cursor = cursor_in(document, offset, workspace, typed=document.text[:start] + selected if selected else None)
    request = CompletionRequest(cursor, automatic, candidates=1 if automatic else _CANDIDATES)
    return Ask(document, request, start if selected else offset, offset, selected)


def cursor_in(document: OpenDocument, offset: int, workspace: Workspace, *, typed: str | None = None) -> Cursor:
    """The cursor at `offset`; `typed` is what stands before it where that is not what the document says."""
    root, path = locate(document, workspace)
    before = document.text[:offset] if typed is None else typed
    return Cursor(document.uri, root, path, document.language, before, document.text[offset:])


def locate(document: OpenDocument, workspace: Workspace) -> tuple[Path | None, str]:
    """(workspace folder, relative path) of a document; an untitled one has its name alone."""
    return _located(document.uri, workspace)


@lru_cache(maxsize=256)
def _located(given: str, workspace: Workspace) -> tuple[Path | None, str]:
    """Kept, for it is asked several times at every key; what a link in the path leads to is looked up once."""
    scheme, _, rest = given.partition(":")
    # A notebook's cell has its notebook's path, and a fragment for the cell.
    uri = given if scheme == "file" else f"file:{rest.partition('#')[0]}" if "cell" in scheme else None
    file = to_fs_path(uri) if uri is not None else None
    if file is None:
        return None, rest or "untitled"
    return workspace.locate(Path(file))


def write_items(
    ask: Ask, answer: CompletionAnswer, documents: OpenDocuments, position: types.Position
) -> tuple[list[types.InlineCompletionItem], Shown | None]:
    """The items on the wire, the likeliest first, and what to follow as shown."""
    if not answer.text:
        return [], None
    cursor, document = ask.request.cursor, ask.document
    place = types.Range(documents.position_at(document.uri, ask.start), position)
    offered = [(uuid.uuid4().hex[:16], ask.selected + text) for text in (answer.text, *answer.alternatives)]
    items = [_item(identity, text.replace("\n", document.newline), place) for identity, text in offered]
    (identity, text), *others = offered
    already = len(document.text[ask.start : ask.offset])
    shown = Shown(
        identity, document.uri, cursor.path, cursor.language, ask.start, text, answer.engine, answer.model, already
    )
    return items, replace(shown, alternatives=tuple(others), cursor=cursor, blocks=answer.blocks)


def _item(identity: str, text: str, place: types.Range) -> types.InlineCompletionItem:
    command = types.Command(title="Suggestion accepted", command=ACCEPTED_COMMAND, arguments=[identity])
    return types.InlineCompletionItem(insert_text=text, range=place, command=command)
