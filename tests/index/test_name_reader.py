"""Questions about names to a real index."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from holdfast.index.name_reader import NameReader
from holdfast.index.read_connection import ReadConnection
from small_index import SmallIndex

FILES = {
    "shop/model.py": (
        "import functools\n\n\nclass Basket:\n    capacity = 3\n\n    @functools.cache\n    def add_item(\n        self, item\n    ):\n"
        "        return item\n\n    def total(self):\n        return 1\n"
    ),
    "shop/crlf.py": "def net_price(amount):\r\n    return amount\r\n\r\nclass Till:\r\n    drawer = 1\r\n",
    "web/cart.ts": "export class Cart { total(): number { return 1; } }\nexport default function openCart() {}\n",
    "web/plain.ts": "export const total = 1;\n",
}


@pytest.fixture
def index(workspace: Path, cache: Path) -> Iterator[SmallIndex]:
    made = SmallIndex(workspace, cache)
    made.put(FILES)
    yield made
    made.reader.close()


@pytest.fixture
def names(index: SmallIndex) -> NameReader:
    return index.reader.names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Basket", [("shop/model.py", 4, "class", "", "class Basket:")]),
        ("capacity", [("shop/model.py", 5, "field", "Basket", "    capacity = 3")]),
        ("add_item", [("shop/model.py", 8, "method", "Basket", "    def add_item(")]),
        ("net_price", [("shop/crlf.py", 1, "function", "", "def net_price(amount):")]),
        ("drawer", [("shop/crlf.py", 5, "field", "Till", "    drawer = 1")]),
        ("nothing", []),
        ("", []),
    ],
    ids=["class", "field", "below a decorator", "crlf", "crlf field", "unknown", "empty"],
)
def test_a_definition_is_its_line_with_its_owner(
    index: SmallIndex, name: str, expected: list[tuple[str, int, str, str, str]]
) -> None:
    found = index.reader.names.definitions_named([name])

    assert [(line.path, line.line, line.kind, line.owner, line.text.removesuffix("\r")) for line in found] == expected
    assert all(index.line(line.path, line.line) == line.text.removesuffix("\r") for line in found)


def test_a_name_that_a_few_share_comes_with_each_definition(names: NameReader) -> None:
    assert sorted(line.path for line in names.definitions_named(["total"])) == [
        "shop/model.py",
        "web/cart.ts",
        "web/plain.ts",
    ]


def test_of_a_name_that_very_many_share_only_some_definitions_come(index: SmallIndex) -> None:
    index.put({f"m{at}.py": "def run():\n    pass\n\nclass Of:\n    state = 1\n" for at in range(100)})
    found = index.reader.names.definitions_named(["run", "state", "net_price"])

    assert {line.name for line in found} == {"net_price", "run", "state"}
    assert len(found) < 20


def test_thousands_of_names_can_be_asked_for_at_once(names: NameReader) -> None:
    wanted = [f"name_{at}" for at in range(5_000)]
    found = names.definitions_named([*wanted, "net_price", *wanted, "Basket", "net_price"])

    assert sorted(line.name for line in found) == ["Basket", "net_price"]


def test_members_are_the_methods_and_fields_of_a_class(names: NameReader) -> None:
    assert [line.name for line in names.members_of(["Basket"])] == ["add_item", "total", "capacity"]
    assert {line.owner for line in names.members_of(["Till", "Basket"])} == {"Till", "Basket"}
    assert names.members_of(["", "Nobody"]) == []
    assert names.members_of([]) == []


def test_of_a_class_with_thousands_of_members_only_some_come(index: SmallIndex) -> None:
    index.put({"big.py": "class Big:\n" + "".join(f"    field_{at} = {at}\n" for at in range(3_000))})

    assert 0 < len(index.reader.names.members_of(["Big"])) < 1_000


def test_a_file_s_definitions_come_from_the_top(names: NameReader) -> None:
    found = names.definitions_in(["shop/model.py", "gone.py"], 50)

    assert [line.name for line in found] == ["Basket", "add_item", "total", "capacity"]
    assert [line.name for line in names.definitions_in(["shop/model.py"], 1)] == ["Basket", "capacity"]


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("shop/model.py", "Basket", ["class Basket:"]),
        ("shop/model.py", "capacity", ["    capacity = 3"]),
        ("web/cart.ts", "default", ["export default function openCart() {}"]),
        ("web/plain.ts", "default", []),
        ("shop/model.py", "net_price", []),
        ("gone.py", "Basket", []),
    ],
)
def test_definitions_of_a_name_in_one_file(names: NameReader, path: str, name: str, expected: list[str]) -> None:
    assert [line.text for line in names.definitions_of(path, name)] == expected


def test_in_one_file_the_top_level_comes_first(index: SmallIndex) -> None:
    index.put({"two.py": "class Shop:\n    def close(self): ...\n\ndef close(): ...\n"})

    assert [line.line for line in index.reader.names.definitions_of("two.py", "close")] == [4, 2]


def test_a_file_s_names_are_its_distinct_identifiers(names: NameReader) -> None:
    (found,) = names.names_of(["shop/crlf.py", "gone.py"])

    assert (found.path, found.language) == ("shop/crlf.py", "python")
    assert found.names == {"net_price", "amount", "Till", "drawer"}
    assert names.file_numbers(["shop/crlf.py", "gone.py"]) == {"shop/crlf.py": found.file}


def test_a_file_that_is_indexed_anew_has_another_number(index: SmallIndex) -> None:
    before = index.reader.names.file_numbers(FILES)
    index.put({"web/plain.ts": "export const total = 2;\n"})
    after = index.reader.names.file_numbers(FILES)

    assert {path for path in FILES if before[path] != after[path]} == {"web/plain.ts"}
    (line,) = [line for line in index.reader.names.definitions_named(["total"]) if line.path == "web/plain.ts"]
    assert line.file == after["web/plain.ts"]


def test_a_number_is_never_given_twice_not_even_to_the_file_indexed_last(index: SmallIndex) -> None:
    seen: list[int] = []
    for version in range(4):
        index.put({"last.py": f"x = {version}\n"})
        seen.append(index.reader.names.file_numbers(["last.py"])["last.py"])
        if version % 2:
            index.remove("last.py")

    assert len(set(seen)) == len(seen)


def test_a_name_on_a_later_line_of_its_signature_is_shown_by_that_line(index: SmallIndex) -> None:
    index.put({"berth.c": "static int\nassign_berth(int id)\n{\n    return id;\n}\n"})
    (found,) = index.reader.names.definitions_named(["assign_berth"])

    assert (found.line, found.text) == (2, "assign_berth(int id)")


def test_counts_are_of_chunks_and_remembered_while_little_changes(index: SmallIndex) -> None:
    index.put({f"m{at}.py": f"def run_{at}():\n    return hum\n" for at in range(100)})
    names = index.reader.names
    first = names.counts(["hum", "nowhere"])
    index.put({"one.py": "def more():\n    return hum\n"})
    remembered = names.counts(["hum"])
    index.put({f"n{at}.py": f"def more_{at}():\n    return hum\n" for at in range(100)})

    assert (first, remembered) == ({"hum": 100, "nowhere": 0}, {"hum": 100})
    assert names.counts(["hum"]) == {"hum": 201}


def test_counts_written_down_serve_until_the_index_has_another_size(index: SmallIndex) -> None:
    index.put({f"m{at}.py": f"def run_{at}():\n    return hum\n" for at in range(100)})
    index.count_words()
    index.put({"one.py": "def more():\n    return hum, brand_new\n"})
    written = index.reader.names.counts(["hum", "brand_new", "nowhere"])
    index.put({f"n{at}.py": f"def more_{at}():\n    return hum\n" for at in range(100)})

    assert written == {"hum": 100, "brand_new": 1, "nowhere": 0}
    assert index.reader.names.counts(["hum"]) == {"hum": 201}


@pytest.mark.parametrize("is_written_down", [True, False])
def test_counts_are_not_those_of_files_that_others_have_replaced(index: SmallIndex, is_written_down: bool) -> None:  # noqa: FBT001 - a parameter
    index.put({f"m{at}.py": f"def run_{at}():\n    return hum\n" for at in range(100)})
    if is_written_down:
        index.count_words()
    before = index.reader.names.counts(["hum", "drone"])
    index.put({f"m{at}.py": f"def run_{at}():\n    return drone\n" for at in range(100)})

    assert before == {"hum": 100, "drone": 0}
    assert index.reader.names.counts(["hum", "drone"]) == {"hum": 0, "drone": 100}
    if is_written_down:
        index.count_words()
    assert NameReader(index.reader.connection).counts(["hum", "drone"]) == {"hum": 0, "drone": 100}


def test_the_number_of_chunks_is_never_none(index: SmallIndex, tmp_path: Path) -> None:
    empty = SmallIndex(tmp_path / "none", tmp_path / "no_cache")

    assert empty.reader.names.chunk_count() == 1
    assert empty.reader.names.counts(["x"]) == {"x": 0}
    assert index.reader.names.chunk_count() == index.reader.totals()[1]
    empty.reader.close()


def test_the_line_of_a_signature_is_the_one_with_the_name_as_a_word(index: SmallIndex) -> None:
    index.put({"buffer.c": "struct buffer_list *\nbuffer(struct x *y, int z)\n{\n  return 0;\n}\n"})

    found = [(line.line, line.text) for line in index.reader.names.definitions_named(["buffer"])]

    assert found == [(2, "buffer(struct x *y, int z)")]


def test_a_file_saved_between_two_statements_breaks_nothing(workspace: Path, cache: Path) -> None:
    index = SmallIndex(workspace, cache)
    index.put({f"m{number}.py": f"class C{number}:\n    value: int = 1\n" for number in range(12)})
    connection = index.reader.connection
    asked = connection.ask
    saved = False

    def ask(statement: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        nonlocal saved
        rows = list(asked(statement, values))
        if not saved and "FROM field" in statement:
            saved = True
            index.put({"m11.py": "class C11:\n    other: int = 1\n"})
        return rows

    names = NameReader(cast("ReadConnection", SimpleNamespace(ask=ask, look=connection.look)))

    found = {line.name for line in names.definitions_named(["value"])}
    index.reader.close()
    assert (saved, found) == (True, {"value"})
