from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.index_once import index_once
from holdfast.index.languages import language_of
from holdfast.index.retrieval.find import Retrieval
from holdfast.index.retrieval.query import Found, RetrievalQuery

FILES = {
    "src/shop/__init__.py": "from .model import Basket\nfrom shop.prices import *\n",
    "src/shop/model.py": "class Basket:\n    def add_item(self, item): return item\n\nclass Order:\n    pass\n",
    "src/shop/prices.py": "def net_price(amount):\n    return amount\n\nTAX_RATE = 0.19\n",
    "other/model.py": "class Basket:\n    wrong = True\n",
    "other/tax.py": "def apply_tax_to(invoice, surcharge):\n    return invoice.total * surcharge\n",
    **{f"noise/common{i}.py": "def shared_by_all(x):\n    return x\n" for i in range(12)},
    "src/shop/common.py": "def shared_by_all(basket):\n    return basket\n",
    "web/src/cart.ts": "export class Cart { total(): number { return 1; } }\nexport default function openCart() {}\n",
    "web/src/index.ts": "export { Cart as ShoppingCart } from './cart.js';\n",
    "web/src/util/money.tsx": "export const formatMoney = (m: number) => String(m);\n",
    **{f"noise/n{i}.py": f"def noise_{i}(value):\n    return value + {i}\n\n" for i in range(60)},
}


@pytest.fixture
def ask(workspace: Path, cache: Path, write: Callable[..., None]) -> Callable[..., tuple[Found, ...]]:
    """Answers for `|` in a text that stands at a path."""
    write(FILES)
    index_once(workspace, cache, lambda _: None)

    def find(path: str, text: str, limit: int = 40) -> tuple[Found, ...]:
        before, _, after = text.partition("|")
        reader = ChunkReader(cache)
        try:
            return Retrieval(reader).find(RetrievalQuery(path, language_of(path), before, after, limit))
        finally:
            reader.close()

    return find


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/shop/sale.py", "from shop.model import Basket\n\nb = Basket(|", ("src/shop/model.py", "Basket")),
        ("src/shop/sale.py", "from .model import Basket\n\nb = Basket(|", ("src/shop/model.py", "Basket")),
        ("src/shop/sub/x.py", "from ..model import Basket as B\n\nb = B(|", ("src/shop/model.py", "Basket")),
        ("tests/t.py", "from shop import Basket\n\nb = Basket(|", ("src/shop/model.py", "Basket")),
        ("tests/t.py", "from shop import net_price\n\nb = net_price(|", ("src/shop/prices.py", "net_price")),
        ("tests/t.py", "import shop.prices\n\nshop.prices.TAX_RATE|", ("src/shop/prices.py", "TAX_RATE")),
        ("tests/t.py", "from shop import prices\n\nprices.net_price(|", ("src/shop/prices.py", "net_price")),
        ("tests/t.py", "from shop import common\n\ncommon.shared_by_all(|", ("src/shop/common.py", "shared_by_all")),
        ("src/shop/t.py", "from . import common\n\ncommon.shared_by_all(|", ("src/shop/common.py", "shared_by_all")),
        ("other/sale.py", "from model import Basket\n\nb = Basket(|", ("other/model.py", "Basket")),
        ("web/src/app.ts", "import { Cart } from './cart';\nnew Cart(|", ("web/src/cart.ts", "Cart")),
        ("web/src/app.ts", "import { ShoppingCart } from '.';\nnew ShoppingCart(|", ("web/src/cart.ts", "Cart")),
        ("web/src/app.ts", "import open from './cart';\nopen(|", ("web/src/cart.ts", "openCart")),
        ("web/src/app.tsx", "import { formatMoney } from './util/money';\nx = formatMoney(|", ("web/src/util/money.tsx", "formatMoney")),
        ("web/src/a/b.ts", "import { formatMoney } from '@/util/money';\nformatMoney(|", ("web/src/util/money.tsx", "formatMoney")),
    ],
    ids=[
        "absolute", "relative", "parent and alias", "re-export", "star re-export", "module attribute", "module by from", "module among many", "relative module",
        "same folder", "script", "index re-export with alias", "default", "component", "path alias",
    ],
)  # fmt: skip
def test_an_imported_name_finds_its_definition_first(
    ask: Callable[..., tuple[Found, ...]], path: str, text: str, expected: tuple[str, str]
) -> None:
    first = ask(path, text)[0]
    assert (first.chunk.path, first.chunk.name) == expected
    assert "definitions_used" in first.found_by


def test_code_that_shares_rare_words_is_found_by_resemblance(ask: Callable[..., tuple[Found, ...]]) -> None:
    found = ask("new.py", "def bill(invoice):\n    surcharge = 2\n    return |")
    assert (found[0].chunk.name, found[0].found_by) == ("apply_tax_to", ("resembling_code",))


def test_parts_of_names_are_enough_to_resemble(ask: Callable[..., tuple[Found, ...]]) -> None:
    assert ask("new.ts", "const invoiceTotal = |")[0].chunk.name == "apply_tax_to"


def test_a_name_that_is_not_imported_is_found_when_few_share_it(ask: Callable[..., tuple[Found, ...]]) -> None:
    assert ask("new.py", "x = net_price(|")[0].chunk.path == "src/shop/prices.py"


def test_what_the_window_shows_is_left_out_even_when_its_lines_have_moved(
    ask: Callable[..., tuple[Found, ...]],
) -> None:
    text = "\n\n\n" + FILES["src/shop/prices.py"] + "\nx = net_price(TAX_RATE|"
    assert [found for found in ask("src/shop/prices.py", text) if found.chunk.path == "src/shop/prices.py"] == []


def test_the_same_file_outside_the_window_is_found(ask: Callable[..., tuple[Found, ...]]) -> None:
    found = ask("src/shop/prices.py", "y = net_price(|")
    assert ("src/shop/prices.py", "net_price") in {(f.chunk.path, f.chunk.name) for f in found}


def test_no_chunk_comes_twice_nor_inside_another(ask: Callable[..., tuple[Found, ...]]) -> None:
    found = ask("t.py", "from shop.model import Basket\nBasket().add_item(|")
    places = [(f.chunk.path, f.chunk.first_line, f.chunk.last_line) for f in found]
    assert len(places) == len(set(places))
    assert ("src/shop/model.py", 2, 2) not in places


def test_the_limit_is_kept_and_scores_fall(ask: Callable[..., tuple[Found, ...]]) -> None:
    found = ask("t.py", "noise_1(noise_2(noise_3(value|", limit=2)
    assert len(found) == 2
    assert found[0].score >= found[1].score


@pytest.mark.parametrize(
    "text", ["|", "\0\ufffd(((|", "\"' OR NEAR( * ^ {|", "x" * 200_000 + "|"], ids=["empty", "odd", "syntax", "long"]
)
def test_any_window_can_be_asked_for(ask: Callable[..., tuple[Found, ...]], text: str) -> None:
    assert isinstance(ask("t.py", text), tuple)


def test_without_an_index_nothing_is_found(tmp_path: Path) -> None:
    reader = ChunkReader(tmp_path)
    assert Retrieval(reader).find(RetrievalQuery("a.py", "python", "x = net_price(", "")) == ()
