"""What changed, unsaved texts define stands in the place of what the index holds of their files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.index_once import index_once
from holdfast.index.retrieval.find import Retrieval
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.index.retrieval.live_definitions import MOST_BYTES, LiveDefinitions
from holdfast.index.retrieval.query import RetrievalQuery, WorkingText

PRICES = (
    "TAX = 20\n\n\ndef net_price(amount: int) -> int:\n    return amount\n\n\n"
    "def total_price(amount: int) -> int:\n    return net_price(amount) + TAX\n"
)
APP = "from prices import net_price\n\n\ndef checkout(amount: int) -> int:\n    "


@pytest.fixture
def retrieval(write: Callable[..., None], workspace: Path, cache: Path) -> Iterator[Retrieval]:
    write({"prices.py": PRICES, "app.py": APP, "other.py": "def other_thing(): pass\n"})
    index_once(workspace, cache, lambda _: None)
    reader = ChunkReader(cache)
    yield Retrieval(reader)
    reader.close()


def find(retrieval: Retrieval, *changed: tuple[str, str], before: str = APP, held: tuple[str, ...] = ()) -> Findings:
    texts = tuple(WorkingText(path, "python", text, is_changed=True) for path, text in changed)
    return retrieval.find(RetrievalQuery("app.py", "python", before, "\n", texts), held)


def shown(findings: Findings) -> list[FoundLine]:
    return [*findings.lines, *findings.imported]


def defined(findings: Findings, name: str) -> list[tuple[str, int, str]]:
    return sorted({(line.path, line.line, line.text) for line in shown(findings) if line.defines == name})


def test_a_function_just_typed_elsewhere_is_offered_with_its_true_line(retrieval: Retrieval) -> None:
    text = PRICES.replace(
        "TAX = 20\n", "TAX = 20\n\n\ndef gross_price(\n    amount: int,\n) -> int:\n    return amount\n"
    )
    found = find(retrieval, ("prices.py", text))
    assert defined(found, "gross_price") == [("prices.py", 4, "def gross_price(")]
    assert "gross_price" in found.at_cursor
    assert defined(find(retrieval), "gross_price") == []


def test_a_file_that_was_never_saved_is_known(retrieval: Retrieval) -> None:
    found = find(retrieval, ("new/discount.py", "\ndef summer_discount(amount):\n    return amount\n"))
    assert defined(found, "summer_discount") == [("new/discount.py", 2, "def summer_discount(amount):")]


def test_the_definition_of_an_imported_name_is_the_one_just_typed(retrieval: Retrieval) -> None:
    text = PRICES.replace("def net_price(amount: int)", "def net_price(amount: int, *, rounded: bool)")
    assert defined(find(retrieval, ("prices.py", text)), "net_price") == [
        ("prices.py", 4, "def net_price(amount: int, *, rounded: bool) -> int:")
    ]


def test_an_import_of_what_is_not_saved_yet_leads_there(retrieval: Retrieval) -> None:
    before = "from discount import summer_discount\n\n\nprint("
    found = find(retrieval, ("discount.py", "def summer_discount(amount): ...\n"), before=before)
    assert "def summer_discount(amount): ..." in [line.text for line in found.imported]


def test_members_of_a_class_just_typed_are_offered(retrieval: Retrieval) -> None:
    text = "class Basket:\n    weight: int = 0\n\n    def add_item(self, item):\n        pass\n"
    found = find(retrieval, ("basket.py", text), before=APP + "basket = Basket()\n    basket.")
    assert defined(found, "add_item") == [("basket.py", 4, "    def add_item(self, item):")]
    assert defined(found, "weight") == [("basket.py", 2, "    weight: int = 0")]


def test_what_was_deleted_and_not_saved_is_not_offered(retrieval: Retrieval) -> None:
    before = APP + "total = amount + TAX\n    "
    gone = PRICES[: PRICES.index("def total_price")]
    assert defined(find(retrieval, before=before), "total_price") != []
    assert defined(find(retrieval, ("prices.py", gone), before=before), "total_price") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import os\n\n\n" + PRICES, id="moved down"),
        pytest.param(PRICES.replace("amount", "sum_due"), id="renamed inside"),
        pytest.param("def (:\n  class\n" + PRICES[:90], id="broken"),
        pytest.param("", id="emptied"),
    ],
)
def test_every_line_of_a_changed_file_stands_in_its_text(retrieval: Retrieval, text: str) -> None:
    found = find(retrieval, ("prices.py", text), before=APP + "total = net_price(amount) + TAX\n    ")
    lines = text.split("\n")
    assert [line for line in shown(found) if line.path == "prices.py" and lines[line.line - 1] != line.text] == []
    assert found.alike is None or found.alike.path != "prices.py" or found.alike.text in text


def test_the_number_of_a_changed_file_is_another_for_another_text(retrieval: Retrieval) -> None:
    texts = (PRICES + "\n", PRICES + "\n\n", PRICES + "\n")
    saved = find(retrieval, held=("prices.py", "other.py")).files
    numbers = [find(retrieval, ("prices.py", text), held=("prices.py", "other.py")).files for text in texts]
    assert [number["other.py"] for number in numbers] == [saved["other.py"]] * 3
    assert numbers[0] == numbers[2]
    assert len({saved["prices.py"], numbers[0]["prices.py"], numbers[1]["prices.py"]}) == 3


def test_a_text_over_the_bound_is_served_by_the_index(retrieval: Retrieval) -> None:
    found = find(retrieval, ("prices.py", PRICES.replace("net_price", "gross_price") + "#" * MOST_BYTES))
    assert (defined(found, "gross_price"), defined(found, "net_price")) == (
        [],
        [("prices.py", 4, "def net_price(amount: int) -> int:")],
    )


def test_of_many_large_texts_the_latest_are_cut() -> None:
    text = "def f(): pass\n" * 7_000
    texts = [WorkingText(f"m{number}.py", "python", text, is_changed=True) for number in range(6)]
    assert list(LiveDefinitions().of(texts)) == ["m0.py", "m1.py", "m2.py", "m3.py"]


def test_a_text_is_cut_once_while_it_is_asked_for() -> None:
    live = LiveDefinitions()
    first = WorkingText("a.py", "python", "def a(): pass\n", is_changed=True)
    cut = live.of([first])["a.py"]
    assert live.of([first])["a.py"] is cut
    assert live.of([]) == {}
    assert live.of([first])["a.py"] is not cut


def test_before_there_is_an_index_open_files_are_known(tmp_path: Path) -> None:
    reader = ChunkReader(tmp_path)
    text = WorkingText("prices.py", "python", PRICES, is_changed=True)
    found = Retrieval(reader).find(RetrievalQuery("app.py", "python", APP, "", (text,)))
    assert [line.text for line in found.imported] == ["def net_price(amount: int) -> int:"]
