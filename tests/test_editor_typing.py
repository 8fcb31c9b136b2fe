"""What a real editor is given to type, and how what it showed is counted; `editor/typing_bench.test.ts` drives one."""

import pytest

from editor_typing import EditorCount, Meter, SeenKey, SeenPassage, Shown, count_seen, plan_typing
from holdfast.evaluation.typing_answers import TypedModel
from holdfast.evaluation.typing_trace import Passage, Session, SourceFile

TEXT = "def net(order):\n    a = 1\n\n    return a\n\n\ndef tax(order):\n    return 2\n"
FILE = SourceFile("shop.py", "python", TEXT)
OTHER = SourceFile("deep/other.py", "python", "import shop\n")
NET = Passage(FILE, TEXT.index("a = 1"), TEXT.index("return a") + len("return a"))
TAX = Passage(FILE, TEXT.index("return 2"), len(TEXT) - 1)
SESSION = Session((NET, TAX))
NOTHING_ASKED = Meter(requests=0, primings=0, prefilled_bytes=0, primed_bytes=0, most_open=0)


def seen(*shown: tuple[float, str], took_ms: float = 120.0, asked: bool | None = None) -> SeenKey:
    return SeenKey(shown=[Shown(after_ms=after, ghost=ghost) for after, ghost in shown], took_ms=took_ms, asked=asked)


def count(passage: Passage, *keys: SeenKey) -> EditorCount:
    passages = [SeenPassage(keys=list(keys), opening=NOTHING_ASKED, typing=NOTHING_ASKED)]
    return count_seen(Session((passage,)), passages, TypedModel("right", seed=1))


def test_the_lines_that_are_typed_stand_in_no_file() -> None:
    plan = plan_typing(SESSION, [FILE, OTHER], "http://127.0.0.1:1")

    assert plan.files == {
        "shop.py": "def net(order):\n    \n\n\ndef tax(order):\n    \n",
        "deep/other.py": "import shop\n",
    }


def test_each_passage_begins_where_its_file_will_have_the_line_by_then() -> None:
    plan = plan_typing(SESSION, [FILE], "http://127.0.0.1:1")

    assert [(passage.path, passage.line, passage.column) for passage in plan.passages] == [
        ("shop.py", 2, 5),
        ("shop.py", 8, 5),
    ]


def test_a_line_break_brings_the_next_line_s_indentation_along() -> None:
    (plan, _) = plan_typing(SESSION, [FILE], "http://127.0.0.1:1", most_keys=8).passages

    assert [(key.text, key.seconds, key.line, key.line_text) for key in plan.keys[3:]] == [
        (" ", 0.12, 2, "    a = "),
        ("1", 0.6, 2, "    a = 1"),
        ("\n", 0.6, 3, ""),
        ("\n    ", 0.12, 4, "    "),
        ("r", 0.12, 4, "    r"),
    ]


@pytest.mark.parametrize(
    ("shown", "on_screen", "whole", "stayed"),
    [
        pytest.param([(30.0, "eturn 2")], 1, 1, 1, id="the rest of the line"),
        pytest.param([(30.0, "eturn 2\nmore")], 1, 0, 1, id="lines that come after, unlike the truth"),
        pytest.param([(10.0, ""), (90.0, "eturn 2")], 1, 1, 1, id="late, but before the next key"),
        pytest.param([(30.0, "eturn 2"), (60.0, "")], 1, 1, 0, id="gone again"),
        pytest.param([(30.0, "eturn")], 0, 0, 0, id="not to the end of the line"),
        pytest.param([(30.0, "eturn 23")], 0, 0, 0, id="more than the line has"),
        pytest.param([(30.0, "aise")], 0, 0, 0, id="another text"),
        pytest.param([(30.0, "")], 0, 0, 0, id="nothing"),
        pytest.param([], 0, 0, 0, id="the key was never drawn"),
    ],
)
def test_a_key_counts_when_the_true_rest_of_its_line_was_drawn(
    shown: list[tuple[float, str]], on_screen: int, whole: int, stayed: int
) -> None:
    total = count(TAX, seen(*shown))

    assert (total.count.keystrokes, total.count.answerable) == (1, 1)
    assert (total.count.on_screen, total.count.whole_on_screen, total.stayed) == (on_screen, whole, stayed)


def test_at_a_line_s_end_the_next_line_counts_and_half_a_second_is_the_longest_look() -> None:
    typed = [seen() for _ in range(4)]
    in_time = count(NET, *typed, seen((490.0, "\n\n    return a"), took_ms=600.0))
    too_late = count(NET, *typed, seen((510.0, "\n\n    return a"), took_ms=600.0))

    assert (in_time.count.on_screen, in_time.drawn_after_ms) == (1, [490.0])
    assert (too_late.count.on_screen, too_late.drawn_after_ms) == (0, [])


def test_what_the_server_did_while_files_opened_is_counted_apart() -> None:
    opening = Meter(requests=0, primings=1, prefilled_bytes=0, primed_bytes=900, most_open=1)
    typing = Meter(requests=2, primings=1, prefilled_bytes=30, primed_bytes=12, most_open=1)
    pause = seen((9.0, "\n\n    return a"), took_ms=600.0, asked=True)
    keys = [seen() for _ in range(4)] + [pause]
    model = TypedModel("right", seed=1)
    total = count_seen(Session((NET,)), [SeenPassage(keys=keys, opening=opening, typing=typing)], model).count

    assert (total.requests, total.primings, total.prefilled_bytes, total.opening_bytes) == (2, 1, 42, 900)
    assert (total.pauses, total.asked_pauses) == (1, 1)


def test_keys_at_which_the_model_would_be_wrong_are_no_fault_of_the_editor() -> None:
    passages = [SeenPassage(keys=[seen((9.0, "x"))], opening=NOTHING_ASKED, typing=NOTHING_ASKED)]
    total = count_seen(Session((TAX,)), passages, TypedModel("wrong", seed=1)).count

    assert (total.keystrokes, total.answerable, total.on_screen) == (1, 0, 0)


def test_counts_of_several_sessions_are_summed() -> None:
    total = count(TAX, seen((30.0, "eturn 2")))
    total.add(count(TAX, seen((50.0, "eturn 2"), took_ms=130.0)))

    assert (total.count.keystrokes, total.stayed, total.drawn_after_ms) == (2, 2, [30.0, 50.0])
    assert total.late_ms == [0.0, 10.0]
