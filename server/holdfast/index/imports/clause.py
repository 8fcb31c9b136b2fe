"""The text of one import declaration as imported names, for languages whose imports nest or carry keywords."""

import re
from collections.abc import Callable
from typing import Final

from holdfast.index.anatomy import Import
from holdfast.index.imports.grouped_names import MOST_NAMES, NamedPath, named_paths

_LONGEST_CLAUSE: Final = 200_000
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_COMMENT_LINE: Final = re.compile(r"^[ \t]*//[^\n]*", re.MULTILINE)
_QUOTED: Final = re.compile(r"""["'<]([^"'<>\n]{1,500})["'>]""")
_RUST_HEAD: Final = re.compile(r"\s*(?:#\[[^\]\n]*\]\s*)*(?:pub(?:\s*\([^)]*\))?\s+)?(use|mod|extern\s+crate)\b")
_GO_LINE: Final = re.compile(r'^[ \t]*(?:import\b[ \t]*\(?[ \t]*)?([\w.]+)?[ \t]*["`]([^"`\n]+)["`]', re.MULTILINE)
_USING: Final = re.compile(r"\s*(?:global\s+)?using\s+(static\s+)?(?:(\w+)\s*=\s*)?([\w.:]+)")
_PHP_HEAD: Final = re.compile(r"\s*use\s+(?:(?:function|const)\s+)?")
_LUA_ALIAS: Final = re.compile(r"(?:\blocal\s+|^\s*)(\w+)\s*=[^=\n]{0,200}?\brequire\b")
_ZIG_ALIAS: Final = re.compile(r"\b(?:const|var)\s+(\w+)[^=\n]{0,200}=")
_SCSS_ALIAS: Final = re.compile(r"\bas\s+([\w-]+)")
_SWIFT_KINDS: Final = frozenset({"typealias", "struct", "class", "enum", "protocol", "let", "var", "func"})


def imports_of_clause(language: str, text: str) -> tuple[Import, ...]:
    """What a declaration (`use ...;`, `import ...`, `#include ...`) imports, in order and each once.

    () for a language that needs no such reading, and for a text that is no import of it.
    """
    read = _READERS.get(language)
    if read is None:
        return ()
    return tuple(dict.fromkeys(read(text[:_LONGEST_CLAUSE])))[:MOST_NAMES]


def _without_comments(text: str) -> str:
    return _COMMENT.sub(" ", text)


def _from_path(found: NamedPath, separator: str) -> Import:
    *module, name = found.segments
    if not module:
        return Import(name, "", found.alias)
    return Import(separator.join(module), name, "" if name == "*" else found.alias)


def _rust(text: str) -> list[Import]:
    text = _without_comments(text)
    head = _RUST_HEAD.match(text)
    if head is None:
        return []
    imports: list[Import] = []
    for found in named_paths(text[head.end() :]):
        if head[1] == "mod":
            return [] if "{" in text else [Import("self", found.segments[-1], "")]
        segments = found.segments[:-1] if found.segments[-1] == "self" else found.segments
        if segments:
            imports.append(_from_path(NamedPath(segments, found.alias), "::"))
    return imports


def _go(text: str) -> list[Import]:
    imports: list[Import] = []
    for match in _GO_LINE.finditer(_COMMENT_LINE.sub("", text)):
        alias = match[1] or ""
        imports.append(Import(match[2], "*", "") if alias == "." else Import(match[2], "", alias))
    return imports


def _java(text: str) -> list[Import]:
    """Java's, Kotlin's and Groovy's: one dotted path, `static` before it, `as` behind it."""
    words = _without_comments(text).replace(";", " ").split(None, 1)
    if len(words) != 2 or words[0] != "import":  # noqa: PLR2004 - the keyword and the rest
        return []
    rest = words[1].strip()
    after_static = rest.split(None, 1)
    if after_static[0] in {"static", "module"} and len(after_static) > 1:
        rest = after_static[1]
    return [_from_path(found, ".") for found in named_paths(rest)][:1]


def _scala(text: str) -> list[Import]:
    text = _without_comments(text).strip().removeprefix("export").removeprefix("import")
    imports: list[Import] = []
    for found in named_paths(text):
        *module, name = found.segments
        if name in {"_", "*", "given"}:
            imports.append(Import(".".join(module), "*", ""))
        elif found.alias != "_":
            imports.append(_from_path(found, "."))
    return imports


def _csharp(text: str) -> list[Import]:
    found = _USING.match(_without_comments(text))
    if found is None:
        return []
    spelled = found[3].rpartition("::")[2]
    if found[2]:
        module, _, name = spelled.rpartition(".")
        return [Import(module or name, name if module else "", found[2])]
    return [Import(spelled, "*", "")]


def _php(text: str) -> list[Import]:
    text = _without_comments(text)
    head = _PHP_HEAD.match(text)
    if head is None:
        return _quoted_all(text)
    rest = re.sub(r"([{,]\s*)(?:function|const)\s+", r"\1", text[head.end() :])
    return [_from_path(found, "\\") for found in named_paths(rest)]


def _quoted_all(text: str) -> list[Import]:
    """A text with one quoted file that is taken as a whole: C's include, PHP's require, CSS's import, `source`."""
    found = _QUOTED.search(text)
    return [Import(found[1].strip(), "*", "")] if found else []


def _ruby(text: str) -> list[Import]:
    found = _quoted_all(text)
    if found and text.lstrip().startswith("require_relative"):
        module = found[0].module
        return [Import(module if module.startswith(".") else "./" + module, "*", "")]
    return found if text.lstrip().startswith(("require", "load", "autoload")) else []


def _quoted_as(alias: re.Pattern[str]) -> Callable[[str], list[Import]]:
    def read(text: str) -> list[Import]:
        named = alias.search(text)
        return [Import(found.module, "", named[1] if named else "") for found in _quoted_all(text)]

    return read


def _style(text: str) -> list[Import]:
    named = _SCSS_ALIAS.search(text)
    found = [Import(match[1].strip(), "*", "") for match in _QUOTED.finditer(text.split(" with ", 1)[0])]
    return [Import(one.module, "", named[1]) if named and named[1] != "*" else one for one in found]


def _shell(text: str) -> list[Import]:
    words = text.split()
    if len(words) < 2 or words[0] not in {"source", "."}:  # noqa: PLR2004 - the command and its file
        return []
    path = re.sub(r"^\$\{?\w+\}?/|^\$\(.*\)/", "./", words[1].strip("\"'"))
    return [Import(path, "*", "")]


def _swift(text: str) -> list[Import]:
    words = [word for word in text.replace(".", " ").split() if not word.startswith("@")]
    if "import" not in words:
        return []
    path = [word for word in words[words.index("import") + 1 :] if word not in _SWIFT_KINDS]
    return [Import(path[0], "*", "")] if path else []


_READERS: Final[dict[str, Callable[[str], list[Import]]]] = {
    "rust": _rust,
    "go": _go,
    "java": _java,
    "kotlin": _java,
    "groovy": _java,
    "scala": _scala,
    "csharp": _csharp,
    "php": _php,
    "c": _quoted_all,
    "cpp": _quoted_all,
    "objective-c": _quoted_all,
    "objective-cpp": _quoted_all,
    "ruby": _ruby,
    "lua": _quoted_as(_LUA_ALIAS),
    "zig": _quoted_as(_ZIG_ALIAS),
    "css": _style,
    "scss": _style,
    "less": _style,
    "shellscript": _shell,
    "swift": _swift,
}
