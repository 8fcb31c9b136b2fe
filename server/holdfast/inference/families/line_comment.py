"""How a line becomes a comment in each language, for families that are told of other files in comments."""

from typing import Final

_HASH: Final = ("# ", "")
_SLASHES: Final = ("// ", "")
_DASHES: Final = ("-- ", "")
_MARKUP: Final = ("<!-- ", " -->")

_COMMENT: Final = {
    **dict.fromkeys(
        (
            *(
                "python",
                "ruby",
                "shellscript",
                "perl",
                "r",
                "julia",
                "elixir",
                "yaml",
                "dockercompose",
                "toml",
                "dockerfile",
            ),
            *("makefile", "cmake", "powershell", "coffeescript", "ignore", "properties", "graphql", "nix", "terraform"),
            *("plaintext", "starlark", "nim", "crystal", "gdscript", "fish", "tcl", "jupyter"),
        ),
        _HASH,
    ),
    **dict.fromkeys(("sql", "lua", "haskell", "ada", "vhdl", "elm", "purescript"), _DASHES),
    **dict.fromkeys(("html", "xml", "xsl", "markdown", "vue", "svelte", "svg", "astro"), _MARKUP),
    **dict.fromkeys(("css",), ("/* ", " */")),
    **dict.fromkeys(("clojure", "lisp", "scheme", "racket"), (";; ", "")),
    **dict.fromkeys(("tex", "latex", "bibtex", "erlang", "matlab"), ("% ", "")),
    **dict.fromkeys(("ini", "asm"), ("; ", "")),
    "vim": ('" ', ""),
    "vb": ("' ", ""),
    "ocaml": ("(* ", " *)"),
    "bat": ("REM ", ""),
}


def line_comment(language: str) -> tuple[str, str]:
    """What stands before and after the text of a one-line comment in `language`, an editor's language identifier."""
    return _COMMENT.get(language, _SLASHES)
