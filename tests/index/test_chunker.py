import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.index.anatomy import Import
from holdfast.index.chunker import ChunkedFile, chunk_source
from holdfast.index.languages import language_of
from holdfast.index.source_text import SourceText


def chunk(text: str, path: str = "a.py") -> ChunkedFile:
    return chunk_source(SourceText(path, language_of(path), text))


def outline(text: str, path: str = "a.py") -> list[tuple[str, str, int, int]]:
    return [(c.kind, c.qualified_name, c.first_line, c.last_line) for c in chunk(text, path).chunks]


PYTHON = '''"""Doc."""
import os.path as osp
from . import sibling
from ..pkg.mod import (Name, other as renamed)
from x import *

LIMIT: int = 3

@decorated
def top(a,
        b) -> int:
    def inner():
        return 1
    return inner()


class Thing(Base):
    field = 1

    @property
    def value(self): return self.field

    class Nested:
        def deep(self):
            pass

if LIMIT:
    async def conditional():
        pass
print(top(1, 2))
'''


def test_python_definitions_are_chunks() -> None:
    assert outline(PYTHON) == [
        ("module", "", 1, 5),
        ("constant", "LIMIT", 7, 7),
        ("function", "top", 9, 14),
        ("class", "Thing", 17, 25),
        ("method", "Thing.value", 20, 21),
        ("class", "Thing.Nested", 23, 25),
        ("method", "Thing.Nested.deep", 24, 25),
        ("module", "", 27, 27),
        ("function", "conditional", 28, 29),
        ("module", "", 30, 30),
    ]


def test_python_imports_are_known_by_module_name_and_alias() -> None:
    assert chunk(PYTHON).imports == (
        Import("os.path", "", "osp"),
        Import(".", "sibling", ""),
        Import("..pkg.mod", "Name", ""),
        Import("..pkg.mod", "other", "renamed"),
        Import("x", "*", ""),
    )


def test_a_signature_runs_to_the_body_and_leaves_decorators_out() -> None:
    by_name = {c.name: c.signature for c in chunk(PYTHON).chunks}
    assert by_name["top"] == "def top(a,\n        b) -> int:"
    assert by_name["value"] == "    def value(self): return self.field"
    assert by_name["Thing"] == "class Thing(Base):"
    assert by_name["LIMIT"] == "LIMIT: int = 3"


TYPESCRIPT = """import def, { a as b, type C } from './mod.js';
import * as ns from "@scope/pkg";
export * from './all';
export { q as r } from './some';
const fs = require('fs');
const { join, sep } = require('path');

export interface Shape { area(): number; }
export type Id = string | number;
export enum Color { Red }
export const LIMIT = 3;

export const make = async (x: number) => {
  const local = () => 1;
  return local();
};

export default class Box<T> extends Base implements Shape {
  private size = 1;
  constructor(readonly x: T) { super(); }
  area(): number {
    return this.size;
  }
  handler = () => { this.area(); };
}

describe('x', () => {
  function helper() { return 1; }
});
"""


@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
def test_typescript_definitions_are_chunks(path: str) -> None:
    names = [(c.kind, c.qualified_name, c.first_line, c.last_line) for c in chunk(TYPESCRIPT, path).chunks if c.name]
    assert names == [
        ("constant", "fs", 5, 5),
        ("class", "Shape", 8, 8),
        ("method", "Shape.area", 8, 8),
        ("constant", "Id", 9, 9),
        ("class", "Color", 10, 10),
        ("constant", "LIMIT", 11, 11),
        ("function", "make", 13, 16),
        ("class", "Box", 18, 25),
        ("method", "Box.constructor", 20, 20),
        ("method", "Box.area", 21, 23),
        ("method", "Box.handler", 24, 24),
        ("function", "helper", 28, 28),
    ]


def test_typescript_imports_are_known_by_module_name_and_alias() -> None:
    assert set(chunk(TYPESCRIPT.replace("import def,", "import whole,"), "a.ts").imports) == {
        Import("./mod.js", "default", "whole"),
        Import("./mod.js", "a", "b"),
        Import("./mod.js", "C", ""),
        Import("@scope/pkg", "", "ns"),
        Import("./all", "*", ""),
        Import("./some", "q", "r"),
        Import("fs", "", "fs"),
        Import("path", "join", ""),
        Import("path", "sep", ""),
    }


JAVASCRIPT = """export function one(a) {
  return <div>{a}</div>;
}
class Two { three() {} #four() {} }
Two.prototype.five = function () { return 5; };
module.exports.six = (x) => x;
const api = { get() { return 1; } };
var seven = function* () {};
"""


@pytest.mark.parametrize("path", ["a.js", "a.jsx", "a.mjs"])
def test_javascript_definitions_are_chunks(path: str) -> None:
    names = [(c.kind, c.qualified_name) for c in chunk(JAVASCRIPT, path).chunks if c.name]
    assert names == [
        ("function", "one"),
        ("class", "Two"),
        ("method", "Two.three"),
        ("method", "Two.#four"),
        ("function", "five"),
        ("function", "six"),
        ("constant", "api"),
        ("method", "api.get"),
        ("constant", "seven"),
    ]


def test_a_long_class_is_its_outline_and_every_line_of_it_stands_in_the_file() -> None:
    methods = "".join(f"\n    def method_{i}(self) -> int:\n        x = {i}\n        return x\n" for i in range(12))
    text = f'class Long(Base):\n    """Doc."""\n\n    limit: int = 3\n{methods}'
    found = chunk(text).chunks[0]
    assert (found.kind, found.first_line, found.last_line) == ("class", 1, text.count("\n"))
    assert found.text.split("\n")[:4] == [
        "class Long(Base):",
        "    limit: int = 3",
        "    def method_0(self) -> int:",
        "    def method_1(self) -> int:",
    ]
    assert set(found.text.split("\n")) <= set(text.split("\n"))


def test_a_long_function_continues_in_nameless_chunks() -> None:
    body = "".join(f"    value_{i} = {i}\n" for i in range(100))
    chunks = chunk(f"def long():\n{body}").chunks
    assert [(c.kind, c.name, c.qualified_name, c.first_line, c.last_line) for c in chunks] == [
        ("function", "long", "long", 1, 60),
        ("text", "", "long", 61, 100),
        ("text", "", "long", 101, 101),
    ]


def test_a_language_without_a_grammar_is_cut_at_blank_lines_before_unindented_text() -> None:
    part = "fn a() {\n" + "    b();\n\n" * 8 + "}\n"
    assert outline(f"{part}\n{part}\n\n{part}", "a.dart") == [
        ("text", "", 1, 18),
        ("text", "", 20, 37),
        ("text", "", 40, 57),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_line_numbers_hold_and_the_text_keeps_its_line_endings(ending: str) -> None:
    text = PYTHON.replace("\n", ending)
    assert outline(text) == outline(PYTHON)
    top = next(c for c in chunk(text).chunks if c.name == "top")
    assert top.text == ending.join(PYTHON.split("\n")[8:14])


@pytest.mark.parametrize("path", ["a.py", "a.js", "a.ts", "a.tsx", "a.txt"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "\0" * 100,
        "(" * 200_000,
        "x = " + "-" * 200_000,
        "[" * 50_000 + "]" * 50_000,
        "`${" * 30_000,
        "a" + ".b()" * 50_000,
        "if (a) {} else " * 20_000,
        "\ufffd\ufffe\n" * 100,
        "def f(:\n  class\n}}}\n",
        "x" * 900_000,
    ],
    ids=[
        "empty",
        "blank",
        "nul",
        "brackets",
        "signs",
        "nested",
        "templates",
        "chain",
        "else",
        "odd",
        "broken",
        "one line",
    ],
)
def test_any_text_can_be_cut(text: str, path: str) -> None:
    lines = text.split("\n")
    for found in chunk(text, path).chunks:
        assert 1 <= found.first_line <= found.last_line <= len(lines)


def test_a_tower_of_definitions_does_not_overflow() -> None:
    tower = "".join(f"{' ' * depth}class C{depth}:\n" for depth in range(300)) + " " * 300 + "pass\n"
    assert chunk(tower).chunks[-1].qualified_name.count(".") > 100


def test_around_a_syntax_error_the_rest_is_still_cut() -> None:
    text = "def good():\n    return 1\n\ndef broken(:\n    pass\n\nclass Fine:\n    pass\n"
    assert {"good", "Fine"} <= {c.name for c in chunk(text).chunks}


def test_a_line_too_long_to_use_ends_its_chunk() -> None:
    chunks = chunk(f"def f():\n    a = 1\n    b = '{'x' * 3000}'\n    return a\n").chunks
    assert [(c.name, c.first_line, c.last_line) for c in chunks] == [("f", 1, 2)]


@given(
    st.lists(
        st.sampled_from(
            ["def f():", "    x = 1", "class A:", "    def m(self):", "", "        return", "\r", "é('", "@d", "#"]
        ),
        max_size=120,
    ),
    st.sampled_from(["a.py", "a.ts", "a.js", "a.go"]),
)
def test_a_chunk_that_is_no_outline_is_its_lines_of_the_file(lines: list[str], path: str) -> None:
    text = "\n".join(lines)
    for found in chunk(text, path).chunks:
        if found.kind != "class":
            assert found.text == "\n".join(lines[found.first_line - 1 : found.last_line]).removesuffix("\r")
