"""Which files of the workspace an import means.

Exact places come first: relative to the importing file, then each of its parent folders (and their `src`), as Python's
path and a bundler's base folder would have it. Where none exists, any file whose path ends as the module is spelled.
"""

import posixpath
from typing import Final

from holdfast.index.chunk_reader import ChunkReader

_SCRIPT_LANGUAGES: Final = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
_SCRIPT_ENDS: Final = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")
_PYTHON_ENDS: Final = (".py", ".pyi", "/__init__.py", "/__init__.pyi")


def imported_files(reader: ChunkReader, importer: str, language: str, module: str) -> list[str]:
    """Indexed files that `module`, as spelled in `importer`, may mean; the likeliest first, [] for foreign ones."""
    if language in _SCRIPT_LANGUAGES:
        return _script_files(reader, importer, module)
    return _python_files(reader, importer, module)


def _python_files(reader: ChunkReader, importer: str, module: str) -> list[str]:
    folder = posixpath.dirname(importer)
    name = module.lstrip(".")
    spelled = name.replace(".", "/")
    if module.startswith("."):
        for _ in range(len(module) - len(name) - 1):
            folder = posixpath.dirname(folder)
        base = posixpath.join(folder, spelled).rstrip("/")
        return _existing(reader, base, [base + end for end in _PYTHON_ENDS])
    bases = [posixpath.join(place, spelled) for place in _places(folder)]
    return _existing(reader, spelled, [base + end for base in bases for end in _PYTHON_ENDS]) or _ending(
        reader, spelled, _PYTHON_ENDS
    )


def _script_files(reader: ChunkReader, importer: str, module: str) -> list[str]:
    ends = (*_SCRIPT_ENDS, *(f"/index{end}" for end in _SCRIPT_ENDS), "")
    relative = module.startswith(".")
    spelled = module.lstrip("@~/#") if not relative else module
    folder = posixpath.dirname(importer)
    places = [folder] if relative else _places(folder)
    bases = [posixpath.normpath(posixpath.join(place, spelled)) for place in places]
    # TypeScript spells the name of the file that will be compiled: "./x.js" may be x.ts.
    stems = [base.rpartition(".")[0] for base in bases if base.endswith((".js", ".jsx", ".mjs", ".cjs"))]
    candidates = [base + end for base in (*stems, *bases) for end in ends]
    found = _existing(reader, bases[0], candidates)
    if found or relative or "/" not in spelled:
        return found
    return _ending(reader, spelled, ends)


def _places(folder: str) -> list[str]:
    places: list[str] = []
    while True:
        places += [folder, posixpath.join(folder, "src")]
        if not folder:
            return places
        folder = posixpath.dirname(folder)


def _existing(reader: ChunkReader, base: str, candidates: list[str]) -> list[str]:
    stem = posixpath.basename(base).split(".", 1)[0]
    there = set(reader.paths_of_module(stem))
    return [path for path in dict.fromkeys(candidates) if path in there]


def _ending(reader: ChunkReader, spelled: str, ends: tuple[str, ...]) -> list[str]:
    wanted = tuple(f"/{spelled}{end}" for end in ends)
    stem = posixpath.basename(spelled).split(".", 1)[0]
    return sorted((path for path in reader.paths_of_module(stem) if f"/{path}".endswith(wanted)), key=len)
