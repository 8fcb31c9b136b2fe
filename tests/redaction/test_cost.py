"""No text makes redaction take long: what it costs grows with the text, and no character costs much more than any other."""

import time
from typing import Final, SupportsIndex

import pytest

from holdfast.redaction.assignments import find_assignments
from holdfast.redaction.nested_text import read_nested
from holdfast.redaction.redactor import RULES, find_secrets

LENGTH: Final = 30_000
MOST_TIMES_PLAIN: Final = 150
NAMES = ("password", "api_key", "token", "密码", "--pwd")
TAILS = ("=", "=a1!", '="', ": ", " is ", "=A1b2C3d4E5f6G7h8I9;", '\\\\\\"', "|", " a ", "_", "1")
FRAGMENTS = sorted(
    {name + tail for name in NAMES for tail in TAILS}
    | {keyword + tail for rule in RULES for keyword in rule.keywords for tail in ("", "A1 ")}
)
PLAIN = "The gateway retries three times, and `count_of(x)` says 7 of 12; see docs/retry.md.\n"


class Counting(str):
    """A text that counts how many characters are taken out of it."""

    __slots__ = ("taken",)
    taken: int

    def __getitem__(self, place: "SupportsIndex | slice") -> str:
        part = super().__getitem__(place)
        self.taken += len(part)
        return part


@pytest.mark.parametrize("name", ["password=", "密码=a1!", "api_key:", "--pwd_="])
def test_values_that_reach_over_each_other_are_looked_at_a_few_times(name: str) -> None:
    text = Counting(name * (LENGTH // len(name)))
    text.taken = 0

    for _ in find_assignments(text, text.lower(), 0, len(text)):
        pass

    # Two thousand characters for every name, when each value is looked at to its end.
    assert text.taken < 30 * len(text)


def test_no_fragment_costs_much_more_than_any_other() -> None:
    plain = _cost(PLAIN)
    dear = [fragment for fragment in FRAGMENTS if _cost(fragment) > MOST_TIMES_PLAIN * plain]

    # Whatever else runs on this machine disturbs one measurement, hardly four of the same.
    assert [fragment for fragment in dear if min(_cost(fragment) for _ in range(3)) > MOST_TIMES_PLAIN * plain] == []


@pytest.mark.parametrize("fragment", ["\\\\", '\\\\"', "%3D%3D", "&amp;", "\\u0026", "%22%", "&quot", "\\u00"])
def test_escapes_are_read_once(fragment: str) -> None:
    text = fragment * 5_000
    nested = read_nested(text)

    assert nested is None or len(nested.text) <= len(text)
    assert find_secrets(text) == []


def _cost(fragment: str) -> float:
    """Seconds of this process for a text of nothing but `fragment`."""
    text = (fragment * (2_000 // len(fragment) + 1))[:2_000]
    before = time.process_time()
    find_secrets(text, conversation=True)
    return time.process_time() - before
