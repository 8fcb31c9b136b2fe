import pytest

from holdfast.index.anatomy import Import
from holdfast.index.imports.resolve import defining_files, imported_files
from known_files import KnownFiles

FILES = {
    "core/Cargo.toml": '[package]\nname = "my-core"\n',
    "core/src/lib.rs": "",
    "core/src/main.rs": "",
    "core/src/macros.rs": "",
    "core/src/model.rs": "",
    "core/src/model/item.rs": "",
    "core/src/parse/mod.rs": "",
    "core/src/parse/token.rs": "",
    "core/src/bin/tool.rs": "",
    "core/tests/flow.rs": "",
    "core/tests/shared/mod.rs": "",
    "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nbase = { path = "../core", package = "my-core" }\n',
    "app/src/main.rs": "",
    "app/src/view.rs": "",
}
IMPORTS = {
    "core/src/lib.rs": [
        Import("crate::model", "item", "things"),
        Import("self", "model", ""),
        Import("model::item", "Item", ""),
    ],
    "core/src/model.rs": [Import("super", "model", ""), Import("loop", "", ""), Import("loop", "loop", "")],
}

TOKEN, LIB = "core/src/parse/token.rs", ["core/src/lib.rs", "core/src/main.rs"]
CASES = {
    "crate": (TOKEN, "crate::model", "Basket", ["core/src/model.rs"]),
    "name that is a module": (TOKEN, "crate::parse", "token", [TOKEN, "core/src/parse/mod.rs"]),
    "child of a file": (TOKEN, "crate::model::item", "Item", ["core/src/model/item.rs"]),
    "root": (TOKEN, "crate", "Root", [*LIB, "core/src/macros.rs"]),
    "super": (TOKEN, "super", "Parser", ["core/src/parse/mod.rs", TOKEN]),
    "super twice": (TOKEN, "super::super", "Root", [*LIB, "core/src/macros.rs", TOKEN]),
    "super beyond the crate": (TOKEN, "super::super::super::super::super::super", "x", []),
    "self": ("core/src/parse/mod.rs", "self", "token", [TOKEN, "core/src/parse/mod.rs"]),
    "child by its name": ("core/src/model.rs", "item", "Item", ["core/src/model/item.rs"]),
    "2015 edition": (TOKEN, "model", "Basket", ["core/src/model.rs"]),
    "variant of a type": (TOKEN, "crate::model::Kind", "Big", ["core/src/model.rs"]),
    "crate of the workspace": ("app/src/view.rs", "my_core::parse", "Parser", ["core/src/parse/mod.rs"]),
    "crate under another name": ("app/src/view.rs", "base::model", "Basket", ["core/src/model.rs"]),
    "that name elsewhere": ("core/src/model.rs", "base::model", "Basket", []),
    "module under another name": ("app/src/view.rs", "my_core::things", "Item", ["core/src/model/item.rs"]),
    "own crate from a test": ("core/tests/flow.rs", "my_core::model", "B", ["core/src/model.rs"]),
    "crate of a test": ("core/tests/flow.rs", "crate", "here", ["core/tests/flow.rs"]),
    "module of a test": ("core/tests/flow.rs", "self", "shared", ["core/tests/shared/mod.rs", "core/tests/flow.rs"]),
    "own crate from a program": ("core/src/bin/tool.rs", "my_core::model", "B", ["core/src/model.rs"]),
    "everything": (TOKEN, "crate::model", "*", ["core/src/model.rs"]),
    "foreign": (TOKEN, "std::collections", "HashMap", []),
    "circle of uses": ("core/src/model.rs", "loop::loop::loop", "x", []),
    "leading out": (TOKEN, "crate::..::..", "x", LIB),
    "endless": (TOKEN, "super::" * 3_000, "x", []),
}


@pytest.mark.parametrize(("importer", "module", "name", "expected"), CASES.values(), ids=CASES.keys())
def test_a_use_means_these_files(importer: str, module: str, name: str, expected: list[str]) -> None:
    lookup = KnownFiles(FILES, IMPORTS)

    found = imported_files(lookup, importer, "rust", module, name)

    assert [path for path in found if path != "core/src/macros.rs" or "Root" in name] == expected
    assert len(lookup.questions) <= 60


def test_a_name_is_followed_through_pub_use() -> None:
    lookup = KnownFiles(FILES, IMPORTS, {"core/src/model/item.rs": ["Item"]})

    assert defining_files(lookup, "app/src/view.rs", "rust", Import("my_core", "Item", "")) == [
        "core/src/model/item.rs"
    ]
