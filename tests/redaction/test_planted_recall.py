"""How much of the planted corpus goes; tests/bench/redaction_bench.py measures more of it, and false alarms."""

from collections import defaultdict

import pytest

from holdfast.redaction.redactor import Redactor
from planted_documents import Planted, plant

REDACTOR = Redactor(b"key")


@pytest.fixture(scope="module")
def planted() -> dict[str, list[tuple[Planted, str]]]:
    groups: defaultdict[str, list[tuple[Planted, str]]] = defaultdict(list)
    for one in plant(seed=11, times=1):
        groups[one.group].append((one, REDACTOR.redact(one.text, conversation=one.is_conversation).text))
    return groups


@pytest.mark.parametrize(
    ("group", "least"),
    [
        ("token with a published form", 0.99),
        ("private key", 0.99),
        ("no form, in a credential", 0.95),
        ("no form, assigned", 0.95),
        ("personal, in conversation", 0.95),
        ("held out: token without a rule, assigned", 0.95),
    ],
)
def test_planted_secrets_go(planted: dict[str, list[tuple[Planted, str]]], group: str, least: float) -> None:
    left = [(one.kind, one.place) for one, text in planted[group] if not one.is_gone_from(text)]

    assert 1 - len(left) / len(planted[group]) >= least, left


def test_redacting_again_changes_nothing(planted: dict[str, list[tuple[Planted, str]]]) -> None:
    changed = [
        (one.kind, one.place)
        for group in planted.values()
        for one, text in group
        if REDACTOR.redact(text, conversation=one.is_conversation).text != text
    ]

    assert changed == []


def test_a_secret_that_is_left_is_seen() -> None:
    one = Planted("group", "kind", "place", "abcdefghijklmnop", "x abcdefghijklmnop", is_conversation=False)

    assert not one.is_gone_from("x abcdefghijklmnop")
    assert not one.is_gone_from("x [REDACTED:x:01234567]ghijklmnop")
    assert one.is_gone_from("x [REDACTED:x:01234567]")


def test_a_seed_makes_the_same_corpus() -> None:
    assert list(plant(3, 1)) == list(plant(3, 1))
    assert list(plant(3, 1)) != list(plant(4, 1))
