"""A project's files as the evaluation knows them: which names each defines, and which it uses in code, row by row.

Definitions are those of the index: what the chunker finds in a file, and its fields.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.chunker import chunk_source
from holdfast.index.code_names import code_names
from holdfast.index.languages import grammar_of, share_names
from holdfast.index.source_text import SourceText

_LINE_END: Final = re.compile(r"\r\n|\r")
_MOST_FILES_READ: Final = 500


@dataclass(frozen=True, slots=True)
class RowNames:
    """The names in code on one row: all of them in order, each once, and those that the row defines."""

    names: tuple[str, ...]
    defined: frozenset[str]


@dataclass(frozen=True)
class ProjectFile:
    """One file; `text` has LF line ends, as an editor holds it."""

    path: str
    language: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends."""
        return tuple(self.text.split("\n"))


def project_file(source: SourceText) -> ProjectFile:
    """A file as it was read, with LF line ends."""
    return ProjectFile(source.path, source.language, _LINE_END.sub("\n", source.text))


def rows_of(file: ProjectFile) -> Mapping[int, RowNames]:
    """The names in code of every row (0-based) that has one; nothing for a language without a grammar."""
    names: dict[int, dict[str, None]] = {}
    defined: dict[int, set[str]] = {}
    for found in code_names(file.language, file.text.encode(errors="replace")):
        names.setdefault(found.row, {})[found.name] = None
        if found.is_definition:
            defined.setdefault(found.row, set()).add(found.name)
    return {row: RowNames(tuple(named), frozenset(defined.get(row, ()))) for row, named in names.items()}


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """The line with the name, without the white space around it, of a definition.

    `is_member` of a class or the like, or not.
    """

    path: str
    name: str
    line: str
    is_member: bool


class ProjectNames:
    """Every file of a project by path, where each name is defined, and what each file imports."""

    def __init__(self, files: Iterable[ProjectFile]) -> None:
        self.files = {file.path: file for file in files}
        self.definition_lines: list[DefinitionLine] = []
        self.imports: dict[str, tuple[Import, ...]] = {}
        self._definers: dict[str, set[str]] = {}
        self._top_level: dict[tuple[str, str], list[str]] = {}
        self._field_lines: dict[tuple[str, str], set[str]] = {}
        self._rows: OrderedDict[str, Mapping[int, RowNames]] = OrderedDict()
        for file in self.files.values():
            if grammar_of(file.language) is not None:
                self._add_definitions(file)

    def rows(self, path: str) -> Mapping[int, RowNames]:
        """`rows_of` a file of the project, remembered."""
        known = self._rows.get(path)
        if known is None:
            known = self._rows[path] = rows_of(self.files[path])
            while len(self._rows) > _MOST_FILES_READ:
                self._rows.popitem(last=False)
        return known

    def is_defined_elsewhere(self, name: str, file: ProjectFile) -> bool:
        """Whether another file, of a language that shares names with this one's, defines `name` or has such a field."""
        return any(
            path != file.path and share_names(self.files[path].language, file.language)
            for path in self._definers.get(name, ())
        )

    def definers(self, name: str) -> frozenset[str]:
        """The files that define `name` or have a field of that name."""
        return frozenset(self._definers.get(name, ()))

    def field_lines(self, path: str, name: str) -> frozenset[str]:
        """The lines of a file, without the white space around them, that declare a field of that name."""
        return frozenset(self._field_lines.get((path, name), ()))

    def top_level_lines(self, path: str, name: str) -> list[str]:
        """The lines that define `name` at the top level of a file ("default": what a script exports so)."""
        return self._top_level.get((path, name), [])

    def _add_definitions(self, file: ProjectFile) -> None:
        chunked = chunk_source(SourceText(file.path, file.language, file.text))
        for chunk in chunked.chunks:
            if chunk.name:
                self._definers.setdefault(chunk.name, set()).add(file.path)
                line = _line_with(chunk.name, chunk.signature).strip()
                is_member = chunk.qualified_name != chunk.name
                self.definition_lines.append(DefinitionLine(file.path, chunk.name, line, is_member))
                for name in () if is_member else _known_as(chunk.name, line):
                    self._top_level.setdefault((file.path, name), []).append(line)
        self.imports[file.path] = chunked.imports
        for field in chunked.fields:
            self._definers.setdefault(field.name, set()).add(file.path)
            self._field_lines.setdefault((file.path, field.name), set()).add(field.text.strip())


def _line_with(name: str, signature: str) -> str:
    """The line of a signature that holds the name: in C and its like the first may hold a macro or the type alone."""
    lines = signature.split("\n")
    whole = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    return next((line for line in lines if whole.search(line)), lines[0])


def _known_as(name: str, line: str) -> tuple[str, ...]:
    """The names by which another file can import a definition."""
    return (name, "default") if line.startswith("export default") else (name,)
