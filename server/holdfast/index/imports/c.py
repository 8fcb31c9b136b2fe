"""C's and C++'s includes: beside the includer, else by the end of the path, as an include folder would have it."""

import posixpath
import re
from typing import Final

from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.workspace_path import ends_as, inside, nearest_first

_HEADER_ENDS: Final = frozenset({".h", ".hh", ".hpp", ".hxx", ".inl", ""})
_BODY_ENDS: Final = frozenset({".c", ".cc", ".cpp", ".cxx", ".m", ".mm"})
_STANDARD: Final = re.compile(
    r"(?:assert|complex|ctype|errno|fcntl|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal"
    r"|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|unistd|wchar|wctype)\.h"
)


def c_files(lookup: FileLookup, importer: str, module: str) -> list[str]:
    """The header that `#include` means, and after it the file that implements it; [] for one from elsewhere."""
    beside = inside(posixpath.dirname(importer), module)
    is_standard = _STANDARD.fullmatch(module) is not None
    if beside and not is_standard and lookup.has_path(beside):
        return [beside, *counterparts(lookup, beside)]
    spelled = inside("", module.lstrip("./"))
    if not spelled:
        return []
    named = lookup.paths_of_module(posixpath.basename(spelled).split(".", 1)[0])
    found = [path for path in named if ends_as(path, f"include/{spelled}" if is_standard else spelled)]
    headers = nearest_first(found, importer)[:1]
    return [path for header in headers for path in (header, *counterparts(lookup, header))]


def counterparts(lookup: FileLookup, path: str) -> list[str]:
    """The implementation of a header, or the header of an implementation: same stem, the nearest."""
    stem, end = posixpath.splitext(posixpath.basename(path))
    wanted = _BODY_ENDS if end in _HEADER_ENDS else _HEADER_ENDS
    others: list[str] = []
    for other in lookup.paths_of_module(stem.split(".", 1)[0]):
        other_stem, other_end = posixpath.splitext(posixpath.basename(other))
        if other_stem == stem and other_end in wanted:
            others.append(other)
    return nearest_first(others, path)[:1]
