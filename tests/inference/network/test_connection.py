"""One file decides what leaves the process."""

from pathlib import Path

import holdfast

PRODUCT = Path(holdfast.__file__).parent


def test_only_one_file_of_the_product_opens_connections() -> None:
    makers = ("AsyncClient(", "httpx.Client(", "HTTPTransport(", "open_connection(", "create_connection(", "urlopen(")
    opening = {
        path.relative_to(PRODUCT).as_posix()
        for path in PRODUCT.rglob("*.py")
        if any(maker in path.read_text("utf-8") for maker in makers)
    }

    assert opening == {"inference/network/connection.py"}
