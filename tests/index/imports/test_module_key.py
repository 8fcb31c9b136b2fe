import pytest

from holdfast.index.chunk_store import module_name
from holdfast.index.imports.module_key import module_key

CASES = {
    "go": ("p/q", "go", "", "q"),
    "go with a dot": ("gopkg.in/yaml.v3", "go", "", "yaml.v3"),
    "python": (".x.y", "python", "Name", "y"),
    "python module by name": (".", "python", "y", "y"),
    "python dots": ("..", "python", "*", ""),
    "rust": ("a::b", "rust", "C", "b"),
    "rust module": ("self", "rust", "b", "b"),
    "rust of the crate": ("crate", "rust", "b", "b"),
    "script": ("./x/y.js", "javascript", "Name", "y"),
    "script index": ("../x/y/index", "typescript", "", "y"),
    "script folder": ("..", "typescript", "", ""),
    "script package": ("@org/ui", "typescript", "Button", "ui"),
    "c": ("x/y.h", "c", "*", "y"),
    "java": ("a.b", "java", "C", "C"),
    "java package": ("a.b", "java", "*", "b"),
    "kotlin": ("a.b", "kotlin", "C", "C"),
    "csharp": ("A.B", "csharp", "*", "B"),
    "php": ("A\\B", "php", "C", "C"),
    "php file": ("../x.php", "php", "*", "x"),
    "lua": ("a.b", "lua", "", "b"),
    "ruby": ("./a/b", "ruby", "*", "b"),
    "nothing": ("", "go", "", ""),
}


@pytest.mark.parametrize(("module", "language", "name", "expected"), CASES.values(), ids=CASES.keys())
def test_the_key_is_the_last_segment_of_what_is_spelled(module: str, language: str, name: str, expected: str) -> None:
    assert module_key(module, language, name) == expected


@pytest.mark.parametrize(
    ("path", "module", "language", "name"),
    [
        ("x/y/__init__.py", "x.y", "python", "Name"),
        ("x/y.test.ts", "./y.test", "typescript", ""),
        ("x/y/index.tsx", "./x/y", "typescript", ""),
        ("x/y/mod.rs", "crate::y", "rust", "Name"),
        ("a/b/C.java", "a.b", "java", "C"),
        ("x/y.hpp", "x/y.hpp", "cpp", "*"),
    ],
    ids=["package", "two dots", "index", "mod.rs", "class", "header"],
)
def test_the_key_is_the_module_name_of_the_file(path: str, module: str, language: str, name: str) -> None:
    assert module_key(module, language, name) == module_name(path)
