import re

import pytest

from holdfast.redaction.redactor import Redactor


@pytest.mark.parametrize(
    ("text", "expected", "count"),
    [
        pytest.param("a <private>b\nc</private> d", "a * d", 1, id="a block"),
        pytest.param("a <private>b", "a *", 1, id="unclosed, to the end"),
        pytest.param("<private>a</private>b<private>c</private>", "*b*", 2, id="two"),
        pytest.param("a <private>b<private>c</private>d</private> e", "a * e", 1, id="one in another"),
        pytest.param("a <private>b<private>c</private> d", "a *", 1, id="the inner one alone is closed"),
        pytest.param("a <PRIVATE >b</ Private> c", "a * c", 1, id="as people write it"),
        pytest.param("a </private> b", "a </private> b", 0, id="closed and never opened"),
        pytest.param("List<privateKey> x", "List<privateKey> x", 0, id="another word"),
        pytest.param("<private>password=Tr0ub4dor&3</private>", "*", 1, id="a secret in it is no second"),
    ],
)
def test_what_is_private_is_taken_out_whole(text: str, expected: str, count: int) -> None:
    redacted = Redactor(b"key").redact(text)

    assert re.sub(r"\[REDACTED:private:[0-9a-f]{8}\]", "*", redacted.text) == expected
    assert redacted.counts.get("private", 0) == count
