"""`workspace/executeCommand`: what the palette can ask for."""

import asyncio
import time
from dataclasses import asdict
from typing import Final

from lsprotocol import types
from pydantic import BaseModel, ValidationError

from holdfast.completion.request import Timings
from holdfast.completion.write_request import ContextPreview
from holdfast.cursor import Cursor
from holdfast.errors import HoldfastError, ServerError, StorageError
from holdfast.index.indexer_state import read_state, request_rescan
from holdfast.lsp.inline_completion import cursor_in
from holdfast.lsp.manifest_file import refresh_manifests, summary_of
from holdfast.lsp.progress import Report
from holdfast.lsp.sidecar import Sidecar
from holdfast.workspace_folder import WorkspaceFolder

Json = dict[str, object]

_LOOK_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 600.0


class _Position(BaseModel):
    line: int
    character: int


class Place(BaseModel):
    """A cursor, as the editor gives it to `holdfast.showContext`."""

    uri: str
    position: _Position


async def refresh_project_context(sidecar: Sidecar, report: Report) -> Json:
    """Scan every folder again, refresh CLAUDE.md and start new epochs: {files, chunks, changed, seconds, manifests, summary}."""
    started = time.monotonic()
    folders = sidecar.workspace.folders
    if not folders:
        return {
            "files": 0,
            "chunks": 0,
            "changed": False,
            "seconds": 0.0,
            "manifests": [],
            "summary": "No folder is open.",
        }
    before = [await asyncio.to_thread(folder.reader.generation) for folder in folders]
    for folder in folders:
        await _rescan(sidecar, folder, report)
    manifests = await refresh_manifests(sidecar)
    if sidecar.parts is not None:
        sidecar.parts.completion.epochs.forget()
    totals = [await asyncio.to_thread(folder.reader.totals) for folder in folders]
    files, chunks = sum(total[0] for total in totals), sum(total[1] for total in totals)
    changed = [await asyncio.to_thread(folder.reader.generation) for folder in folders] != before
    seconds = time.monotonic() - started
    what = "changes were found" if changed else "nothing had changed"
    summary = f"{files} files, {chunks} definitions and passages indexed; {what} ({seconds:.1f} s)."
    return {
        "files": files,
        "chunks": chunks,
        "changed": changed,
        "seconds": round(seconds, 3),
        "manifests": manifests,
        "summary": f"{summary} {summary_of(manifests)}".rstrip(),
    }


def explain_suggestion(sidecar: Sidecar) -> Json:
    """The last outcome: {outcome, reason, engine, model, server, prompt, blocks, timings_ms, remedy, sources}."""
    last = sidecar.parts.completion.completer.outcomes.last if sidecar.parts is not None else None
    if last is None:
        return {
            "outcome": "none", "reason": None, "engine": "none", "model": None, "server": "",
            "prompt": "", "blocks": [], "timings_ms": asdict(Timings()), "remedy": "Type something first.", "sources": [],
        }  # fmt: skip
    answer = last.answer
    return {
        "outcome": last.outcome,
        "reason": answer.reason,
        "engine": answer.engine,
        "model": answer.model,
        "server": answer.server,
        "prompt": answer.prompt,
        "blocks": [block.as_json() for block in answer.blocks],
        "timings_ms": asdict(answer.timings),
        "remedy": answer.remedy,
        "sources": list(answer.sources),
    }


async def show_context(sidecar: Sidecar, place: object) -> Json:
    """What would be sent at a cursor: {blocks, prompt, prompt_tokens, budget_tokens}."""
    cursor = _cursor_at(sidecar, place)
    preview = await sidecar.preview(cursor) if cursor is not None else None
    return (preview or ContextPreview()).as_json()


def _cursor_at(sidecar: Sidecar, place: object) -> Cursor | None:
    try:
        wanted = Place.model_validate(place)
    except ValidationError:
        return None
    document = sidecar.documents.get(wanted.uri)
    if document is None:
        return None
    offset = sidecar.documents.offset_at(wanted.uri, types.Position(wanted.position.line, wanted.position.character))
    return cursor_in(document, offset, sidecar.workspace)


async def _rescan(sidecar: Sidecar, folder: WorkspaceFolder, report: Report) -> None:
    """Ask the folder's indexer and wait for its answer; StorageError when it cannot."""
    token = await asyncio.to_thread(request_rescan, folder.directory)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        state = await asyncio.to_thread(read_state, folder.directory)
        was_taken_out = sidecar.workspace.folder_of(folder.root) is None
        if state.answered_request == token or was_taken_out:
            return
        if state.phase == "failed":
            raise StorageError(state.error or "The indexer failed.")
        percentage = 100 * state.done // state.total if state.total else None
        report(f"{folder.root.name}: {state.phase} {state.done}/{state.total}", percentage)
        await asyncio.sleep(_LOOK_SECONDS)
    raise StorageError("The indexer does not answer.", remedy="Run Holdfast: Restart.")


def error_json(error: HoldfastError) -> Json:
    """A command that could not be carried out, in words: {error, remedy}."""
    kind = "server" if isinstance(error, ServerError) else "other"
    return {"error": error.message, "remedy": error.remedy, "kind": kind, "summary": str(error)}
