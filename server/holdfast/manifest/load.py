"""Reading manifest files with what they import: bounded, in nobody's way, and never beyond what was let pass.

What sessions settled (`.holdfast/memory.md`, which a CLAUDE.local.md may import for other tools) is no manifest: it comes to a
prompt by its own way, bounded, and not at all where it must not leave the machine. Of a project's files, one that lies outside of the workspace (by its path or behind a link) is read only once a person has
approved it, and one that another person's commit has changed is used as it was before. The person's own files need neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.manifest.consent import HeldChange
from holdfast.manifest.file_text import FileText, read_file_text
from holdfast.manifest.follow_imports import with_imports
from holdfast.manifest.gate import GIT_IS_AT_WORK, Gate, said, unknown
from holdfast.manifest.import_marks import ImportMark
from holdfast.manifest.ledger import Ledger
from holdfast.manifest.loaded_file import LoadedFile
from holdfast.manifest.locate import Homes, ManifestPlace, shown_path
from holdfast.manifest.looked_at import LookedAt
from holdfast.manifest.parse import ParsedManifest, parse_manifest
from holdfast.manifest.path_globs import MOST_GLOBS, MOST_GLOBS_IN_ALL, compile_globs
from holdfast.manifest.rules_folder import find_rules
from holdfast.manifest.section import Scope

MOST_FILES: Final = 256
MOST_BYTES: Final = 1024 * 1024
_MOST_MARKS: Final = 2_000
_MOST_TARGETS: Final = 500
_MEMORY: Final = (".holdfast", "memory.md")
_WAITS: Final = "is new from another person's commit and waits for `holdfast manifest approve`"

_KEPT: Final = 32
_LARGEST_KEPT: Final = 32 * 1024
_parse_cached = lru_cache(maxsize=_KEPT)(parse_manifest)


@dataclass(frozen=True, slots=True)
class Source:
    """Where manifests of a workspace come from; `is_secret` judges paths relative to it."""

    root: Path
    homes: Homes
    is_secret: Callable[[str], bool]
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class _Way:
    """How a file was come to, and whether it is the person's own."""

    scope: Scope
    base: Path
    is_users: bool


class Loader:
    """One reading; what was wrong and what waits is collected on the way."""

    def __init__(self, source: Source, looked: LookedAt) -> None:
        self.problems: dict[str, None] = {}
        self._source = source
        self._looked = looked
        self._real_root = source.root.resolve()
        self._gate = Gate(source.ledger, source.root, looked, self._shown)
        self.is_there = self._gate.is_there
        self._loaded: dict[tuple[Path, _Way], LoadedFile | str] = {}
        self._texts: dict[Path, FileText] = {}
        self._marks: dict[Path, tuple[ImportMark, ...]] = {}
        self._targets: set[Path] = set()
        self._globs = 0

    @property
    def held(self) -> tuple[HeldChange, ...]:
        """The changes that wait for a person."""
        return tuple(self._gate.held.values())

    @property
    def outside(self) -> dict[Path, str]:
        """What would be read if it was approved, with the names it is imported by."""
        return dict(self._gate.outside)

    @property
    def is_provisional(self) -> bool:
        """Whether a later reading may find something else, though nothing that was looked at has changed."""
        return self._gate.is_provisional

    def load(self, place: ManifestPlace) -> tuple[LoadedFile, ...]:
        """The files at `place`; what is not read is among the problems."""
        way = _Way(place.scope, place.base, place.is_users)
        if not place.is_folder:
            paths: tuple[Path, ...] = (place.path,)
        else:
            found = find_rules(place.path, self._looked, lambda folder: self._why_no_folder(folder, way))
            self.problems |= dict.fromkeys(found.problems)
            missed = (
                path
                for path in self._gate.remembered_at(place.path)
                if path.suffix == ".md" and self._gate.is_missed(path)
            )
            paths = (*found.files, *sorted(missed))
        return tuple(file for path in paths if (file := self._root_file(path, way)) is not None)

    def see_workspace(self) -> bool:
        """Remember the commit at which the workspace was first met; False where that has to be tried again."""
        is_seen = self._gate.see_workspace()
        if self._gate.broken is not None:
            self.problems[f"{said(self._gate.broken)}."] = None
        return is_seen

    def _root_file(self, path: Path, way: _Way) -> LoadedFile | None:
        if not self.is_there(path):
            return None
        loaded = self._load(path, way)
        if isinstance(loaded, str):
            self.problems[f"{self._shown(path)} {loaded}."] = None
            return None
        return with_imports(loaded, self._followed, lambda file, mark: self._import(mark, file, way), self._tell)

    def _load(self, path: Path, way: _Way) -> LoadedFile | str:
        """The file, or why it is not read: the end of a sentence."""
        file = self._gate.place(path, is_users=way.is_users)
        if isinstance(file, str):
            return file
        key = (file, way)
        if key not in self._loaded:
            self._loaded[key] = self._read(path, file, way)
        return self._loaded[key]

    def _read(self, path: Path, file: Path, way: _Way) -> LoadedFile | str:
        refusal = self._why_refused(path, file, way)
        if refusal:
            return refusal
        text = FileText() if self._gate.is_missed(file) else self._text(file)
        if text.refusal:
            return text.refusal
        raw = text.text
        if not way.is_users:
            try:
                held = self._gate.judge(file, text)
            except StorageError as error:
                return unknown(error)
            if held is not None:
                if not held.authors:
                    self.problems[f"{self._shown(path)} {GIT_IS_AT_WORK}."] = None
                raw = held.before
                if not raw:
                    return _WAITS if held.authors else GIT_IS_AT_WORK
        return self._described(path, file, _parsed(raw), way, text)

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

    def _followed(self, loaded: LoadedFile) -> tuple[ImportMark, ...]:
        """The imports of a file that are looked at; how many there are of all files together has a limit."""
        if loaded.file not in self._marks:
            marks: list[ImportMark] = []
            room = _MOST_MARKS - sum(map(len, self._marks.values()))
            for mark in loaded.manifest.imports:
                target = self._target(mark, loaded.file)
                if len(marks) >= room or (target not in self._targets and len(self._targets) >= _MOST_TARGETS):
                    self.problems[f"More than {_MOST_TARGETS} imports are not followed."] = None
                    break
                self._targets.add(target)
                marks.append(mark)
            self._marks[loaded.file] = tuple(marks)
        return self._marks[loaded.file]

    def _target(self, mark: ImportMark, importer: Path) -> Path:
        if mark.target.startswith("~/"):
            return self._source.homes.home / mark.target[2:]
        return importer.parent / mark.target

    def _import(self, mark: ImportMark, importer: LoadedFile, way: _Way) -> LoadedFile | str | None:
        target = self._target(mark, importer.file)
        if _is_memory(target):
            return None
        refusal = "" if way.is_users else self._gate.why_not_touched(target)
        if refusal:
            return refusal if mark.is_certain else None
        if not self.is_there(target):
            return "is not there" if mark.is_certain else None
        if self._looked.is_folder(target):
            return "is a folder" if mark.is_certain and not mark.target.endswith("/") else None
        return self._load(target, replace(way, scope="import"))

    def _tell(self, loaded: LoadedFile, mark: ImportMark, why: str) -> None:
        self.problems[f"{loaded.path}:{mark.number}: @{mark.target} {why}."] = None

    def _why_refused(self, path: Path, file: Path, way: _Way) -> str:
        if not _is_text(self._shown(path)):
            return "has a name that is not UTF-8 and is not read"
        if self._is_secret(path) or self._is_secret(file):
            return "looks like a secret and is not read"
        if _is_memory(path) or _is_memory(file):
            return "is what sessions settled, and no manifest"
        if file not in self._texts and len(self._texts) >= MOST_FILES:
            return f"is one of more than {MOST_FILES} files and is not read"
        return "" if way.is_users else self._gate.why_outside(path, file)

    def _why_no_folder(self, folder: Path, way: _Way) -> str:
        refusal = "" if way.is_users else self._gate.why_outside(folder, folder.resolve())
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


def _parsed(raw: str) -> ParsedManifest:
    """Small ones are kept: they are met again at each reading."""
    return _parse_cached(raw) if len(raw) < _LARGEST_KEPT else parse_manifest(raw)


def _is_memory(path: Path) -> bool:
    return tuple(part.casefold() for part in path.parts[-len(_MEMORY) :]) == _MEMORY


def _is_text(path: str) -> bool:
    """Whether a name can stand in a prompt: one that is not UTF-8 reaches Python with lone surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
