"""What a manifest imports, and what that imports: the near ones first, each once, a few hops far."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from holdfast.manifest.import_marks import ImportMark
from holdfast.manifest.loaded_file import LoadedFile

MOST_HOPS: Final = 4
NOT_LOADED: Final = "not loaded"
"""What stands behind such an import in the text; why is among the problems."""
_TOO_FAR: Final = f"is more than {MOST_HOPS} imports away"


def with_imports(
    first: LoadedFile,
    marks_of: Callable[[LoadedFile], Sequence[ImportMark]],
    load: Callable[[LoadedFile, ImportMark], LoadedFile | str | None],
    tell: Callable[[LoadedFile, ImportMark, str], None],
) -> LoadedFile:
    """`first` with all that it leads to, as a tree in which no file stands twice.

    `load` gives a file, why there is none (the end of a sentence, which `tell` gets), or None for what is no import.
    """
    order, layer = [first], [first]
    below: dict[Path, list[Path]] = {first.file: []}
    remarks: dict[Path, dict[ImportMark, str]] = {}
    for hop in range(1, MOST_HOPS + 2):
        nearer, layer = layer, []
        for importer in nearer:
            for mark in marks_of(importer):
                found = load(importer, mark)
                if isinstance(found, LoadedFile):
                    if found.file in below:
                        continue
                    if hop <= MOST_HOPS:
                        below[found.file] = []
                        below[importer.file].append(found.file)
                        layer.append(found)
                        continue
                    found = _TOO_FAR
                if found:
                    remarks.setdefault(importer.file, {})[mark] = NOT_LOADED
                    tell(importer, mark, found)
        order += layer
    built: dict[Path, LoadedFile] = {}
    for loaded in reversed(order):
        imported = tuple(built[file] for file in below[loaded.file])
        built[loaded.file] = replace(loaded, imported=imported, remarks=remarks.get(loaded.file, {}))
    return built[first.file]
