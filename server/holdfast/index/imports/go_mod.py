"""go.mod: the module's path, and modules replaced by folders of the workspace (https://go.dev/ref/mod)."""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.workspace_path import inside

_MODULE: Final = re.compile(r'^[ \t]*module[ \t]+["`]?([^\s"`()]+)', re.MULTILINE)
_REPLACE: Final = re.compile(
    r'^[ \t]*(?:replace[ \t]+)?["`]?([^\s"`()=]+)["`]?(?:[ \t]+v[^\s=]*)?[ \t]+=>[ \t]+["`]?(\.[^\s"`]*)', re.MULTILINE
)


def go_mod_roots(path: str, text: str) -> Iterator[ImportRoot]:
    """The module this file declares, for every importer; its local replacements, for its own folder."""
    folder = posixpath.dirname(path)
    if module := _MODULE.search(text):
        yield ImportRoot("go", module[1].rstrip("/"), folder, "")
    for replaced in _REPLACE.finditer(text):
        target = inside(folder, replaced[2])
        if target is not None:
            yield ImportRoot("go", replaced[1].rstrip("/"), target, folder)
