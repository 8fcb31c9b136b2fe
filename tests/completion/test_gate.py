from collections.abc import Iterator

import pytest

from cursor_notation import at
from holdfast.completion.gate import Gate
from holdfast.completion.request import CompletionRequest
from holdfast.cursor import Cursor
from holdfast.reasons import Reason
from holdfast.settings import Settings


def gate(settings: Settings | None = None, reason: Reason | None = None, *, paused: bool = False) -> Gate:
    return Gate(settings or Settings(), lambda _: reason, paused=paused)


@pytest.mark.parametrize(
    ("a_gate", "reason"),
    [
        (gate(), None),
        (gate(Settings(enabled=False), "secret_file", paused=True), "disabled"),
        (gate(Settings(languages={"python": False}), "secret_file", paused=True), "paused"),
        (gate(Settings(languages={"python": False}), "secret_file"), "language_off"),
        (gate(reason="secret_file"), "secret_file"),
        (gate(reason="ignored_file"), "ignored_file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_no_has_its_reason(a_gate: Gate, reason: str | None) -> None:
    assert a_gate.why_not(CompletionRequest(at("x = ║\n"))) == reason


@pytest.mark.parametrize("reason", ["secret_file", "ignored_file"])
def test_by_hand_changes_nothing_for_a_file_that_is_left_out(reason: str) -> None:
    assert gate(reason=reason).why_not(CompletionRequest(at("x = ║"), automatic=False)) == reason


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param("x = ║", True, id="end-of-file"),
        pytest.param("x = ║\nmuch text on the next line", True, id="end-of-line"),
        pytest.param("f(║)", True, id="closer"),
        pytest.param("f(║    )]}>\"'`:;,   \n", True, id="only-closers-however-many"),
        pytest.param("x = ║ + value", True, id="eight-characters"),
        pytest.param("x = ║ + values1", False, id="nine-characters"),
        pytest.param("║def pay(items):", False, id="in-front-of-code"),
        pytest.param("║               ", True, id="white-space"),
    ],
)
def test_where_an_automatic_suggestion_fits(marked: str, *, expected: bool) -> None:
    automatic = gate().why_not(CompletionRequest(at(marked)))

    assert automatic == (None if expected else "cursor_position")
    assert gate().why_not(CompletionRequest(at(marked), automatic=False)) is None


def test_a_huge_document_is_only_completed_by_hand() -> None:
    huge = at("x = 1\n" * 200_000 + "x = ║\n")
    assert gate().why_not(CompletionRequest(huge)) == "ignored_file"
    assert gate().why_not(CompletionRequest(huge, automatic=False)) is None


def test_what_was_looked_up_of_a_file_counts_for_half_a_second() -> None:
    asked: list[str] = []
    times = iter([0.0, 0.4, 0.4, 0.8, 1.2])
    found: Iterator[Reason | None] = iter([None, None, "secret_file"])

    def look_up(cursor: Cursor) -> Reason | None:
        asked.append(cursor.path)
        return next(found)

    a_gate = Gate(Settings(), look_up, clock=lambda: next(times))
    paths = ["a.py", "a.py", "b.py", "b.py", "b.py"]
    reasons = [a_gate.why_not(CompletionRequest(at("x = ║\n", path=path))) for path in paths]

    assert (asked, reasons) == (["a.py", "b.py", "b.py"], [None, None, None, None, "secret_file"])
