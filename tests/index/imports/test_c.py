import pytest

from holdfast.index.imports.resolve import files_seen_without_import, imported_files
from known_files import KnownFiles

FILES = [
    "include/shop/money.h",
    "src/money.c",
    "src/basket.h",
    "src/basket.cpp",
    "src/string.h",
    "src/inner/local.h",
    "old/basket.h",
    "old/basket.cpp",
    "libc/include/stdio.h",
    "top.h",
]

CASES = {
    "beside": ("src/basket.cpp", "basket.h", ["src/basket.h", "src/basket.cpp"]),
    "below": ("src/basket.cpp", "inner/local.h", ["src/inner/local.h"]),
    "above": ("src/inner/x.c", "../basket.h", ["src/basket.h", "src/basket.cpp"]),
    "include folder": ("src/money.c", "shop/money.h", ["include/shop/money.h", "src/money.c"]),
    "nearest of two": ("old/deep/x.c", "basket.h", ["old/basket.h", "old/basket.cpp"]),
    "relative that is not there": ("src/inner/x.c", "../include/shop/money.h", ["include/shop/money.h", "src/money.c"]),
    "standard library": ("src/basket.cpp", "string.h", []),
    "standard library of the workspace": ("src/money.c", "stdio.h", ["libc/include/stdio.h"]),
    "foreign": ("src/money.c", "openssl/ssl.h", []),
    "foreign of the same end": ("src/money.c", "other/basket.h", []),
    "beyond the top": ("src/money.c", "../../../top.h", ["top.h"]),
    "from the file system": ("src/money.c", "/etc/passwd", []),
    "another system's path": ("src/money.c", "..\\top.h", []),
    "nothing": ("src/money.c", "", []),
    "dots": ("src/money.c", "../..", []),
}


@pytest.mark.parametrize(("importer", "module", "expected"), CASES.values(), ids=CASES.keys())
def test_an_include_means_a_header_and_its_implementation(importer: str, module: str, expected: list[str]) -> None:
    lookup = KnownFiles(FILES)

    assert imported_files(lookup, importer, "c", module) == expected
    assert len(lookup.questions) <= 4


@pytest.mark.parametrize(
    ("path", "expected"),
    [("src/basket.cpp", ["src/basket.h"]), ("src/basket.h", ["src/basket.cpp"]), ("top.h", [])],
    ids=["header", "implementation", "alone"],
)
def test_a_header_and_its_implementation_see_each_other(path: str, expected: list[str]) -> None:
    assert files_seen_without_import(KnownFiles(FILES), path, "cpp") == expected
