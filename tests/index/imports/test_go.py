import pytest

from holdfast.index.imports.resolve import files_seen_without_import, imported_files
from known_files import KnownFiles

FILES = {
    "go.mod": "module example.com/shop/v2\n\nreplace example.com/forked => ./third/forked\n",
    "main.go": "",
    "money/money.go": "",
    "money/round.go": "",
    "money/money_test.go": "",
    "money/README.md": "",
    "money/inner/x.go": "",
    "tools/go.mod": "module example.com/shop/v2/tools\n",
    "tools/gen/gen.go": "",
    "third/forked/api/api.go": "",
    "onlytests/a_test.go": "",
}
OLD = ["src/github.com/a/b/c/c.go", "src/github.com/a/b/main.go", "elsewhere/b/c/other.go"]

CASES = {
    "package": ("main.go", "example.com/shop/v2/money", ["money/money.go", "money/round.go"]),
    "module itself": ("money/money.go", "example.com/shop/v2", ["main.go"]),
    "inner package": ("main.go", "example.com/shop/v2/money/inner", ["money/inner/x.go"]),
    "another module": ("main.go", "example.com/shop/v2/tools/gen", ["tools/gen/gen.go"]),
    "replaced": ("main.go", "example.com/forked/api", ["third/forked/api/api.go"]),
    "longer name": ("main.go", "example.com/shop/v2x/money", []),
    "another version": ("main.go", "example.com/shop/money", []),
    "standard library": ("main.go", "fmt", []),
    "foreign": ("main.go", "github.com/x/money", []),
    "only tests": ("main.go", "example.com/shop/v2/onlytests", []),
    "leading out": ("main.go", "example.com/shop/v2/../../etc", []),
    "nothing": ("main.go", "", []),
}


@pytest.mark.parametrize(("importer", "module", "expected"), CASES.values(), ids=CASES.keys())
def test_an_import_means_the_files_of_a_package(importer: str, module: str, expected: list[str]) -> None:
    lookup = KnownFiles(FILES)

    assert imported_files(lookup, importer, "go", module) == expected
    assert len(lookup.questions) <= 4


@pytest.mark.parametrize(
    ("module", "expected"),
    [("github.com/a/b/c", ["src/github.com/a/b/c/c.go"]), ("github.com/x/y/c", []), ("fmt", [])],
    ids=["by the path's end", "by too little of it", "standard library"],
)
def test_without_any_module_a_package_is_found_by_its_folder(module: str, expected: list[str]) -> None:
    assert imported_files(KnownFiles(OLD), "src/github.com/a/b/main.go", "go", module) == expected


def test_a_replacement_holds_for_its_own_module_alone() -> None:
    files = {"a/go.mod": "module a.b\nreplace x.y => ../c\n", "c/c.go": "", "d/go.mod": "module d.e\n", "d/d.go": ""}

    assert imported_files(KnownFiles(files), "a/a.go", "go", "x.y") == ["c/c.go"]
    assert imported_files(KnownFiles(files), "d/d.go", "go", "x.y") == []


def test_the_own_package_needs_no_import() -> None:
    assert files_seen_without_import(KnownFiles(FILES), "money/round.go", "go") == ["money/money.go"]
