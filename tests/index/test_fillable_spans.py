"""Which parts of a file somebody might have left out."""

import random
from time import thread_time

import pytest

from holdfast.index.fillable_spans import fillable_spans, is_fillable

BODY = {
    "python": "def f(a):\n    y = g(a, 2)\n    return y\n",
    "typescript": "function f(a) {\n  y = g(a, 2);\n  return y;\n}\n",
    "javascript": "const f = (a) => {\n  y = g(a, 2);\n  return y;\n};\n",
    "go": "package p\n\nfunc F(a int) int {\n\ty := g(a, 2)\n\treturn y\n}\n",
    "rust": "fn f(a: i32) -> i32 {\n    let y = g(a, 2);\n    return y;\n}\n",
    "java": "class A {\n  int f(int a) {\n    int y = g(a, 2);\n    return y;\n  }\n}\n",
    "ruby": "def f(a)\n  y = g(a, 2)\n  return y\nend\n",
    "cpp": "int f(int a) {\n  int y = g(a, 2);\n  return y;\n}\n",
    "c": "int f(int a) {\n  int y = g(a, 2);\n  return y;\n}\n",
    "csharp": "class A {\n  int F(int a) {\n    var y = G(a, 2);\n    return y;\n  }\n}\n",
    "kotlin": "fun f(a: Int): Int {\n  val y = g(a, 2)\n  return y\n}\n",
    "php": "<?php\nfunction f($a) {\n  $y = g($a, 2);\n  return $y;\n}\n",
    "lua": "function f(a)\n  y = g(a, 2)\n  return y\nend\n",
}
"""A function in each language whose body is an assignment from a call, and a return."""


def spans(language: str, code: str) -> list[tuple[str, str]]:
    data = code.encode()
    return [(span.kind, data[span.start : span.end].decode()) for span in fillable_spans(language, data)]


@pytest.mark.parametrize("language", BODY)
def test_a_functions_body_its_statements_and_a_calls_arguments_can_be_filled(language: str) -> None:
    found = spans(language, BODY[language])

    bodies = ["".join(text.split()).rstrip(";") for kind, text in found if kind == "body"]
    assert [body for body in bodies if "2)" in body and "return" in body] == bodies[:1]
    assert ("arguments", "$a, 2" if language == "php" else "a, 2") in found
    assert [text for kind, text in found if kind == "statement" and text.startswith("return")] != []


def test_comments_are_no_statements_and_blanks_at_the_end_belong_to_none() -> None:
    assert spans("python", "# why\nx = 1   \n\n\ny = 2\n") == [("statement", "x = 1"), ("statement", "y = 2")]


def test_what_does_not_parse_is_left_alone_and_the_rest_is_not() -> None:
    found = spans("python", "x = 1\n\ndef f(:\n    ((\n\ny = [2]\n")

    assert ("statement", "x = 1") in found
    assert all("((" not in text for _, text in found)


def test_places_are_bytes_of_the_file() -> None:
    assert spans("python", 'ü = "ä"\nprice = pay("€")\n') == [
        ("statement", 'ü = "ä"'),
        ("statement", 'price = pay("€")'),
        ("arguments", '"€"'),
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("python", True), ("markdown", False), ("json", False), ("yaml", False), ("plaintext", False), ("nothing", False)],
)
def test_prose_and_data_have_no_such_parts(language: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_fillable(language) is expected
    assert expected or spans(language, '# a\n\n{"a": 1}\n') == []


@pytest.mark.parametrize("code", ["", "\n", "((((((" * 500, "\0", "x = " + "[" * 3_000 + "]" * 3_000])
def test_no_text_is_too_much(code: str) -> None:
    assert all(text.strip() for _, text in spans("python", code))


def test_depth_costs_no_more_than_length() -> None:
    def seconds(levels: int) -> float:
        names = random.Random(levels)
        opened = "".join(f"if (a{names.getrandbits(60)}) {{\nb{names.getrandbits(60)}();\n" for _ in range(levels))
        data = (opened + "}\n" * levels + f"// {names.randbytes(10_000).hex()}").encode()
        began = thread_time()
        assert len(fillable_spans("javascript", data)) > levels
        return thread_time() - began

    # Four times as deep is four times as long; to look for each node's parent would make it twenty times as slow.
    assert min(seconds(4_000) for _ in range(2)) < 10 * max(seconds(1_000) for _ in range(2))
