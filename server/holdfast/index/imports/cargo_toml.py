"""Cargo.toml: the crate in this folder, what code calls it, and path dependencies under another name.

See https://doc.rust-lang.org/cargo/reference/cargo-targets.html.
"""

import posixpath
import tomllib
from collections.abc import Iterator
from typing import Final

from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.loose_json import table
from holdfast.index.imports.workspace_path import inside

_LARGEST_TOML: Final = 500_000
_DEPENDENCIES: Final = ("dependencies", "dev-dependencies", "build-dependencies")


def cargo_toml_roots(path: str, text: str) -> Iterator[ImportRoot]:
    """The library of a package, as `crate` in its folder and by name everywhere; [] for a torn file."""
    if len(text) > _LARGEST_TOML:
        return
    try:
        manifest = table(tomllib.loads(text))
    except (ValueError, RecursionError):
        return
    folder = posixpath.dirname(path)
    package, library = table(manifest.get("package")), table(manifest.get("lib"))
    root = inside(folder, _text(library.get("path")) or "src/lib.rs")
    name = _text(library.get("name")) or _text(package.get("name"))
    if root and name:
        yield ImportRoot("rust", "crate", root, folder)
        yield ImportRoot("rust", name.replace("-", "_"), root, "")
    workspace = table(manifest.get("workspace"))
    for owner, wide in ((manifest, False), (workspace, True)):
        for section in _DEPENDENCIES:
            yield from _renamed(table(owner.get(section)), folder, is_everywhere=wide)


def _renamed(dependencies: dict[str, object], folder: str, *, is_everywhere: bool) -> Iterator[ImportRoot]:
    for name, wanted in dependencies.items():
        place = _text(table(wanted).get("path"))
        crate = inside(folder, place) if place else None
        if crate is not None and "package" in table(wanted):
            yield ImportRoot(
                "rust", name.replace("-", "_"), posixpath.join(crate, "src/lib.rs"), "" if is_everywhere else folder
            )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
