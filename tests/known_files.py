"""A workspace as an import resolver sees it, in memory: paths, the imports of files, the names they define."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from holdfast.index.anatomy import Import
from holdfast.index.chunk_store import module_name
from holdfast.index.imports.import_roots import ImportRoot, import_roots


class KnownFiles:
    """A FileLookup over `files`: path to text; only import roots are read from the text.

    Every question is noted in `questions`, by which a test sees what a resolution costs.
    """

    def __init__(
        self,
        files: Mapping[str, str] | Iterable[str],
        imports: Mapping[str, Sequence[Import]] | None = None,
        definitions: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        texts = files if isinstance(files, Mapping) else dict.fromkeys(files, "")
        self.questions: list[tuple[str, ...]] = []
        self._paths = set(texts)
        self._imports = dict(imports or {})
        self._definitions = {path: set(names) for path, names in (definitions or {}).items()}
        self._modules: defaultdict[str, list[str]] = defaultdict(list)
        self._folders: defaultdict[str, list[str]] = defaultdict(list)
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        self._roots: defaultdict[str, list[ImportRoot]] = defaultdict(list)
        for path, text in texts.items():
            folder = posixpath.dirname(path)
            self._modules[module_name(path)].append(path)
            self._folders[folder].append(path)
            self._named[posixpath.basename(folder)].add(folder)
            for root in import_roots(path, text):
                self._roots[root.kind].append(root)

    def has_path(self, path: str) -> bool:
        self.questions.append(("has_path", path))
        return path in self._paths

    def paths_of_module(self, module: str) -> Sequence[str]:
        self.questions.append(("paths_of_module", module))
        return self._modules.get(module, [])

    def paths_in_folder(self, folder: str) -> Sequence[str]:
        self.questions.append(("paths_in_folder", folder))
        return self._folders.get(folder, [])

    def folders_named(self, name: str) -> Sequence[str]:
        self.questions.append(("folders_named", name))
        return sorted(self._named.get(name, ()))

    def imports_of(self, path: str) -> Sequence[Import]:
        self.questions.append(("imports_of", path))
        return self._imports.get(path, [])

    def import_roots(self, kind: str) -> Sequence[ImportRoot]:
        self.questions.append(("import_roots", kind))
        return self._roots.get(kind, [])

    def defines(self, path: str, name: str) -> bool:
        self.questions.append(("defines", path, name))
        return name in self._definitions.get(path, ())
