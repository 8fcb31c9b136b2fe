import pytest

from holdfast.redaction.cut_text import cut

TOKEN = "ghp_" + "A1b2C3d4E5f6" * 3


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("short", 5, "short", id="as long as it may be"),
        pytest.param("longer", 5, "longe", id="too long"),
        pytest.param(f"use {TOKEN} now", 20, "use ", id="in a secret"),
        pytest.param(f"use {TOKEN} now", 44, f"use {TOKEN}", id="behind a secret"),
        pytest.param(f"use {TOKEN} now", 4, "use ", id="before a secret"),
        pytest.param("ask ada.lovelace@shop-mail.dev", 20, "ask ", id="in an address"),
        pytest.param(f"<private>{'x' * 50}</private>", 30, "", id="in private text"),
        pytest.param("", 0, "", id="nothing"),
    ],
)
def test_a_secret_is_left_whole_or_left_out(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected
