"""composer.json: PHP's namespaces and their folders (https://www.php-fig.org/psr/psr-4/)."""

import posixpath
from collections.abc import Iterator
from typing import Final

from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.imports.loose_json import loose_object, strings, table
from holdfast.index.imports.workspace_path import inside

_MOST_FOLDERS: Final = 6


def composer_json_roots(path: str, text: str) -> Iterator[ImportRoot]:
    """Each PSR-4 prefix with its folders, for every importer."""
    folder = posixpath.dirname(path)
    package = loose_object(text)
    for section in ("autoload", "autoload-dev"):
        for prefix, folders in table(table(package.get(section)).get("psr-4")).items():
            for place in strings(folders, _MOST_FOLDERS):
                target = inside(folder, place or ".")
                if target is not None:
                    yield ImportRoot("php", prefix, target, "")
