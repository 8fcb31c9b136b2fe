"""Which lines define the imported names that a file calls.

A call counts when an import of the file binds what is called to a definition in another file of the workspace: the
name itself (`from a import f`, `f(`), or a member of an imported module (`a.f(`, Go's `pkg.Name(`, Rust's `a::f(`).
Through re-exports it is the original definition. Imports are resolved as retrieval resolves them, so a call whose
import it cannot resolve is not counted; calls of methods never are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from holdfast.evaluation.project_lookup import ProjectLookup
from holdfast.evaluation.project_names import ProjectNames
from holdfast.index.anatomy import Import
from holdfast.index.code_names import CalledName, called_names
from holdfast.index.imports.resolve import defining_files

_SEPARATORS: Final = {"rust": "::", "php": "\\"}
_VERSION: Final = re.compile(r"v\d+")
_FILES_REMEMBERED: Final = 500
_MOST_WHOLE_MODULES: Final = 100


class CalledDefinitions:
    """For each row of a file, its calls of imported definitions."""

    def __init__(self, names: ProjectNames) -> None:
        self._names = names
        self._lookup = ProjectLookup(names)
        self.of_file = lru_cache(maxsize=_FILES_REMEMBERED)(self._of_file)
        """Row (0-based) to one set of lines for each call on it: any of a set defines what is called."""

    def _of_file(self, path: str) -> Mapping[int, tuple[frozenset[str], ...]]:
        file = self._names.files[path]
        bound = _Bound(file.language, self._names.imports.get(path, ()))
        found: dict[int, list[frozenset[str]]] = {}
        known: dict[tuple[str, str], frozenset[str]] = {}
        for call in called_names(file.language, file.text.encode(errors="replace")):
            key = (call.name, call.qualifier)
            if key not in known:
                known[key] = self._defining_lines(path, file.language, bound.meanings(call))
            if known[key]:
                found.setdefault(call.row, []).append(known[key])
        return {row: tuple(lines) for row, lines in found.items()}

    def _defining_lines(self, path: str, language: str, meanings: Iterable[Import]) -> frozenset[str]:
        for meant in meanings:
            lines = [
                line
                for target in defining_files(self._lookup, path, language, meant)
                if target != path
                for line in self._names.top_level_lines(target, meant.name)
            ]
            if lines:
                return frozenset(lines)
        return frozenset()


class _Bound:
    """What the imports of one file bind, by the name that the file calls it."""

    def __init__(self, language: str, imports: Sequence[Import]) -> None:
        self._separator = _SEPARATORS.get(language, ".")
        self._names: dict[str, list[Import]] = {}
        self._modules: dict[str, dict[str, None]] = {}
        self._whole: dict[str, None] = {}
        for found in imports:
            if found.name == "*":
                self._whole[found.module] = None
            elif found.name:
                self._names.setdefault(found.alias or found.name, []).append(found)
            else:
                for spelled in (found.alias, found.module, _last_segment(found, language)):
                    self._modules.setdefault(spelled, {})[found.module] = None

    def meanings(self, call: CalledName) -> Iterator[Import]:
        """The imports of a definition that a call may rest on, the surest first."""
        if not call.qualifier:
            yield from self._names.get(call.name, ())
            yield from (Import(module, call.name, "") for module in islice(self._whole, _MOST_WHOLE_MODULES))
            return
        yield from (Import(module, call.name, "") for module in self._modules.get(call.qualifier, ()))
        first, _, rest = call.qualifier.partition(self._separator)
        for found in self._names.get(first, ()):
            # The name may be a module: `from a import b`, `use a::b`.
            joint = "" if found.module.endswith(self._separator) else self._separator
            module = f"{found.module}{joint}{found.name}" + (self._separator + rest if rest else "")
            yield Import(module, call.name, "")


def _last_segment(found: Import, language: str) -> str:
    """What a module is called where it has no alias: in Go its last segment that is no version, else its first."""
    if language != "go":
        return found.module.split(".", 1)[0]
    *folders, last = found.module.split("/")
    return folders[-1] if folders and _VERSION.fullmatch(last) else last
