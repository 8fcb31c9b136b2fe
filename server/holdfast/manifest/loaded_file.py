"""A manifest file as it was read, with what it imports, and what of it applies to a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.manifest.import_marks import ImportMark
from holdfast.manifest.parse import ParsedManifest, sections_of
from holdfast.manifest.path_globs import matches_any
from holdfast.manifest.section import ManifestSection, Scope


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """`path` as shown, `file` resolved; `remarks` stand behind the imports that were not loaded.

    `globs` is None for a file that is about all; they are relative to `base`. `is_users` says that it is the person's own,
    or imported by such a file.
    """

    path: str
    file: Path
    scope: Scope
    manifest: ParsedManifest
    imported: tuple["LoadedFile", ...] = ()
    remarks: Mapping[ImportMark, str] = field(default_factory=dict)
    globs: tuple[tuple[str, ...], ...] | None = None
    base: str = ""
    is_users: bool = False

    @property
    def sections(self) -> tuple[ManifestSection, ...]:
        """Its own sections."""
        return sections_of(self.manifest, self.path, self.scope, self.remarks)

    def applies_to(self, path: str) -> bool:
        """Whether it is about the file `path` (relative to the workspace)."""
        if self.globs is None:
            return True
        below = path.removeprefix(f"{self.base}/") if self.base else path
        return matches_any(self.globs, below)


def files_for(loaded: Iterable[LoadedFile], path: str) -> Iterator[LoadedFile]:
    """Those that apply to the file `path`, each once, a file before what it imports; not the file itself."""
    shown: set[Path] = set()

    def walk(files: Iterable[LoadedFile]) -> Iterator[LoadedFile]:
        for file in files:
            if not file.applies_to(path):
                continue
            # One that was shown already may lead further here: what is too far from one file is near another.
            if file.file not in shown and file.path != path:
                yield file
            shown.add(file.file)
            yield from walk(file.imported)

    return walk(loaded)
