"""Reading manifest files with what they import: bounded, in nobody's way, and never beyond what was let pass.

Of a project's files, one that lies outside of the workspace (by its path or behind a link) is read only once a person has
approved it, and one that another person's commit has changed is used as it was before. The person's own files need neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.manifest.consent import Consent, HeldChange
from holdfast.manifest.file_text import FileText, read_file_text
from holdfast.manifest.import_marks import ImportMark
from holdfast.manifest.ledger import Ledger
from holdfast.manifest.loaded_file import LoadedFile
from holdfast.manifest.locate import Homes, ManifestPlace, shown_path
from holdfast.manifest.looked_at import LookedAt
from holdfast.manifest.parse import ParsedManifest, parse_manifest
from holdfast.manifest.path_globs import MOST_GLOBS, MOST_GLOBS_IN_ALL, compile_globs
from holdfast.manifest.rules_folder import find_rules
from holdfast.manifest.section import Scope

NOT_LOADED: Final = "not loaded"
"""What stands behind such an import in the text; why is among the problems."""
MOST_HOPS: Final = 4
MOST_FILES: Final = 256
MOST_BYTES: Final = 1024 * 1024
_MOST_MARKS: Final = 500
_OUTSIDE: Final = "lies outside of the workspace and was not approved (holdfast manifest approve)"
_WAITS: Final = "is new from another person's commit and waits for `holdfast manifest approve`"

parse_cached = lru_cache(maxsize=MOST_FILES)(parse_manifest)


@dataclass(frozen=True, slots=True)
class Source:
    """Where manifests of a workspace come from; `is_secret` judges paths relative to it."""

    root: Path
    homes: Homes
    is_secret: Callable[[str], bool]
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class _Way:
    """How a file was come to: over how many imports, and whether it is the person's own."""

    scope: Scope
    base: Path
    is_users: bool
    hops: int = 0


class Loader:
    """One reading; what was wrong and what waits is collected on the way."""

    def __init__(self, source: Source, looked: LookedAt) -> None:
        self.problems: dict[str, None] = {}
        self.held: dict[Path, HeldChange] = {}
        self.outside: dict[Path, str] = {}
        self._source = source
        self._looked = looked
        self._real_root = source.root.resolve()
        self._consent = Consent(source.ledger, source.root)
        self._loaded: dict[tuple[Path, _Way], LoadedFile | str] = {}
        self._texts: dict[Path, FileText] = {}
        self._marks = 0
        self._globs = 0

    def load(self, place: ManifestPlace) -> tuple[LoadedFile, ...]:
        """The files at `place`; what is not read is among the problems."""
        way = _Way(place.scope, place.base, place.is_users)
        if not place.is_folder:
            paths: tuple[Path, ...] = (place.path,)
        else:
            found = find_rules(place.path, self._looked, lambda folder: self._why_no_folder(folder, way))
            self.problems |= dict.fromkeys(found.problems)
            paths = found.files
        return tuple(file for path in paths if (file := self._root_file(path, way)) is not None)

    def see_workspace(self) -> None:
        """Remember the commit at which the workspace was first met."""
        try:
            self._consent.see_workspace()
        except StorageError as error:
            self.problems[str(error)] = None

    def _root_file(self, path: Path, way: _Way) -> LoadedFile | None:
        if not self._looked.is_there(path):
            return None
        loaded = self._load(path, way)
        if isinstance(loaded, str):
            self.problems[f"{self._shown(path)} {loaded}."] = None
            return None
        return loaded

    def _load(self, path: Path, way: _Way) -> LoadedFile | str:
        """The file, or why it is not read: the end of a sentence."""
        try:
            file = path.resolve()
        except (OSError, RuntimeError, ValueError):
            return "cannot be read: its links go in a circle"
        key = (file, way)
        if key not in self._loaded:
            self._loaded[key] = self._read(path, file, way)
        return self._loaded[key]

    def _read(self, path: Path, file: Path, way: _Way) -> LoadedFile | str:
        refusal = self._why_refused(path, file, way)
        if refusal:
            return refusal
        text = self._text(file)
        if text.refusal:
            return text.refusal
        raw = text.text
        if not way.is_users:
            try:
                held = self._consent.judge(file, text)
            except StorageError as error:
                return f"is not read, because nobody can say whether it was let pass: {error}"
            if held is not None:
                self.held[file] = held
                raw = held.before
                if not raw:
                    return _WAITS
        manifest = parse_cached(raw)
        return self._with_imports(self._described(path, file, manifest, way, text), way)

    def _described(self, path: Path, file: Path, manifest: ParsedManifest, way: _Way, text: FileText) -> LoadedFile:
        shown = self._shown(path)
        said = [*manifest.problems]
        if text.damaged:
            said.append(f"{text.damaged} places are not UTF-8 and were replaced")
        globs = None
        if way.scope == "rules" and manifest.paths is not None:
            globs, wrong = compile_globs(manifest.paths, min(MOST_GLOBS, MOST_GLOBS_IN_ALL - self._globs))
            self._globs += len(globs)
            said += wrong
        self.problems |= dict.fromkeys(f"{shown}: {problem}." for problem in said)
        base = way.base.relative_to(self._source.root).as_posix()
        base = "" if base == "." else base
        return LoadedFile(shown, file, way.scope, manifest, globs=globs, base=base, is_users=way.is_users)

    def _with_imports(self, loaded: LoadedFile, way: _Way) -> LoadedFile:
        inner = replace(way, scope="import", hops=way.hops + 1)
        imported: list[LoadedFile] = []
        remarks: dict[ImportMark, str] = {}
        for mark in loaded.manifest.imports:
            self._marks += 1
            if self._marks > _MOST_MARKS:
                self.problems[f"More than {_MOST_MARKS} imports are not followed."] = None
                break
            found = self._import(mark, loaded.file, inner)
            if isinstance(found, LoadedFile):
                imported.append(found)
            elif found:
                remarks[mark] = NOT_LOADED
                self.problems[f"{loaded.path}:{mark.number}: @{mark.target} {found}."] = None
        return replace(loaded, imported=tuple(imported), remarks=remarks)

    def _import(self, mark: ImportMark, importer: Path, way: _Way) -> LoadedFile | str | None:
        home = self._source.homes.home
        target = home / mark.target[2:] if mark.target.startswith("~/") else importer.parent / mark.target
        if not self._looked.is_there(target):
            return "is not there" if mark.is_certain else None
        if self._looked.is_folder(target):
            return "is a folder" if mark.is_certain and not mark.target.endswith("/") else None
        if way.hops > MOST_HOPS:
            # One that was met nearer, as in a circle, is shown there.
            return None if target.resolve() in self._texts else f"is more than {MOST_HOPS} imports away"
        return self._load(target, way)

    def _why_refused(self, path: Path, file: Path, way: _Way) -> str:
        if not _is_text(self._shown(path)):
            return "has a name that is not UTF-8 and is not read"
        if self._is_secret(path) or self._is_secret(file):
            return "looks like a secret and is not read"
        if file not in self._texts and len(self._texts) >= MOST_FILES:
            return f"is one of more than {MOST_FILES} files and is not read"
        return "" if way.is_users else self._why_outside(path, file)

    def _why_outside(self, path: Path, file: Path) -> str:
        if file.is_relative_to(self._real_root):
            return ""
        try:
            if self._source.ledger.is_approved_outside(file):
                return ""
        except StorageError as error:
            return f"lies outside of the workspace, and nobody can say whether it was approved: {error}"
        self.outside[file] = self._shown(path)
        return _OUTSIDE

    def _why_no_folder(self, folder: Path, way: _Way) -> str:
        refusal = "" if way.is_users else self._why_outside(folder, folder.resolve())
        return f"{self._shown(folder)} {refusal}." if refusal else ""

    def _text(self, file: Path) -> FileText:
        if file not in self._texts:
            text = read_file_text(file)
            if not text.refusal and text.size + sum(known.size for known in self._texts.values()) > MOST_BYTES:
                text = FileText(refusal=f"would make it more than {MOST_BYTES // 1024} KB in all and is not read")
            self._texts[file] = text
        return self._texts[file]

    def _is_secret(self, path: Path) -> bool:
        """By its name in the workspace, or by the whole of it outside."""
        for root in (self._source.root, self._real_root):
            if path.is_relative_to(root):
                return self._source.is_secret(path.relative_to(root).as_posix())
        return self._source.is_secret(path.as_posix())

    def _shown(self, path: Path) -> str:
        return shown_path(path, self._source.root, self._source.homes.home)


def _is_text(path: str) -> bool:
    """Whether a name can stand in a prompt: one that is not UTF-8 reaches Python with lone surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
