"""Members of the classes that a file deals with, told by names alone."""

from collections.abc import Callable

import pytest

from holdfast.index.retrieval.members_in_use import members_in_use
from small_index import SmallIndex, Texts, look

FILES = {
    "model.py": (
        "class Basket:\n    capacity = 3\n\n    def add_item(self): ...\n    def drop_item(self): ...\n    def empty_out(self): ...\n"
        "\n\nclass Invoice:\n    def print_out(self): ...\n    def close_down(self): ...\n"
    ),
    **{
        f"noise{at}.py": f"class Noise{at}:\n    def close(self): ...\n    def hum_{at}(self): ...\n"
        for at in range(20)
    },
}


@pytest.fixture
def strength(make_index: Callable[[Texts], SmallIndex]) -> Callable[[str, str, str], float]:
    reader = make_index(FILES).reader

    def of(marked: str, sign: str, name: str) -> float:
        return members_in_use(reader, look("app.py", marked)).signs[sign].get(name, 0.0)

    return of


Strength = Callable[[str, str, str], float]


@pytest.mark.parametrize(
    ("marked", "sign", "name", "is_told"),
    [
        ("Basket().║", "owner_near", "add_item", True),
        ("Basket().║", "owner_in_file", "capacity", True),
        ("Basket().║", "owner_near", "print_out", False),
        ("Basket()" + "\n" * 60 + "║", "owner_near", "add_item", False),
        ("Basket()" + "\n" * 60 + "║", "owner_in_file", "add_item", True),
        ("b.add_item()\nb.║", "members_near", "drop_item", True),
        ("b.add_item()" + "\n" * 60 + "║", "members_near", "drop_item", False),
        ("b.add_item()" + "\n" * 60 + "║", "members_in_file", "drop_item", True),
        ("b.add_item()\nb.║", "members_near", "print_out", False),
        ("x.close()\nx.║", "members_near", "hum_3", False),
    ],
    ids=[
        "its class is named", "a field", "of another class", "named far above", "named in the file", "another member is used", "used far above",
        "used in the file", "another class's", "a name that twenty classes have",
    ],
)  # fmt: skip
def test_members_of_what_is_in_use_are_told(
    strength: Strength,
    marked: str,
    sign: str,
    name: str,
    is_told: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert (strength(marked, sign, name) > 0) is is_told


def test_the_more_members_are_used_the_more_it_says(strength: Strength) -> None:
    one, two = "b.add_item()\n║", "b.add_item(b.drop_item())\n║"

    assert 0 < strength(one, "members_near", "empty_out") < strength(two, "members_near", "empty_out") <= 1
