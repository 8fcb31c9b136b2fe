"""The front door: what retrieval as a whole gives for a cursor."""

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import ChunkStore, delete_index
from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.find import RETRIEVERS, Retrieval
from holdfast.index.retrieval.findings import Findings
from holdfast.index.retrieval.sign_weights import AT_CURSOR, IN_FILE, Factors
from small_index import SmallIndex, Texts, look, query_at

FILES = {
    "src/shop/__init__.py": "from .model import Basket\n",
    "src/shop/model.py": (
        "class Basket:\n    capacity = 3\n\n    def add_item(self, item):\n        return item\n\n"
        "    # count_items is not code here\n    def count_items(self):\n        return len(self.add_item(None))\n"
    ),
    "src/shop/prices.py": "def net_price(amount):\n    return amount\n\nTAX_RATE = 0.19\n",
    "src/shop/till.py": "def cash_up(basket):\r\n    return net_price(basket.count_items())\r\n",
    "other/tax.py": "def apply_tax_to(invoice, surcharge):\n    return invoice.total * surcharge\n",
    "web/money.ts": "export const formatMoney = (amount: number) => String(amount);\n",
    **{f"noise/n{at}.py": f"def noise_{at}(value):\n    return value + {at}\n\n" for at in range(40)},
}


@pytest.fixture
def shop(make_index: Callable[[Texts], SmallIndex]) -> SmallIndex:
    return make_index(FILES)


def find(shop: SmallIndex, path: str, marked: str) -> Findings:
    return Retrieval(shop.reader).find(query_at(path, marked))


SALE = "from shop import Basket\n\n\ndef sell(basket):\n    basket = Basket()\n    basket.║"


def test_what_a_file_imports_its_classes_members_and_its_neighbours_names_are_likely(shop: SmallIndex) -> None:
    found = find(shop, "src/shop/sale.py", SALE)

    for likelihood in (found.at_cursor, found.in_file):
        assert likelihood["add_item"] > likelihood.get("noise_3", 0.0)
        assert all(0 < value < 1 for value in likelihood.values())
    assert 1 <= len(found.found_by["add_item"]) <= 3
    assert all(set(sources) <= RETRIEVERS.keys() for sources in found.found_by.values())
    assert found.at_cursor.keys() == found.in_file.keys() == found.found_by.keys()


def test_definitions_of_imported_names_come_as_lines_of_their_own(shop: SmallIndex) -> None:
    found = find(shop, "src/shop/sale.py", SALE)

    assert [(line.path, line.line, line.text, line.defines) for line in found.imported] == [
        ("src/shop/model.py", 1, "class Basket:", "Basket")
    ]
    assert "Basket" not in found.at_cursor


def test_every_line_stands_in_the_workspace_as_it_is_shown(shop: SmallIndex) -> None:
    found = find(shop, "src/shop/sale.py", SALE + "net = invoice * surcharge * 2")

    assert {line.path for line in found.lines} >= {"src/shop/model.py", "src/shop/till.py", "src/shop/prices.py"}
    for line in (*found.lines, *found.imported):
        assert line.text == shop.line(line.path, line.line)
        assert "#" not in line.text


def test_no_line_comes_twice_and_none_is_of_the_file_itself(shop: SmallIndex) -> None:
    text = "\n\n\n" + FILES["src/shop/prices.py"] + "\nx = net_price(TAX_RATE║"
    found = find(shop, "src/shop/prices.py", text)

    places = [(line.path, line.line) for line in found.lines]
    assert places
    assert len(places) == len(set(places))
    assert "src/shop/prices.py" not in {path for path, _ in places}
    assert not found.at_cursor.keys() & {"net_price", "TAX_RATE"}


def test_names_of_another_language_are_not_found(shop: SmallIndex) -> None:
    assert "formatMoney" not in find(shop, "web/new.py", "amount = ║").at_cursor
    assert "formatMoney" in find(shop, "web/new.ts", "const amount = ║").at_cursor


def test_an_unsaved_import_counts_as_a_saved_one(shop: SmallIndex) -> None:
    shop.put({"src/shop/sale.py": "x = 1\n"})

    assert [line.defines for line in find(shop, "src/shop/sale.py", SALE).imported] == ["Basket"]


def test_files_have_the_numbers_by_which_a_change_is_seen(shop: SmallIndex) -> None:
    retrieval, query = Retrieval(shop.reader), query_at("src/shop/sale.py", SALE)
    held = {"src/shop/model.py", "noise/n3.py", "gone.py"}
    before = retrieval.find(query, held)
    shop.put({"src/shop/model.py": FILES["src/shop/model.py"] + "\nextra = 1\n"})
    after = retrieval.find(query, held)

    assert held - {"gone.py"} <= before.files.keys()
    assert "gone.py" not in before.files
    assert before.files["src/shop/model.py"] != after.files["src/shop/model.py"]
    assert before.files["noise/n3.py"] == after.files["noise/n3.py"]
    numbers = {line.path: line.file for line in (*after.lines, *after.imported)}
    assert numbers == {path: shop.reader.names.file_numbers([path])[path] for path in numbers}


def test_a_removed_file_is_found_no_more(shop: SmallIndex) -> None:
    retrieval, query = Retrieval(shop.reader), query_at("src/shop/sale.py", SALE)
    assert retrieval.find(query).imported
    shop.remove("src/shop/model.py", "src/shop/till.py")
    found = retrieval.find(query)

    assert found.imported == ()
    assert "add_item" not in found.at_cursor


def test_without_an_index_nothing_is_found_and_later_what_it_holds(
    make_index: Callable[[Texts], SmallIndex], cache: Path
) -> None:
    reader = ChunkReader(cache)
    retrieval, query = Retrieval(reader), query_at("src/shop/sale.py", SALE)
    assert retrieval.find(query, {"a.py"}) == Findings()
    shop = make_index(FILES)
    there = retrieval.find(query)
    delete_index(cache)
    gone = retrieval.find(query)
    ChunkStore.open(cache).close()
    empty = retrieval.find(query)
    shop.put(FILES)
    again = retrieval.find(query)
    reader.close()

    assert there.imported
    assert (gone, empty) == (Findings(), Findings())
    assert again.at_cursor == there.at_cursor


@pytest.mark.parametrize(
    "marked",
    [
        "║",
        "\0\ufffd(((║",
        "\ud800║\udfff",
        "\"' OR NEAR( * ^ {║",
        "x" * 200_000 + "║",
        "from a import b\n" * 50_000 + "║",
    ],
    ids=["empty", "odd", "surrogates", "syntax", "long", "imports"],
)
@pytest.mark.parametrize("path", ["t.py", "src/shop/prices.py", "t.go", "t.unknown"])
def test_any_window_can_be_asked_for(shop: SmallIndex, path: str, marked: str) -> None:
    assert isinstance(find(shop, path, marked), Findings)


def test_asked_again_it_answers_the_same(shop: SmallIndex) -> None:
    assert find(shop, "src/shop/sale.py", SALE) == find(shop, "src/shop/sale.py", SALE)


@pytest.mark.parametrize("left_out", RETRIEVERS)
def test_with_a_retriever_left_out_nothing_is_found_by_it(shop: SmallIndex, left_out: str) -> None:
    retrievers = {name: retriever for name, retriever in RETRIEVERS.items() if name != left_out}
    found = Retrieval(shop.reader, retrievers).find(query_at("src/shop/sale.py", SALE))

    assert not any(left_out in sources for sources in found.found_by.values())
    assert bool(found.imported) is (left_out != "imported_definitions")


def test_a_planted_retriever_is_asked_alone_and_ranked_by_how_sure_it_is(shop: SmallIndex) -> None:
    strengths = {"noise_1": 0.2, "noise_2": 1.0, "nowhere": 1.0}
    retrieval = Retrieval(shop.reader, {"planted": lambda _reader, _around: Answer({"similar_files": strengths})})
    ranked = retrieval.rank_names(query_at("new.py", "x = ║"), "planted")

    assert [candidate.name for candidate in ranked] == ["noise_2", "noise_1"]


def test_every_sign_that_is_given_has_a_weight(shop: SmallIndex) -> None:
    described = Retrieval(shop.reader).describe(query_at("src/shop/sale.py", SALE))
    given = {sign for candidate in described for sign in candidate.signs}
    given |= {sign for retriever in RETRIEVERS.values() for sign in retriever(shop.reader, look("t.py", SALE)).signs}

    assert given <= AT_CURSOR.by_sign.keys()
    assert IN_FILE.by_sign.keys() <= AT_CURSOR.by_sign.keys()


def test_what_was_read_while_the_index_was_written_counts_as_of_no_state(shop: SmallIndex) -> None:
    def writing(_reader: object, _around: object) -> Answer:
        shop.put({"other/tax.py": "def apply_tax_to(invoice):\n    return invoice.total\n"})
        return Answer()

    known = shop.reader.names.file_numbers(["src/shop/prices.py"])
    calm = Retrieval(shop.reader, {}).find(query_at("src/app.py", SALE), ["src/shop/prices.py"])
    disturbed = Retrieval(shop.reader, {"writing": writing}).find(query_at("src/app.py", SALE), ["src/shop/prices.py"])

    assert calm.files == known
    assert disturbed.files.keys() == known.keys()
    assert disturbed.files != known


def test_what_experience_says_of_a_retriever_moves_the_names_it_found_and_no_others(shop: SmallIndex) -> None:
    retrieval = Retrieval(shop.reader)
    query = query_at("src/shop/sale.py", SALE)
    plain = retrieval.find(query)
    retrieval.factors = {("python", "within"): {"members_in_use": 1.25}}
    more = retrieval.find(query)
    retrieval.factors = {("python", "within"): {"members_in_use": 0.8}}
    less = retrieval.find(query)

    assert less.at_cursor["add_item"] < plain.at_cursor["add_item"] < more.at_cursor["add_item"]
    assert more.at_cursor["net_price"] == plain.at_cursor["net_price"] == less.at_cursor["net_price"]
    assert more.found_by == plain.found_by


@pytest.mark.parametrize(
    "factors", [{}, {("python", "line"): {"members_in_use": 1.25}}, {("go", "within"): {"members_in_use": 0.8}}]
)
def test_experience_of_elsewhere_changes_nothing(shop: SmallIndex, factors: Factors) -> None:
    retrieval = Retrieval(shop.reader)
    query = query_at("src/shop/sale.py", SALE)
    plain = retrieval.find(query)
    retrieval.factors = factors

    assert retrieval.find(query) == plain
