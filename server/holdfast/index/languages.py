"""The languages Holdfast knows, as one table: the editor's id, file names and grammar.

A language with a grammar also has query files, `queries/definitions/<query>.scm` and `queries/imports/<query>.scm`; all
others are cut by blank lines.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Final

import tree_sitter

PLAIN_TEXT: Final = "plaintext"


@dataclass(frozen=True, slots=True)
class Grammar:
    """Where a compiled grammar is found (`module`.`function`()) and which query file cuts its trees."""

    module: str
    function: str
    query: str


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language: VS Code's id, extensions (with the dot, lower case), whole file names."""

    id: str
    extensions: tuple[str, ...]
    grammar: Grammar | None = None
    file_names: tuple[str, ...] = ()


_JAVASCRIPT: Final = Grammar("tree_sitter_javascript", "language", "javascript")
_JSON: Final = Grammar("tree_sitter_json", "language", "json")

_FAMILIES: Final = (
    frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact", "vue", "svelte"}),
    frozenset({"c", "cpp", "objective-c", "objective-cpp"}),
    frozenset({"java", "kotlin", "scala", "groovy"}),
    frozenset({"css", "scss", "less"}),
)

LANGUAGES: Final[tuple[LanguageRow, ...]] = (
    LanguageRow("python", (".py", ".pyi", ".pyw"), Grammar("tree_sitter_python", "language", "python")),
    LanguageRow("javascript", (".js", ".mjs", ".cjs"), _JAVASCRIPT),
    LanguageRow("javascriptreact", (".jsx",), _JAVASCRIPT),
    LanguageRow(
        "typescript",
        (".ts", ".mts", ".cts"),
        Grammar("tree_sitter_typescript", "language_typescript", "typescript"),
    ),
    LanguageRow("typescriptreact", (".tsx",), Grammar("tree_sitter_typescript", "language_tsx", "typescript")),
    LanguageRow("bat", (".bat", ".cmd")),
    LanguageRow("c", (".c",), Grammar("tree_sitter_c", "language", "c")),
    LanguageRow("clojure", (".clj", ".cljs", ".cljc", ".edn")),
    LanguageRow(
        "cpp",
        (".cpp", ".cc", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".ino", ".inl"),
        Grammar("tree_sitter_cpp", "language", "cpp"),
    ),
    LanguageRow("csharp", (".cs", ".csx"), Grammar("tree_sitter_c_sharp", "language", "c_sharp")),
    LanguageRow("css", (".css",), Grammar("tree_sitter_css", "language", "css")),
    LanguageRow("dart", (".dart",)),
    LanguageRow("dockerfile", (".dockerfile",), None, ("dockerfile", "containerfile")),
    LanguageRow("elixir", (".ex", ".exs")),
    LanguageRow("erlang", (".erl", ".hrl")),
    LanguageRow("fsharp", (".fs", ".fsi", ".fsx")),
    LanguageRow("go", (".go",), Grammar("tree_sitter_go", "language", "go")),
    LanguageRow("graphql", (".graphql", ".gql")),
    LanguageRow("groovy", (".groovy", ".gradle"), None, ("jenkinsfile",)),
    LanguageRow("haskell", (".hs",)),
    LanguageRow("html", (".html", ".htm", ".xhtml"), Grammar("tree_sitter_html", "language", "html")),
    LanguageRow("ini", (".ini", ".cfg", ".conf", ".properties"), None, (".editorconfig", ".gitconfig")),
    LanguageRow("java", (".java",), Grammar("tree_sitter_java", "language", "java")),
    LanguageRow("json", (".json",), _JSON),
    LanguageRow("jsonc", (".jsonc", ".code-workspace"), _JSON),
    LanguageRow("julia", (".jl",)),
    LanguageRow("kotlin", (".kt", ".kts"), Grammar("tree_sitter_kotlin", "language", "kotlin")),
    LanguageRow("latex", (".tex", ".sty", ".cls")),
    LanguageRow("less", (".less",)),
    LanguageRow("lua", (".lua",), Grammar("tree_sitter_lua", "language", "lua")),
    LanguageRow("makefile", (".mk", ".mak"), None, ("makefile", "gnumakefile")),
    LanguageRow("markdown", (".md", ".markdown", ".mdx"), Grammar("tree_sitter_markdown", "language", "markdown")),
    LanguageRow("nix", (".nix",)),
    LanguageRow("objective-c", (".m",)),
    LanguageRow("objective-cpp", (".mm",)),
    LanguageRow("ocaml", (".ml", ".mli")),
    LanguageRow("perl", (".pl", ".pm")),
    LanguageRow("php", (".php", ".phtml"), Grammar("tree_sitter_php", "language_php", "php")),
    LanguageRow("powershell", (".ps1", ".psm1", ".psd1")),
    LanguageRow("proto3", (".proto",)),
    LanguageRow("r", (".r",)),
    LanguageRow("restructuredtext", (".rst",)),
    LanguageRow(
        "ruby", (".rb", ".rake", ".gemspec"), Grammar("tree_sitter_ruby", "language", "ruby"), ("gemfile", "rakefile")
    ),
    LanguageRow("rust", (".rs",), Grammar("tree_sitter_rust", "language", "rust")),
    LanguageRow("scala", (".scala", ".sc", ".sbt"), Grammar("tree_sitter_scala", "language", "scala")),
    LanguageRow("scss", (".scss",)),
    LanguageRow(
        "shellscript",
        (".sh", ".bash", ".zsh", ".ksh", ".fish"),
        Grammar("tree_sitter_bash", "language", "bash"),
        (".bashrc", ".zshrc", ".profile"),
    ),
    LanguageRow("sql", (".sql",), Grammar("tree_sitter_sql", "language", "sql")),
    LanguageRow("svelte", (".svelte",)),
    LanguageRow("swift", (".swift",), Grammar("tree_sitter_swift", "language", "swift")),
    LanguageRow("terraform", (".tf", ".tfvars", ".hcl")),
    LanguageRow("toml", (".toml",), Grammar("tree_sitter_toml", "language", "toml")),
    LanguageRow("vb", (".vb",)),
    LanguageRow("vue", (".vue",)),
    LanguageRow("xml", (".xml", ".xsd", ".xsl", ".csproj", ".props", ".targets")),
    LanguageRow("yaml", (".yaml", ".yml"), Grammar("tree_sitter_yaml", "language", "yaml")),
    LanguageRow("zig", (".zig",), Grammar("tree_sitter_zig", "language", "zig")),
    LanguageRow(PLAIN_TEXT, (".txt", ".text")),
)

_BY_ID: Final = {row.id: row for row in LANGUAGES}
_ID_BY_EXTENSION: Final = {extension: row.id for row in LANGUAGES for extension in row.extensions}
_ID_BY_FILE_NAME: Final = {name: row.id for row in LANGUAGES for name in row.file_names}


def share_names(one: str, other: str) -> bool:
    """Whether code of one language can mean a definition of the other by its bare name."""
    return one == other or any(one in family and other in family for family in _FAMILIES)


def language_of(path: str) -> str:
    """VS Code's language id for a path, from its name alone; `plaintext` when nothing fits."""
    name = PurePosixPath(path).name.lower()
    if name in _ID_BY_FILE_NAME:
        return _ID_BY_FILE_NAME[name]
    _, dot, extension = name.rpartition(".")
    return _ID_BY_EXTENSION.get(dot + extension, PLAIN_TEXT)


def grammar_of(language: str) -> Grammar | None:
    """The grammar of a language id, if it has one."""
    row = _BY_ID.get(language)
    return row.grammar if row else None


@cache
def load_grammar(grammar: Grammar) -> tree_sitter.Language:
    """The compiled grammar; imported at first use, since most processes need one or two of them."""
    function: Callable[[], object] = getattr(importlib.import_module(grammar.module), grammar.function)
    return tree_sitter.Language(function())
