from collections.abc import Mapping

import pytest

from holdfast.evaluation.called_definitions import CalledDefinitions
from project_texts import project

PYTHON = {
    "shop/__init__.py": "from shop.desk import price_of\n",
    "shop/desk.py": "def price_of(stay):\n    return 1\n\n\nclass Desk:\n    def reserve(self):\n        return 1\n",
    "shop/other.py": "def price_of(boat):\n    return 2\n",
}
SCRIPTS = {
    "src/desk.ts": "export function priceOf(stay: Stay) {\n  return 1;\n}\nexport default class Desk {\n}\n",
    "src/index.ts": 'export { priceOf as cost } from "./desk";\n',
}
GO = {
    "go.mod": "module example.org/shop\n",
    "desk/desk.go": "package desk\n\nfunc PriceOf(stay int) int {\n\treturn 1\n}\n\ntype Desk struct{}\n\nfunc (d Desk) PriceOf() {}\n",
}
RUST = {
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": "mod desk;\nmod app;\n",
    "src/desk.rs": "pub fn price_of(stay: u8) -> u8 {\n    1\n}\n",
}


@pytest.mark.parametrize(
    ("others", "path", "text", "row", "line"),
    [
        (PYTHON, "app.py", "from shop.desk import price_of\nprice_of(1)\n", 1, "def price_of(stay):"),
        (PYTHON, "app.py", "from shop.desk import price_of as cost\ncost(1)\n", 1, "def price_of(stay):"),
        (PYTHON, "app.py", "from shop import price_of\nprice_of(1)\n", 1, "def price_of(stay):"),
        (PYTHON, "app.py", "from shop import desk\ndesk.price_of(1)\n", 1, "def price_of(stay):"),
        (PYTHON, "app.py", "import shop.desk\nshop.desk.price_of(1)\n", 1, "def price_of(stay):"),
        (PYTHON, "app.py", "from shop.desk import Desk\nDesk()\n", 1, "class Desk:"),
        (SCRIPTS, "src/app.ts", 'import { priceOf } from "./desk";\npriceOf(1);\n', 1, "export function priceOf(stay: Stay) {"),
        (SCRIPTS, "src/app.ts", 'import * as desk from "./desk";\ndesk.priceOf(1);\n', 1, "export function priceOf(stay: Stay) {"),
        (SCRIPTS, "src/app.ts", 'import Table from "./desk";\nnew Table();\n', 1, "export default class Desk {"),
        (GO, "app/app.go", 'package app\n\nimport "example.org/shop/desk"\n\nvar x = desk.PriceOf(1)\n', 4, "func PriceOf(stay int) int {"),
        (GO, "app/app.go", 'package app\n\nimport d "example.org/shop/desk"\n\nvar x = d.PriceOf(1)\n', 4, "func PriceOf(stay int) int {"),
        (RUST, "src/app.rs", "use crate::desk::price_of;\nfn go() {\n    price_of(1);\n}\n", 2, "pub fn price_of(stay: u8) -> u8 {"),
        (RUST, "src/app.rs", "use crate::desk;\nfn go() {\n    desk::price_of(1);\n}\n", 2, "pub fn price_of(stay: u8) -> u8 {"),
    ],
    ids=[
        "python-name", "python-alias", "python-reexport", "python-module", "python-dotted-module", "python-class",
        "script-name", "script-namespace", "script-default", "go-package", "go-alias", "rust-use", "rust-module",
    ],
)  # fmt: skip
def test_a_call_of_an_imported_name_means_the_line_that_defines_it(
    others: Mapping[str, str], path: str, text: str, row: int, line: str
) -> None:
    called = CalledDefinitions(project({**others, path: text})).of_file(path)

    assert called == {row: (frozenset({line}),)}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def price_of():\n    return 1\n\n\nprice_of()\n", id="defined-in-the-file"),
        pytest.param("import os\nos.price_of(1)\n", id="a-foreign-module"),
        pytest.param("price_of(1)\n", id="not-imported"),
        pytest.param("from shop.desk import Desk\nDesk\n", id="not-called"),
        pytest.param("from shop.desk import Desk\nx.reserve()\n", id="a-method"),
        pytest.param("# from shop.desk import price_of\nx = 'price_of(1)'\n", id="no-code"),
    ],
)
def test_what_no_import_binds_is_not_counted(text: str) -> None:
    assert CalledDefinitions(project({**PYTHON, "app.py": text})).of_file("app.py") == {}
