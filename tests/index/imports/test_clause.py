import pytest

from holdfast.index.anatomy import Import
from holdfast.index.imports.clause import imports_of_clause

CLAUSES = {
    "rust path": ("rust", "use a::b::C;", [("a::b", "C", "")]),
    "rust group": ("rust", "use a::b::{c, d as e};", [("a::b", "c", ""), ("a::b", "d", "e")]),
    "rust nested": (
        "rust",
        "pub(crate) use a::{self, b::{C, D as E}, f::*};",
        [("a", "", ""), ("a::b", "C", ""), ("a::b", "D", "E"), ("a::f", "*", "")],
    ),
    "rust self in a group": ("rust", "use a::b::{self as x, C};", [("a", "b", "x"), ("a::b", "C", "")]),
    "rust everything": ("rust", "use a::*;", [("a", "*", "")]),
    "rust crate": ("rust", "use serde;", [("serde", "", "")]),
    "rust extern crate": ("rust", "extern crate a as b;", [("a", "", "b")]),
    "rust leading colons": ("rust", "use ::a::B;", [("a", "B", "")]),
    "rust group of all": ("rust", "use {a::B, c};", [("a", "B", ""), ("c", "", "")]),
    "rust comments": ("rust", "use a::{ // d,\n  b, /* e */ c,\n};", [("a", "b", ""), ("a", "c", "")]),
    "rust raw name": ("rust", "use a::r#type::B;", [("a::type", "B", "")]),
    "rust unnamed trait": ("rust", "use a::B as _;", [("a", "B", "_")]),
    "rust module": ("rust", "pub mod foo;", [("self", "foo", "")]),
    "rust inline module": ("rust", "mod foo { use b::C; }", []),
    "rust supers": ("rust", "use super::super::x;", [("super::super", "x", "")]),
    "go": ("go", 'import x "p/q"', [("p/q", "", "x")]),
    "go block": (
        "go",
        'import (\n\t"fmt"\n\t. "a/b"\n\t_ "c"\n\t// "no"\n\td "e/f" // why\n)',
        [("fmt", "", ""), ("a/b", "*", ""), ("c", "", "_"), ("e/f", "", "d")],
    ),
    "java": ("java", "import a.b.C;", [("a.b", "C", "")]),
    "java everything": ("java", "import a.b.*;", [("a.b", "*", "")]),
    "java static": ("java", "import static a.b.C.m;", [("a.b.C", "m", "")]),
    "java static everything": ("java", "import static a.b.C.*;", [("a.b.C", "*", "")]),
    "kotlin alias": ("kotlin", "import a.b.C as D\n", [("a.b", "C", "D")]),
    "kotlin quoted": ("kotlin", "import a.`in`.C", [("a.in", "C", "")]),
    "scala 2": ("scala", "import a.b.{C, D => E, F => _, _}", [("a.b", "C", ""), ("a.b", "D", "E"), ("a.b", "*", "")]),
    "scala 3": ("scala", "import a.B as C, d.*", [("a", "B", "C"), ("d", "*", "")]),
    "csharp": ("csharp", "global using A.B;", [("A.B", "*", "")]),
    "csharp alias": ("csharp", "using X = A.B.C;", [("A.B", "C", "X")]),
    "csharp static": ("csharp", "using static System.Math;", [("System.Math", "*", "")]),
    "php": ("php", "use A\\B\\C as D;", [("A\\B", "C", "D")]),
    "php group": ("php", "use A\\{B, function c, D\\E};", [("A", "B", ""), ("A", "c", ""), ("A\\D", "E", "")]),
    "php file": ("php", "require_once __DIR__ . '/x.php';", [("/x.php", "*", "")]),
    "c quoted": ("c", '#include "x/y.h"', [("x/y.h", "*", "")]),
    "c angled": ("cpp", "#  include <x/y.hpp> // why", [("x/y.hpp", "*", "")]),
    "c macro": ("c", "#include MACRO", []),
    "ruby relative": ("ruby", "require_relative 'a/b'", [("./a/b", "*", "")]),
    "ruby": ("ruby", 'require "a/b"', [("a/b", "*", "")]),
    "lua": ("lua", 'local x = require("a.b")', [("a.b", "", "x")]),
    "lua bare": ("lua", "require 'a.b'", [("a.b", "", "")]),
    "zig": ("zig", 'const x = @import("a/b.zig");', [("a/b.zig", "", "x")]),
    "css": ("css", '@import url("a.css") screen;', [("a.css", "*", "")]),
    "scss": ("scss", "@use 'a/b' as c;", [("a/b", "", "c")]),
    "scss with values": ("scss", "@use 'a' with ($b: 'c');", [("a", "*", "")]),
    "shell": ("shellscript", 'source "$DIR/lib.sh"', [("./lib.sh", "*", "")]),
    "swift": ("swift", "@testable import struct Foo.Bar", [("Foo", "*", "")]),
    "language without clauses": ("python", "import a", []),
    "no import": ("rust", "fn use_it() {}", []),
    "empty": ("rust", "", []),
}


@pytest.mark.parametrize(("language", "text", "expected"), CLAUSES.values(), ids=CLAUSES.keys())
def test_a_clause_is_its_names(language: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert imports_of_clause(language, text) == tuple(Import(*one) for one in expected)


HOSTILE = {
    "nested braces": "use " + "a::{" * 10_000 + "b" + "}" * 10_000 + ";",
    "names": "use a::{" + ",".join(f"b{i}" for i in range(50_000)) + "};",
    "segments": "use " + "::".join(f"a{i}" for i in range(50_000)) + ";",
    "doubling": "use " + "a::b::c::d::{" * 40 + "e,f," * 1_000 + "}" * 40 + ";",
    "quotes": "\"'<" * 60_000,
    "comments": "/*" * 90_000,
    "spaces": "use" + " " * 150_000 + "a",
    "openings": "import (" * 20_000,
    "attributes": "#[" * 50_000,
    "constants": "const a " * 25_000,
    "locals": "local a = b " * 15_000,
    "torn": "use a::{b, c",
    "odd": "\0\ufffd{}{},;;as as as ::::",
}
LANGUAGES = ["rust", "go", "java", "kotlin", "scala", "csharp", "php", "c", "ruby", "lua", "zig", "scss", "shellscript", "swift"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_clause_gives_a_bounded_answer(language: str, text: str) -> None:
    found = imports_of_clause(language, text)

    assert len(found) <= 1_000
    assert all(len(one.module) <= 400_000 for one in found)
