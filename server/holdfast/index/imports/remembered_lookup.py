"""A lookup that is asked the same again and again.

Twenty names that a file imports from one package lead through the same re-exports, and those of a large package are a
hundred modules: asked of the index each time, that is thousands of questions at one cursor.
"""

from functools import cache

from holdfast.index.imports.file_lookup import FileLookup


class RememberedLookup:
    """A `FileLookup` that answers as `lookup` did when it was first asked; for one cursor, then throw it away."""

    def __init__(self, lookup: FileLookup) -> None:
        self.has_path = cache(lookup.has_path)
        self.paths_of_module = cache(lookup.paths_of_module)
        self.paths_in_folder = cache(lookup.paths_in_folder)
        self.folders_named = cache(lookup.folders_named)
        self.imports_of = cache(lookup.imports_of)
        self.import_roots = cache(lookup.import_roots)
        self.defines = cache(lookup.defines)
