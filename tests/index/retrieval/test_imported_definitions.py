"""Definitions behind imports: saved or not, through re-exports, layouts and aliases."""

from collections.abc import Callable

import pytest

from holdfast.index.anatomy import Import
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.definition_line import DefinitionLine
from holdfast.index.retrieval.imported_definitions import (
    MODULE_MEMBERS,
    all_imports,
    definitions_of_imported_names,
    imported_definitions,
)
from holdfast.index.retrieval.query import RetrievalQuery
from holdfast.index.retrieval.surroundings import Surroundings, look_around
from small_index import SmallIndex, Texts, look

FILES = {
    "src/shop/__init__.py": "from .model import Basket\nfrom shop.prices import *\n",
    "src/shop/model.py": "class Basket:\n    def add_item(self, item): return item\n\nclass Order:\n    pass\n",
    "src/shop/prices.py": "def net_price(amount):\n    return amount\n\nTAX_RATE = 0.19\n",
    "other/model.py": "class Basket:\n    wrong = True\n",
    **{f"noise/common{at}.py": "def shared_by_all(x):\n    return x\n" for at in range(12)},
    "src/shop/common.py": "def shared_by_all(basket):\n    return basket\n",
    "web/src/cart.ts": "export class Cart { total(): number { return 1; } }\nexport default function openCart() {}\n",
    "web/src/index.ts": "export { Cart as ShoppingCart } from './cart.js';\n",
    "web/src/util/money.tsx": "export const formatMoney = (m: number) => String(m);\n",
    "go.mod": "module example.org/harbour\n",
    "tide/tide.go": "package tide\n\nfunc Level(at int) int {\n\treturn at\n}\n",
    "crate/Cargo.toml": '[package]\nname = "pier"\n',
    "crate/src/lib.rs": "pub mod berth;\n",
    "crate/src/berth.rs": "pub fn assign(id: u32) -> u32 {\n    id\n}\n",
}


def imported_lines(reader: ChunkReader, around: Surroundings) -> list[DefinitionLine]:
    return [line for line, _ in definitions_of_imported_names(reader, around)]


@pytest.fixture
def shop(make_index: Callable[[Texts], SmallIndex]) -> SmallIndex:
    return make_index(FILES)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/shop/sale.py", "from shop.model import Basket\n\nb = Basket(║", ("src/shop/model.py", "Basket")),
        ("src/shop/sale.py", "from .model import Basket\n\nb = Basket(║", ("src/shop/model.py", "Basket")),
        ("src/shop/sub/x.py", "from ..model import Basket as B\n\nb = B(║", ("src/shop/model.py", "Basket")),
        ("tests/t.py", "from shop import Basket\n\nb = Basket(║", ("src/shop/model.py", "Basket")),
        ("tests/t.py", "from shop import net_price\n\nb = net_price(║", ("src/shop/prices.py", "net_price")),
        ("tests/t.py", "import shop.prices\n\nx = prices.TAX_RATE║", ("src/shop/prices.py", "TAX_RATE")),
        ("tests/t.py", "import shop.prices as p\n\nx = p.TAX_RATE║", ("src/shop/prices.py", "TAX_RATE")),
        ("tests/t.py", "from shop import prices\n\nprices.net_price(║", ("src/shop/prices.py", "net_price")),
        ("tests/t.py", "from shop import common\n\ncommon.shared_by_all(║", ("src/shop/common.py", "shared_by_all")),
        ("src/shop/t.py", "from . import common\n\ncommon.shared_by_all(║", ("src/shop/common.py", "shared_by_all")),
        ("other/sale.py", "from model import Basket\n\nb = Basket(║", ("other/model.py", "Basket")),
        ("web/src/app.ts", "import { Cart } from './cart';\nnew Cart(║", ("web/src/cart.ts", "Cart")),
        ("web/src/app.ts", "import { ShoppingCart } from '.';\nnew ShoppingCart(║", ("web/src/cart.ts", "Cart")),
        ("web/src/app.ts", "import open from './cart';\nopen(║", ("web/src/cart.ts", "openCart")),
        ("web/src/app.tsx", "import { formatMoney } from './util/money';\nx = formatMoney(║", ("web/src/util/money.tsx", "formatMoney")),
        ("web/src/a/b.ts", "import { formatMoney } from '@/util/money';\nformatMoney(║", ("web/src/util/money.tsx", "formatMoney")),
        ("main.go", 'package main\n\nimport "example.org/harbour/tide"\n\nfunc f() { tide.Level(║', ("tide/tide.go", "Level")),
        ("crate/src/main.rs", "use crate::berth::assign;\nfn main() { assign(║", ("crate/src/berth.rs", "assign")),
        ("crate/src/main.rs", "use crate::berth;\nfn main() { berth::assign(║", ("crate/src/berth.rs", "assign")),
    ],
    ids=[
        "absolute", "relative", "parent and alias", "re-export", "star re-export", "module attribute", "module alias", "module by from", "module among many",
        "relative module", "same folder", "script", "index re-export with alias", "default", "component", "path alias", "go", "rust", "rust module",
    ],
)  # fmt: skip
def test_the_definition_of_an_imported_name_is_found_first(
    shop: SmallIndex, path: str, text: str, expected: tuple[str, str]
) -> None:
    first = imported_lines(shop.reader, look(path, text))[0]

    assert (first.path, first.name) == expected
    assert first.text == shop.line(first.path, first.line)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("t.py", "x = net_price(║"),
        ("t.py", "import os\nfrom json import dumps\ndumps(║"),
        ("t.py", "from shop.missing import gone\ngone(║"),
        ("src/shop/model.py", "from .model import Basket\nBasket(║"),
        ("notes.txt", "from shop import Basket\nBasket(║"),
    ],
    ids=["not imported", "the standard library", "no such file", "from itself", "no language"],
)
def test_what_no_import_leads_to_is_not_found(shop: SmallIndex, path: str, text: str) -> None:
    assert imported_lines(shop.reader, look(path, text)) == []


def test_what_is_used_near_the_cursor_comes_before_what_was_used_far_above(shop: SmallIndex) -> None:
    far = "from shop import Basket, net_price\nBasket(Basket, Basket)\n" + "\n" * 60
    names = [found.name for found in imported_lines(shop.reader, look("t.py", far + "net_price(║"))]

    assert names == ["net_price", "Basket"]


def test_what_is_imported_but_not_used_yet_comes_before_what_is(shop: SmallIndex) -> None:
    text = "from shop import Basket, net_price\nBasket(Basket, Basket)\n" + "\n" * 60 + "x = ║"
    names = [found.name for found in imported_lines(shop.reader, look("t.py", text))]

    assert names == ["net_price", "Basket"]


def test_no_line_comes_twice(shop: SmallIndex) -> None:
    text = "from shop import Basket\nfrom shop.model import Basket as Other\nBasket(Other(║"
    found = imported_lines(shop.reader, look("t.py", text))

    assert [(line.path, line.name) for line in found] == [("src/shop/model.py", "Basket")]


def test_imports_are_those_of_the_live_buffer_and_those_of_the_file_as_indexed(shop: SmallIndex) -> None:
    shop.put({"t.py": "from shop import Basket\n"})
    around = look("t.py", "from shop.prices import net_price\n║")

    assert all_imports(shop.reader, around) == [
        Import("shop.prices", "net_price", ""),
        Import("shop", "Basket", ""),
    ]


def test_what_imported_files_define_is_likely(shop: SmallIndex) -> None:
    answer = imported_definitions(shop.reader, look("t.py", "from shop.model import Basket\n║"))

    assert answer.signs["imported"] == {"Basket": 1.0, "add_item": 1.0, "Order": 1.0}


def test_in_go_the_files_of_the_same_folder_need_no_import(shop: SmallIndex) -> None:
    answer = imported_definitions(shop.reader, look("tide/other.go", "package tide\n\nfunc f() { ║"))

    assert answer.signs["imported"] == {"Level": 1.0}


def test_ten_thousand_imports_are_not_all_followed(shop: SmallIndex) -> None:
    text = "".join(f"from shop import name_{at}\n" for at in range(10_000)) + "from shop import Basket\n║"
    around = look("t.py", text)

    assert len(all_imports(shop.reader, around)) < 1_000
    assert isinstance(imported_lines(shop.reader, around), list)


def test_what_a_file_uses_of_what_it_imports_whole_is_looked_up(make_index: Callable[[Texts], SmallIndex]) -> None:
    index = make_index(
        {
            "src/till.h": "int open_till(int drawer);\nint count_coins(int drawer);\n",
            "src/desk.c": '#include "till.h"\n\nint main(void) {\n    open_till(1);\n    return 0;\n}\n',
        }
    )
    query = RetrievalQuery("src/desk.c", "c", '#include "till.h"\n\nint main(void) {\n    open_till(1);\n', "}\n")

    lines = imported_lines(index.reader, look_around(query))

    assert [(line.path, line.text) for line in lines] == [("src/till.h", "int open_till(int drawer);")]


def test_a_name_with_a_dollar_taken_from_a_module_is_looked_up(make_index: Callable[[Texts], SmallIndex]) -> None:
    index = make_index({"core.ts": "export function $make(size: number) {\n  return size;\n}\n"})
    query = RetrievalQuery("app.ts", "typescript", 'import * as core from "./core.js";\ncore.$make(1);\n', "")

    lines = imported_lines(index.reader, look_around(query))

    assert [line.name for line in lines] == ["$make"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"deep.h": "int weigh(int bag);\n"}, ["weigh"], id="one header has it"),
        pytest.param(
            {"deep.h": "int weigh(int);\n", "else.h": "int weigh(int);\n"}, [], id="which one, nobody can tell"
        ),
        pytest.param({"deep.c": "int weigh(int bag) { return bag; }\n"}, [], id="no header has it"),
    ],
)
def test_a_header_passes_on_what_it_includes(
    make_index: Callable[[Texts], SmallIndex], headers: dict[str, str], expected: list[str]
) -> None:
    index = make_index({"till.h": '#include "deep.h"\nint open_till(int drawer);\n', **headers})

    lines = imported_lines(index.reader, look("desk.c", '#include "till.h"\n\nint main(void) {\n    weigh(1);\n    ║'))

    assert [line.name for line in lines] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("export function from_bytes() {}\n", {"from_bytes", "to_bytes"}, id="in another sense only"),
        pytest.param("hex.from_bytes(1);\n", {"to_bytes"}, id="spelled with its module"),
    ],
)
def test_a_member_of_a_module_is_new_until_it_is_spelled_with_it(
    make_index: Callable[[Texts], SmallIndex], text: str, expected: set[str]
) -> None:
    index = make_index({"hex.ts": "export function from_bytes() {}\nexport function to_bytes() {}\n"})
    around = look("app.ts", f'import * as hex from "./hex.js";\n{text}║')

    assert imported_definitions(index.reader, around).signs[MODULE_MEMBERS].keys() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("use crate::berth;\nfn main() { ║", {"assign"}, id="a module by its name"),
        pytest.param("use crate::berth::assign;\nfn main() { ║", set(), id="a function of it"),
    ],
)
def test_a_name_that_means_a_file_is_a_module(shop: SmallIndex, text: str, expected: set[str]) -> None:
    around = look("crate/src/main.rs", text)

    assert imported_definitions(shop.reader, around).signs[MODULE_MEMBERS].keys() == expected


def test_what_a_file_keeps_calling_is_likelier_than_what_it_names_as_often(
    make_index: Callable[[Texts], SmallIndex],
) -> None:
    index = make_index({"till.h": "int count_coins(int drawer);\nstruct coin { int worth; };\n"})
    text = '#include "till.h"\nstruct coin c; struct coin d;\nint a = count_coins(1), b = count_coins(2);\n║'
    called = {
        line.name: likelihood for line, likelihood in definitions_of_imported_names(index.reader, look("a.c", text))
    }

    assert list(called) == ["count_coins", "coin"]
    assert 1 > called["count_coins"] > called["coin"] > 0
