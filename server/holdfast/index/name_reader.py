"""Questions about names: who defines them, which files use them, how common their words are."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from holdfast.index.definition_line import DefinitionLine, FileNames
from holdfast.index.identifiers import has_word
from holdfast.index.read_connection import ReadConnection
from holdfast.index.word_counts import are_old

_MOST_VALUES: Final = 900
_MOST_SHARERS: Final = 8
_MOST_MEMBERS: Final = 100
_MOST_KNOWN_COUNTS: Final = 100_000
_MOST_KNOWN_NAMES: Final = 30_000
_CHUNK: Final = (
    "SELECT name, owner, kind, file.id, path, language, signature_line, signature"
    " FROM chunk JOIN file ON file.id = file_id WHERE signature_line > 0 AND "
)
_FIELD: Final = (
    "SELECT name, owner, 'field', file.id, path, language, line, text FROM field JOIN file ON file.id = file_id WHERE "
)


class NameReader:
    """Reads definitions and word counts from one index.

    Definitions by name are remembered until the index changes; what it remembers of counts may be a little old.
    """

    def __init__(self, connection: ReadConnection) -> None:
        self._ask = connection.ask
        self._connection = connection
        self._counts: dict[str, int] = {}
        self._chunks = self._turnover = 0
        self._is_counted = False
        self._revision = -1
        self._definitions_of_name: dict[str, list[DefinitionLine]] = {}
        self._definitions_revision = -1

    def definitions_named(self, names: Iterable[str]) -> list[DefinitionLine]:
        """The definitions of these names; of a name that more than a few share, two."""
        wanted = list(dict.fromkeys(names))
        self._forget_old_definitions()
        for some in _portions([name for name in wanted if name not in self._definitions_of_name]):
            by_name: dict[str, list[DefinitionLine]] = {name: [] for name in some}
            for found in [*self._named("chunk", _CHUNK, some), *self._named("field", _FIELD, some)]:
                if found.name in by_name:  # a row may have become another name's between two statements
                    by_name[found.name].append(found)
            self._definitions_of_name |= by_name
        return [found for name in wanted for found in self._definitions_of_name[name]]

    def members_of(self, owners: Sequence[str]) -> list[DefinitionLine]:
        """The methods and fields of the classes with these bare names; of very many, some."""
        marks = _marks(owners)
        limit = _MOST_MEMBERS * len(owners)
        return [
            *self._definitions(f"{_CHUNK} owner <> '' AND owner IN ({marks}) LIMIT {limit}", owners),
            *self._definitions(f"{_FIELD} owner <> '' AND owner IN ({marks}) LIMIT {limit}", owners),
        ]

    def definitions_in(self, paths: Sequence[str], limit: int) -> list[DefinitionLine]:
        """At most `limit` definitions and as many fields of each of these files, from the top."""
        found: list[DefinitionLine] = []
        for path in paths:
            found += self._definitions(f"{_CHUNK} +name <> '' AND path = ? LIMIT ?", [path, limit])
            found += self._definitions(f"{_FIELD} path = ? LIMIT ?", [path, limit])
        return found

    def definitions_of(self, path: str, name: str) -> list[DefinitionLine]:
        """The definitions of `name` in one file, those at its top level first; "default" means its default export."""
        if name == "default":
            exported = self._definitions(
                f"{_CHUNK} +name <> '' AND path = ? AND signature LIKE 'export default%'", [path]
            )
            if exported:
                return exported
        found = self._definitions(
            f"{_CHUNK} +name <> '' AND path = ? AND name = ? ORDER BY owner <> '', signature_line", [path, name]
        )
        return found or self._definitions(f"{_FIELD} path = ? AND name = ?", [path, name])

    def names_of(self, paths: Iterable[str]) -> list[FileNames]:
        """The identifiers in each of these files."""
        found: list[FileNames] = []
        for some in _portions(paths):
            rows = self._ask(f"SELECT id, path, language, names FROM file WHERE path IN ({_marks(some)})", some)  # noqa: S608 - only question marks are put in
            found += [
                FileNames(number, path, language, frozenset(names.split())) for number, path, language, names in rows
            ]
        return found

    def file_numbers(self, paths: Iterable[str]) -> dict[str, int]:
        """The number of each of these files that is indexed; it changes when the file does."""
        found: dict[str, int] = {}
        for some in _portions(paths):
            found |= dict(self._ask(f"SELECT path, id FROM file WHERE path IN ({_marks(some)})", some))  # noqa: S608 - only question marks are put in
        return found

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """In how many chunks each search word occurs, 0 for none; remembered while little of the index changes."""
        self._forget_old_counts()
        wanted = set(words)
        unknown = [word for word in wanted if word not in self._counts]
        for some in _portions(unknown):
            self._counts |= dict.fromkeys(some, 0) | self._count(some)
        return {word: self._counts[word] for word in wanted}

    def chunk_count(self) -> int:
        """How many chunks there are, at least 1."""
        self._forget_old_counts()
        return max(1, self._chunks)

    def _named(self, table: str, select: str, names: Sequence[str]) -> list[DefinitionLine]:
        sql = f"SELECT name, count(*), max(rowid), min(rowid) FROM {table} WHERE name <> '' AND name IN ({_marks(names)}) GROUP BY name"  # noqa: S608 - the name of a table of ours
        few: list[str] = []
        some_of_many: list[int] = []
        for name, count, last, first in self._ask(sql, names):
            if count <= _MOST_SHARERS:
                few.append(name)
            else:
                some_of_many += [first, last]
        found = self._definitions(f"{select} name <> '' AND name IN ({_marks(few)})", few)
        return found + self._definitions(f"{select} {table}.rowid IN ({_marks(some_of_many)})", some_of_many)

    def _definitions(self, sql: str, values: Sequence[str | int]) -> list[DefinitionLine]:
        return [definition_line(*row) for row in self._ask(sql, values)] if values else []

    def _forget_old_definitions(self) -> None:
        revision = self._connection.look()
        if revision != self._definitions_revision or len(self._definitions_of_name) > _MOST_KNOWN_NAMES:
            self._definitions_of_name.clear()
            self._definitions_revision = revision

    def _forget_old_counts(self) -> None:
        revision = self._connection.look()
        if revision == self._revision:
            return
        self._revision = revision
        known = dict(self._ask("SELECT name, value FROM counter"))
        chunks, turnover = known.get("chunks", 0), known.get("turnover", 0)
        self._is_counted = not are_old(turnover - known.get("counted_turnover", 0), chunks)
        # Backwards and in size, too: it may be an index that was begun again.
        changed = max(abs(turnover - self._turnover), abs(chunks - self._chunks))
        if are_old(changed, chunks) or len(self._counts) > _MOST_KNOWN_COUNTS:
            self._counts.clear()
            self._chunks, self._turnover = chunks, turnover

    def _count(self, words: Sequence[str]) -> dict[str, int]:
        """In how many chunks each of these occurs that occurs at all: as written down, else looked for in all its places."""
        written: dict[str, int] = {}
        if self._is_counted:
            written = dict(self._ask(f"SELECT word, chunks FROM word_count WHERE word IN ({_marks(words)})", words))  # noqa: S608 - only question marks are put in
        rest = [word for word in words if word not in written]
        if not rest:
            return written
        return written | dict(self._ask(f"SELECT term, doc FROM chunk_vocabulary WHERE term IN ({_marks(rest)})", rest))  # noqa: S608 - only question marks are put in


def definition_line(  # noqa: PLR0913, PLR0917 - the columns of a row
    name: str, owner: str, kind: str, file: int, path: str, language: str, line: int, signature: str
) -> DefinitionLine:
    """The line of a signature that has the name; in C and its like the first may hold a macro or the type alone."""
    text = signature
    if "\n" in signature:
        lines = signature.split("\n")
        at = next((at for at, text in enumerate(lines) if has_word(text, name)), 0)
        text, line = lines[at], line + at
    return DefinitionLine(name, owner, kind, file, path, language, line, text)


def _marks(values: Sequence[str | int]) -> str:
    return ",".join("?" * len(values))


def _portions(values: Iterable[str]) -> Iterator[list[str]]:
    """The distinct `values` in lists that one question can hold."""
    rest = iter(dict.fromkeys(values))
    while some := list(islice(rest, _MOST_VALUES)):
        yield some
