"""The word by which the importers of a file are found: the last segment of what they spell."""

import re
from typing import Final

_SEGMENTS: Final = re.compile(r"[^/\\:]+")
_FILE_LANGUAGES: Final = frozenset({"java", "kotlin", "groovy", "scala", "php"})
_DOTTED: Final = frozenset({"python", "java", "kotlin", "groovy", "scala", "csharp", "lua"})
_PLACES: Final = frozenset({"self", "super", "crate"})
_INDEX_NAMES: Final = frozenset({"index", "__init__", "mod"})


def module_key(module: str, language: str, name: str = "") -> str:
    """The same word as `chunk_store.module_name` of the file that is meant, for Go the name of its folder.

    "a.b" and "C" in Java give "C", "./x/y.js" and "../x/y/index" give "y", "rust" paths their last module.
    """
    if language in _DOTTED:
        segments = [segment for segment in module.split(".") if segment]
    else:
        segments = [segment for segment in _SEGMENTS.findall(module) if segment not in {".", ".."}]
    is_named = bool(name) and name != "*"
    if is_named and (language in _FILE_LANGUAGES or not segments or segments[-1] in _PLACES):
        return name
    if language not in _DOTTED and language != "go":
        segments = [segment.split(".", 1)[0] for segment in segments]
        if len(segments) > 1 and segments[-1] in _INDEX_NAMES:
            segments.pop()
    return segments[-1] if segments else ""
