"""CLAUDE.md as the palette asks for it: its marked regions refreshed, or a new one written. Never under unsaved changes."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError
from pygls.uris import to_fs_path

from holdfast.errors import HoldfastError, WorkspaceError
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.sidecar import Sidecar
from holdfast.manifest.writing.text_form import read_lines

if TYPE_CHECKING:
    from holdfast.repository_facts import Repository

Json = dict[str, object]

_CREATE = "Create CLAUDE.md"
_NOT_TRUSTED = "The workspace is not trusted, so its CLAUDE.md was not looked at."


class _Asked(BaseModel):
    """Which document the person looks at; its folder is meant."""

    uri: str


async def refresh_manifests(sidecar: Sidecar) -> list[Json]:
    """Refresh every trusted folder's manifest: [{folder, path, changes, note}]; `note` says why nothing could be written."""
    answers: list[Json] = []
    for folder in sidecar.workspace.folders:
        if folder.manifests is None:
            continue
        try:
            answers.append(await asyncio.to_thread(_refresh, folder.root, sidecar.documents))
        except HoldfastError as error:
            answers.append({"folder": folder.root.name, "path": None, "changes": [], "note": str(error)})
    return answers


def summary_of(answers: list[Json]) -> str:
    """What refreshing did, in a sentence or two; "" where nothing is worth a word."""
    said = []
    for answer in answers:
        changes = answer["changes"]
        if isinstance(changes, list) and changes:
            said.append(f"{answer['path']}: {'; '.join(str(change['said']) for change in changes)}.")
        elif answer["note"]:
            said.append(str(answer["note"]))
    return " ".join(dict.fromkeys(said))


async def create_manifest(sidecar: Sidecar, asked: object) -> Json:
    """Write CLAUDE.md where there is none: {path, uri, written, diff, summary}; `diff` is what an existing one lacks.

    In the folder of the document that is asked about, else in the first. Raises WorkspaceError and ManifestRefused.
    """
    folders = sidecar.workspace.folders
    root = _folder_of(sidecar, asked)
    if root is None:
        raise WorkspaceError("No folder is open.", remedy="Open the folder that CLAUDE.md is for.")
    if next(folder for folder in folders if folder.root == root).manifests is None:
        raise WorkspaceError(_NOT_TRUSTED, remedy="Trust it first (Workspaces: Manage Workspace Trust).")
    return await asyncio.to_thread(_create, root, sidecar.documents)


def _folder_of(sidecar: Sidecar, asked: object) -> Path | None:
    try:
        path = to_fs_path(_Asked.model_validate(asked).uri)
    except ValidationError:
        path = None
    root = sidecar.workspace.locate(Path(path))[0] if path else None
    known = [folder.root for folder in sidecar.workspace.folders]
    in_order = [each for each in sidecar.window.roots if each in known]
    return root or next(iter(in_order or known), None)


def _refresh(root: Path, documents: OpenDocuments) -> Json:
    repository = _look_at(root)
    place = repository.manifest
    answer: Json = {"folder": root.name, "path": place, "changes": [], "note": ""}
    if place is None:
        return answer | {"note": f"There is no CLAUDE.md; “{_CREATE}” writes one."}
    if _has_unsaved_changes(repository, place, documents):
        return answer | {"note": f"{place} has unsaved changes and was not touched; save it and try again."}
    refreshed = repository.refresh_manifest(place)
    if not refreshed.regions:
        return answer | {
            "note": f"{place} has no marked region, so nothing in it was changed; “{_CREATE}” shows one to take over."
        }
    return answer | {"changes": [asdict(change) | {"said": str(change)} for change in refreshed.changes]}


def _create(root: Path, documents: OpenDocuments) -> Json:
    repository = _look_at(root)
    proposal = repository.propose()
    file = root / proposal.path
    answer: Json = {"path": proposal.path, "uri": file.as_uri(), "written": False, "diff": proposal.diff}
    if proposal.before is not None:
        lacks = "the diff shows what it lacks" if proposal.diff else "it lacks nothing"
        return answer | {"summary": f"{proposal.path} is there and stays as it is; {lacks}."}
    if _has_unsaved_changes(repository, proposal.path, documents):
        return answer | {"summary": f"{proposal.path} is open with unsaved changes and was not touched."}
    repository.create_manifest(proposal)
    return answer | {"written": True, "summary": f"{proposal.path} is written: {len(proposal.lines)} lines."}


def _look_at(root: Path) -> "Repository":
    from holdfast.repository_facts import look_at  # noqa: PLC0415 - readers of forty kinds of files, a tenth of a second

    return look_at(root)


def _has_unsaved_changes(repository: "Repository", place: str, documents: OpenDocuments) -> bool:
    """Whether an editor holds another text of the file than the disk."""
    file = (repository.root / place).resolve()
    held = [document.text for document in documents.all() if _file_behind(document.uri) == file]
    if not held:
        return False
    try:
        data = file.read_bytes()
        _, lines = read_lines(data)
    except (OSError, HoldfastError):
        return True
    # An editor that takes the file for UTF-8 shows a mark for each byte that is not, and has changed nothing.
    guessed = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    on_disk = {"".join(line.text + ("\n" if line.end else "") for line in lines), guessed}
    return any(text not in on_disk for text in held)


def _file_behind(uri: str) -> Path | None:
    """The file itself: the folder may have been opened through a link."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    try:
        return Path(path).resolve() if path else None
    except (OSError, RuntimeError):
        return None
