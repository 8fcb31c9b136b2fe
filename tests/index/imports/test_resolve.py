import pytest

from holdfast.index.anatomy import Import
from holdfast.index.imports.resolve import DefinedName, defined_names, defining_files, imported_files
from known_files import KnownFiles

ODD = [
    "",
    ".",
    "..",
    "/",
    "\0",
    "a\0b",
    "../" * 400,
    "." * 900,
    "a" * 5_000,
    "*",
    "::",
    "\\",
    "./\ud800",
    "{",
    "a//b",
    " ",
]
LANGUAGES = ["python", "javascript", "typescript", "go", "rust", "java", "kotlin", "scala", "csharp", "c", "cpp", "php", "ruby", "lua", "scss", "zig", "shellscript", "swift", "vue", "plaintext"]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_odd_import_means_nothing_or_a_known_file(language: str) -> None:
    files = ["a", "a/b", "a/index.ts", "x/a.py", "x/__init__.py", "x/y.go", "lib.rs", "x/a.h"]
    lookup = KnownFiles(files)

    for module in ODD:
        for name in ("", "*", "x", "\0", ".."):
            assert set(imported_files(lookup, "x/y/z.q", language, module, name)) <= set(files)


PYTHON = {
    "p/__init__.py": [Import(".a", "Name", ""), Import(".a", "other", "renamed"), Import(".stars", "*", "")],
    "p/a.py": [Import("p.b", "Name", ""), Import(".b", "other", "")],
    "p/b.py": [],
    "p/stars.py": [Import(".loop", "*", ""), Import(".b", "*", "")],
    "p/loop.py": [Import(".stars", "*", ""), Import(".loop", "*", "")],
}
DEFINED = {"p/b.py": ["Name", "other", "starred"]}
SCRIPTS = {
    "i.ts": [
        Import("./a", "A", "Renamed"),
        Import("./d", "default", ""),
        Import("./d", "default", "Inner"),
        Import("./b", "*", ""),
    ],
    "a.ts": [Import("./b", "A", "")],
    "b.ts": [],
    "d.ts": [Import("./b", "default", "local")],
}

NAMES = {
    "re-export": ("python", "p", "Name", [("p/b.py", "Name")]),
    "re-export under another name": ("python", "p", "renamed", [("p/b.py", "other")]),
    "star": ("python", "p", "starred", [("p/b.py", "starred")]),
    "in no file": ("python", "p", "missing", [("p/__init__.py", "missing")]),
    "module": ("python", "p", "", [("p/__init__.py", "")]),
    "module as a name": ("python", "p", "b", [("p/b.py", "b"), ("p/__init__.py", "b")]),
    "foreign": ("python", "numpy", "array", []),
    "script renamed": ("typescript", "./i", "Renamed", [("b.ts", "A")]),
    "script star": ("typescript", "./i", "starred", [("b.ts", "starred")]),
    "script default": ("typescript", "./i", "default", [("d.ts", "default")]),
    "script default under a name": ("typescript", "./i", "Inner", [("d.ts", "default")]),
}


@pytest.mark.parametrize(("language", "module", "name", "expected"), NAMES.values(), ids=NAMES.keys())
def test_a_name_is_followed_to_where_it_is_defined(
    language: str, module: str, name: str, expected: list[tuple[str, str]]
) -> None:
    lookup = KnownFiles([*PYTHON, *SCRIPTS], PYTHON | SCRIPTS, DEFINED | {"b.ts": ["A", "starred"]})
    importer = "t.py" if language == "python" else "t.ts"
    imported = Import(module, name, "")

    assert defined_names(lookup, importer, language, imported) == [DefinedName(*one) for one in expected]
    assert defining_files(lookup, importer, language, imported) == [path for path, _ in expected]


def test_more_than_three_re_exports_are_not_followed() -> None:
    files = [f"m{at}.ts" for at in range(9)]
    imports = {f"m{at}.ts": [Import(f"./m{at + 1}", "*", "")] for at in range(8)}

    for last, expected in ((3, "m3.ts"), (4, "m0.ts")):
        lookup = KnownFiles(files, imports, {f"m{last}.ts": ["Name"]})
        assert defining_files(lookup, "t.ts", "typescript", Import("./m0", "Name", "")) == [expected]


def test_a_web_of_re_exports_costs_a_bounded_number_of_questions() -> None:
    files = [f"m{at}.ts" for at in range(600)]
    everything = [Import(f"./m{at}", "*", "") for at in range(600)]
    lookup = KnownFiles(files, dict.fromkeys(files, everything))

    assert defining_files(lookup, "t.ts", "typescript", Import("./m0", "Name", "")) == ["m0.ts"]
    assert len({question for question in lookup.questions if question[0] == "defines"}) <= 200
    assert len(lookup.questions) <= 2_000
