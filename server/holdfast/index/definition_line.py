"""One line that defines a name: what the index knows about names, without the text around them."""

from dataclasses import dataclass
from typing import NamedTuple


class DefinitionLine(NamedTuple):
    """`text` stands at `line` (1-based) of `path` and defines `name`; `owner` is the class around it, "" for none.

    `file` is the file's number in the index: another one once the file was indexed anew. `kind` is a chunk's kind, or
    "field".
    Of a signature of several lines it is the one with the name.
    """

    name: str
    owner: str
    kind: str
    file: int
    path: str
    language: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class FileNames:
    """A file's number and path, and the distinct identifiers in it."""

    file: int
    path: str
    language: str
    names: frozenset[str]
