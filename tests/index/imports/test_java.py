import pytest

from holdfast.index.imports.resolve import files_seen_without_import, imported_files
from known_files import KnownFiles

MAIN, TEST = "core/src/main/java/org/shop", "core/src/test/java/org/shop"
FILES = [
    f"{MAIN}/Basket.java",
    f"{MAIN}/Order.java",
    f"{MAIN}/money/Euro.java",
    f"{MAIN}/package-info.md",
    f"{TEST}/BasketTest.java",
    "core/src/main/kotlin/org/shop/Tools.kt",
    "copy/src/main/java/org/shop/Basket.java",
    "short/src/main/kotlin/ui/Screen.kt",
    "short/src/main/kotlin/ui/Colours.kt",
    "net/Project/Data/Rows.cs",
    "net/src/Data/Tables.cs",
]

CASES = {
    "class": ("java", f"{MAIN}/Order.java", "org.shop.money", "Euro", [f"{MAIN}/money/Euro.java"]),
    "nearest of two": ("java", f"{TEST}/BasketTest.java", "org.shop", "Basket", [f"{MAIN}/Basket.java", "copy/src/main/java/org/shop/Basket.java"]),
    "package": ("java", f"{MAIN}/Order.java", "org.shop.money", "*", [f"{MAIN}/money/Euro.java"]),
    "static member": ("java", f"{MAIN}/Order.java", "org.shop.money.Euro", "of", [f"{MAIN}/money/Euro.java"]),
    "static members": ("java", f"{MAIN}/Order.java", "org.shop.money.Euro", "*", [f"{MAIN}/money/Euro.java"]),
    "nested class": ("java", f"{MAIN}/Order.java", "org.shop.money.Euro", "Cent", [f"{MAIN}/money/Euro.java"]),
    "member of a nested class": ("java", f"{MAIN}/Order.java", "org.shop.money.Euro.Cent", "ONE", [f"{MAIN}/money/Euro.java"]),
    "java from kotlin": ("kotlin", "core/src/main/kotlin/org/shop/Tools.kt", "org.shop.money", "Euro", [f"{MAIN}/money/Euro.java"]),
    "kotlin function": ("kotlin", f"{MAIN}/money/X.kt", "org.shop", "helpOut", ["core/src/main/kotlin/org/shop/Tools.kt", f"{MAIN}/Basket.java", f"{MAIN}/Order.java", f"{TEST}/BasketTest.java", "copy/src/main/java/org/shop/Basket.java"]),
    "kotlin without outer folders": ("kotlin", "short/src/main/kotlin/App.kt", "org.short.ui", "Screen", ["short/src/main/kotlin/ui/Screen.kt"]),
    "kotlin function without outer folders": ("kotlin", "short/src/main/kotlin/App.kt", "org.short.ui", "paint", ["short/src/main/kotlin/ui/Colours.kt", "short/src/main/kotlin/ui/Screen.kt"]),
    "csharp namespace": ("csharp", "net/Project/Program.cs", "Project.Data", "*", ["net/Project/Data/Rows.cs"]),
    "csharp namespace without outer folders": ("csharp", "net/src/Program.cs", "Firm.Data", "*", ["net/src/Data/Tables.cs"]),
    "standard library": ("java", f"{MAIN}/Order.java", "java.util", "List", []),
    "foreign of the same class": ("java", f"{MAIN}/Order.java", "com.other", "Basket", []),
    "foreign package of the same end": ("java", f"{MAIN}/Order.java", "com.other.money", "*", []),
    "leading out": ("java", f"{MAIN}/Order.java", "......etc", "passwd", []),
    "nothing": ("java", f"{MAIN}/Order.java", "", "", []),
}  # fmt: skip


@pytest.mark.parametrize(("language", "importer", "module", "name", "expected"), CASES.values(), ids=CASES.keys())
def test_an_import_means_these_files(language: str, importer: str, module: str, name: str, expected: list[str]) -> None:
    lookup = KnownFiles(FILES)

    found = imported_files(lookup, importer, language, module, name)

    assert (found[:1], sorted(found)) == (expected[:1], sorted(expected))
    assert len(lookup.questions) <= 10


def test_the_own_package_needs_no_import() -> None:
    assert files_seen_without_import(KnownFiles(FILES), f"{TEST}/BasketTest.java", "java") == [
        f"{MAIN}/Basket.java",
        f"{MAIN}/Order.java",
        "core/src/main/kotlin/org/shop/Tools.kt",
        "copy/src/main/java/org/shop/Basket.java",
    ]
