"""The folder and the sibling of a file."""

from collections.abc import Callable

import pytest

from holdfast.index.retrieval.near_paths import folder_files, near_paths, sibling_files
from small_index import SmallIndex, Texts, look


def siblings(make_index: Callable[[Texts], SmallIndex], path: str, others: list[str]) -> list[str]:
    index = make_index(dict.fromkeys([*others, path], "x = 1\n"))
    return sibling_files(index.reader, look(path, "║"))


@pytest.mark.parametrize(
    ("path", "sibling"),
    [
        ("tests/test_cart.py", "src/shop/cart.py"),
        ("src/shop/cart.py", "tests/test_cart.py"),
        ("src/cart.py", "src/cart_test.py"),
        ("src/cart.test.ts", "src/cart.ts"),
        ("src/cart.spec.ts", "src/cart.ts"),
        ("src/cart.c", "include/cart.h"),
        ("include/cart.hpp", "src/cart.cpp"),
        ("tide/level_test.go", "tide/level.go"),
        ("src/test/java/CartTest.java", "src/main/java/Cart.java"),
    ],
)
def test_a_file_and_its_test_and_a_header_and_its_source_are_siblings(
    make_index: Callable[[Texts], SmallIndex], path: str, sibling: str
) -> None:
    assert siblings(make_index, path, [sibling, "src/other.py", "tests/test_other.py", "src/carton.ts"]) == [sibling]


def test_a_file_is_not_its_own_sibling(make_index: Callable[[Texts], SmallIndex]) -> None:
    assert siblings(make_index, "src/cart.py", ["src/other.py"]) == []


def test_the_nearest_of_many_siblings_come_first(make_index: Callable[[Texts], SmallIndex]) -> None:
    others = [*(f"pack{at}/cart.py" for at in range(30)), "shop/parts/cart.py"]
    found = siblings(make_index, "shop/parts/test_cart.py", others)

    assert found[0] == "shop/parts/cart.py"
    assert len(found) < len(others)


def test_files_of_the_folder_come_with_the_most_alike_name_first(make_index: Callable[[Texts], SmallIndex]) -> None:
    paths = ["shop/zebra.py", "shop/cart_items.py", "shop/deep/cart.py", "other/cart.py", "shop/cart.py"]
    index = make_index(dict.fromkeys(paths, "x = 1\n"))

    assert folder_files(index.reader, look("shop/cart.py", "║")) == ["shop/cart_items.py", "shop/zebra.py"]


def test_a_folder_of_very_many_files_is_not_read_as_a_whole(make_index: Callable[[Texts], SmallIndex]) -> None:
    index = make_index({f"m{at}.py": "x = 1\n" for at in range(300)})

    assert 0 < len(folder_files(index.reader, look("m7.py", "║"))) < 100


def test_names_of_the_folder_and_definitions_of_siblings_are_told(make_index: Callable[[Texts], SmallIndex]) -> None:
    index = make_index(
        {
            "shop/prices.py": "def net_price(amount): return rounded(amount)\n",
            "shop/taxes.py": "def rounded(amount): return amount\n",
            "shop/notes.ts": "export const onlyInTypeScript = 1;\n",
            "tests/test_cart.py": "def make_cart(): return far_helper()\n",
            "far/away.py": "def far_helper(): ...\n",
        }
    )
    signs = near_paths(index.reader, look("shop/cart.py", "║")).signs

    assert set(signs["near_paths"]) == {"net_price", "rounded", "amount"}
    assert signs["near_paths"]["rounded"] > signs["near_paths"]["net_price"]
    assert signs["sibling"] == {"make_cart": 1.0}
