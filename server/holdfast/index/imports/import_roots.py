"""The files that say what the beginning of an import means, each read without the others."""

import posixpath
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from holdfast.index.imports.cargo_toml import cargo_toml_roots
from holdfast.index.imports.composer_json import composer_json_roots
from holdfast.index.imports.go_mod import go_mod_roots
from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.script_roots import package_json_roots, tsconfig_roots

__all__ = ["IMPORT_ROOT_FILES", "ImportRoot", "import_roots"]

_MOST_ROOTS: Final = 200
_TSCONFIG_NAMES: Final = (
    "",
    ".app",
    ".base",
    ".build",
    ".common",
    ".lib",
    ".node",
    ".options",
    ".paths",
    ".src",
    ".web",
)
_READERS: Final[dict[str, Callable[[str, str], Iterator[ImportRoot]]]] = {
    "go.mod": go_mod_roots,
    "Cargo.toml": cargo_toml_roots,
    "package.json": package_json_roots,
    "composer.json": composer_json_roots,
    "jsconfig.json": tsconfig_roots,
    **{f"tsconfig{name}.json": tsconfig_roots for name in _TSCONFIG_NAMES},
}

IMPORT_ROOT_FILES: Final = frozenset(_READERS)
"""Base names of the files that `import_roots` reads."""


def import_roots(path: str, text: str) -> tuple[ImportRoot, ...]:
    """What the file at `path` (relative to the workspace) declares; () for other files and for text it cannot read."""
    read = _READERS.get(posixpath.basename(path))
    if read is None:
        return ()
    return tuple(islice((root for root in dict.fromkeys(read(path, text)) if _is_text(root)), _MOST_ROOTS))


def _is_text(root: ImportRoot) -> bool:
    """JSON can spell halves of surrogate pairs, which no file's name has and no database takes."""
    try:
        f"{root.prefix}{root.target}".encode()
    except UnicodeEncodeError:
        return False
    return True
