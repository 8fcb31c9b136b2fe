"""The index with changed, unsaved texts in the place of what it holds of their files.

Retrievers ask it as they ask the index, so that a function just typed in another tab is found, imported and shown like
any other, and one that was just deleted is not. Only the full-text index stays as it is: it finds what was saved.
"""

from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from holdfast.index.anatomy import Import
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import module_name
from holdfast.index.definition_line import DefinitionLine, FileNames
from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.name_reader import NameReader
from holdfast.index.retrieval.live_definitions import LiveFiles


class LiveReader(ChunkReader):
    """The questions that retrieval asks, for one query: `files` are what has changed, by path."""

    def __init__(self, indexed: ChunkReader, files: LiveFiles) -> None:
        super().__init__(indexed.connection)
        self.names = LiveNames(indexed, files)
        self._indexed = indexed
        self._files = files

    def imports_of(self, path: str) -> list[Import]:
        """What a file imports."""
        live = self._files.get(path)
        return list(live.imports) if live is not None else super().imports_of(path)

    def has_path(self, path: str) -> bool:
        """Whether a file is indexed, or changed."""
        return path in self._files or super().has_path(path)

    def paths_of_module(self, module: str) -> list[str]:
        """Files whose module name ends in `module`."""
        return _joined(super().paths_of_module(module), (path for path in self._files if module_name(path) == module))

    def paths_in_folder(self, folder: str) -> list[str]:
        """The files that lie directly in a folder ("" is the top)."""
        return sorted(
            _joined(super().paths_in_folder(folder), (path for path in self._files if dirname(path) == folder))
        )

    def import_roots(self, kind: str) -> list[ImportRoot]:
        """As the index remembers them."""
        return self._indexed.import_roots(kind)

    def defines(self, path: str, name: str) -> bool:
        """Whether a file defines `name`, at its top level or as a member."""
        live = self._files.get(path)
        if live is None:
            return super().defines(path, name)
        return any(found.name == name for found in (*live.definitions, *live.fields))


class LiveNames(NameReader):
    """Questions about names, answered for the files as they are now; how common a word is, the index knows."""

    def __init__(self, indexed: ChunkReader, files: LiveFiles) -> None:
        super().__init__(indexed.connection)
        self._indexed = indexed.names
        self._files = files

    def definitions_named(self, names: Iterable[str]) -> list[DefinitionLine]:
        """The definitions of these names; of a name that more than a few share, two."""
        wanted = frozenset(names)
        return self._instead(
            self._indexed.definitions_named(wanted), (found for found in self._all if found.name in wanted)
        )

    def members_of(self, owners: Sequence[str]) -> list[DefinitionLine]:
        """The methods and fields of the classes with these bare names; of very many, some."""
        wanted = frozenset(owners)
        members = (found for found in self._all if found.owner and found.owner in wanted)
        return self._instead(super().members_of(owners), members)

    def definitions_in(self, paths: Sequence[str], limit: int) -> list[DefinitionLine]:
        """At most `limit` definitions and as many fields of each of these files, from the top."""
        found: list[DefinitionLine] = []
        for path in paths:
            live = self._files.get(path)
            if live is None:
                found += super().definitions_in([path], limit)
            else:
                found += [*live.definitions[:limit], *live.fields[:limit]]
        return found

    def definitions_of(self, path: str, name: str) -> list[DefinitionLine]:
        """The definitions of `name` in one file, those at its top level first; "default" means its default export."""
        live = self._files.get(path)
        if live is None:
            return super().definitions_of(path, name)
        exported = [found for found in live.definitions if found.text.startswith("export default")]
        if name == "default" and exported:
            return exported
        found = [found for found in live.definitions if found.name == name]
        found.sort(key=lambda definition: definition.owner != "")
        return found or [field for field in live.fields if field.name == name]

    def names_of(self, paths: Iterable[str]) -> list[FileNames]:
        """The identifiers in each of these files."""
        wanted = list(dict.fromkeys(paths))
        indexed = super().names_of(path for path in wanted if path not in self._files)
        return indexed + [self._files[path].names for path in wanted if path in self._files]

    def file_numbers(self, paths: Iterable[str]) -> dict[str, int]:
        """The number of each of these files; it changes when the file does."""
        wanted = list(paths)
        return super().file_numbers(wanted) | {path: self._files[path].number for path in wanted if path in self._files}

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """As the index remembers them."""
        return self._indexed.counts(words)

    def chunk_count(self) -> int:
        """As the index remembers it."""
        return self._indexed.chunk_count()

    @property
    def _all(self) -> Iterator[DefinitionLine]:
        return (found for live in self._files.values() for found in (*live.definitions, *live.fields))

    def _instead(self, indexed: Iterable[DefinitionLine], live: Iterable[DefinitionLine]) -> list[DefinitionLine]:
        return [*(found for found in indexed if found.path not in self._files), *live]


def _joined(paths: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*paths, *more]))
