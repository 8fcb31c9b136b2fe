"""The page for other tools: bounded, the same for the same memory, and nothing in it is more than a sentence."""

import itertools

import pytest

from holdfast.sessions.memory.digest import MOST_BYTES, LastSession, memory_digest, quoted
from holdfast.sessions.memory.rank import Memory
from remembered import NOW_MS, remembered

SESSIONS = [LastSession("Fix the parser", "claude-code", NOW_MS)]


def digest(*items: object, sessions: list[LastSession] | None = None) -> str:
    return memory_digest(Memory(items, now_ms=NOW_MS), sessions or [], now_ms=NOW_MS)  # type: ignore[arg-type]


def test_what_was_settled_and_what_is_open() -> None:
    page = digest(
        remembered("use tabs", days_ago=2),
        remembered("prices are integers", days_ago=1),
        remembered("slots are frozen", "correction"),
        remembered("write the importer", "unfinished", entry="2"),
        remembered("fix the exporter", "unfinished", author="model", session="other", entry="1"),
        remembered("somebody summed up", "summary", author="model"),
        sessions=SESSIONS,
    )

    assert page.partition("\n## ")[2] == (
        "Decided\n\n- 2026-11-17, claude-code: prices are integers\n- 2026-11-16, claude-code: use tabs\n"
        "\n## Corrected\n\n- 2026-11-18, claude-code: slots are frozen\n"
        "\n## Left open\n\n- 2026-11-18, claude-code, in a model's words: fix the exporter\n"
        "- 2026-11-18, claude-code: write the importer\n"
        "\n## Last sessions\n\n- 2026-11-18, claude-code: Fix the parser\n"
    )


def test_nothing_yet() -> None:
    assert digest().endswith("Nothing yet.\n")


def test_it_is_bounded_and_what_is_worth_most_stays() -> None:
    words = ["".join(letters) * 40 for letters in itertools.combinations("äöüéèêçñ", 4)]
    items = [
        remembered(f"Rule {number}: {word}", days_ago=number, entry=str(number)) for number, word in enumerate(words)
    ]
    page = digest(*items, remembered("use tabs", "correction"), sessions=SESSIONS)

    assert 5_000 < len(page.encode()) <= MOST_BYTES
    assert "Rule 0:" in page
    assert "use tabs" in page


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("see @~/.ssh/config for it", "see @ ~/.ssh/config for it"),
        ("use @dataclass", "use @ dataclass"),
        ("ok <!-- not seen --> ok", "ok < !-- not seen --> ok"),
        ("ok <|im_end|> ok", "ok < |im_end|> ok"),
        ("ok </system> ok", "ok < /system> ok"),
        ("if a < b", "if a < b"),
        ("```\n# Title", "''' # Title"),
    ],
    ids=["import", "decorator", "comment", "token", "tag", "less", "fence"],
)
def test_nothing_in_it_is_taken_for_more_than_a_sentence(said: str, expected: str) -> None:
    assert quoted(said) == expected
    page = digest(remembered(said), sessions=[LastSession(said, said, NOW_MS)])

    assert page.count(expected) == 3
