import pytest

from holdfast.index.imports.resolve import imported_files
from known_files import KnownFiles

FILES = [
    "setup.py",
    "src/shop/__init__.py",
    "src/shop/model.py",
    "src/shop/model.pyi",
    "src/shop/json.py",
    "src/shop/sub/__init__.py",
    "src/shop/sub/deep.py",
    "spaces/inner/thing.py",
    "tools/run.py",
    "tools/lint.py",
    "tests/test_model.py",
    "tests/conftest.py",
    "libs/other/src/other/__init__.py",
    "libs/other/src/other/core.py",
]

CASES = {
    "absolute in a src layout": ("tests/test_model.py", "shop.model", "", ["src/shop/model.py", "src/shop/model.pyi"]),
    "package": ("tests/test_model.py", "shop", "", ["src/shop/__init__.py"]),
    "name that is a module": ("tests/test_model.py", "shop.sub", "deep", ["src/shop/sub/deep.py", "src/shop/sub/__init__.py"]),
    "name that is none": ("tests/test_model.py", "shop.sub", "Thing", ["src/shop/sub/__init__.py"]),
    "everything": ("tests/test_model.py", "shop.sub", "*", ["src/shop/sub/__init__.py"]),
    "relative": ("src/shop/sub/deep.py", "..model", "Basket", ["src/shop/model.py", "src/shop/model.pyi"]),
    "relative package": ("src/shop/model.py", ".", "sub", ["src/shop/sub/__init__.py", "src/shop/__init__.py"]),
    "relative beyond the top": ("setup.py", "..x", "", []),
    "relative far beyond the top": ("src/shop/model.py", "." * 60 + "setup", "", []),
    "relative to the top": ("src/a.py", "..setup", "", ["setup.py"]),
    "namespace package": ("tools/run.py", "spaces.inner", "thing", ["spaces/inner/thing.py"]),
    "beside a script": ("tools/run.py", "lint", "", ["tools/lint.py"]),
    "standard library": ("src/shop/model.py", "json", "", []),
    "standard library from elsewhere": ("tests/test_model.py", "json", "loads", []),
    "not beside a module of a package": ("src/shop/sub/deep.py", "model", "", []),
    "another project of the workspace": ("src/shop/model.py", "other.core", "", ["libs/other/src/other/core.py"]),
    "foreign": ("src/shop/model.py", "numpy.core", "array", []),
    "only dots": ("src/shop/sub/deep.py", "...", "shop", ["src/shop/__init__.py"]),
    "nothing": ("src/shop/model.py", "", "x", []),
    "endless": ("src/shop/model.py", "a." * 20_000, "", []),
    "no path at all": ("src/shop/model.py", "shop/../../etc", "", []),
}  # fmt: skip


@pytest.mark.parametrize(("importer", "module", "name", "expected"), CASES.values(), ids=CASES.keys())
def test_an_import_means_these_files(importer: str, module: str, name: str, expected: list[str]) -> None:
    lookup = KnownFiles(FILES)

    assert imported_files(lookup, importer, "python", module, name) == expected
    assert len(lookup.questions) <= 12
