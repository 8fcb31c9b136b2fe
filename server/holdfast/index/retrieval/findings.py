"""What retrieval gives for one cursor: how likely each name is, and the lines of the project that show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.code_chunk import CodeChunk


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of code as it stands at `line` (1-based) of `path`.

    `names` are the identifiers in its code that it is shown for, `defines` the one it defines, "" where it only uses
    names. `file` is the number of the file in the index, another one once the file changed. `called` is how likely a
    line that calls an import calls what this one defines.
    """

    path: str
    file: int
    line: int
    text: str
    names: frozenset[str]
    defines: str = ""
    called: float = 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """The answer to one query; empty while there is no index.

    `at_cursor` and `in_file` say how likely a name is to be needed by the next line, as seen from the lines around the
    cursor and from the file as a whole; `found_by` names the retrievers that spoke for it, the strongest first.
    `lines` show those names. `imported` are the definitions of what the file imports, the likeliest to be called first; they
    stand in `lines` too.
    `alike` is a chunk that does nearly what the lines above the cursor do, if there is one.
    `files` are the numbers of the files that the query asked about.
    """

    at_cursor: Mapping[str, float] = field(default_factory=dict)
    in_file: Mapping[str, float] = field(default_factory=dict)
    found_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: tuple[FoundLine, ...] = ()
    imported: tuple[FoundLine, ...] = ()
    alike: CodeChunk | None = None
    files: Mapping[str, int] = field(default_factory=dict)
