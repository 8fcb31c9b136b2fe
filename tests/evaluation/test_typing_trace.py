import pytest

from holdfast.evaluation.typing_replay import is_true
from holdfast.evaluation.typing_trace import LINES_TYPED, Passage, SourceFile, draw_passage, draw_sessions

FILES = [
    SourceFile(
        f"{name}.py",
        "python",
        "".join(f"def {name}_{number}(items):\n    return sum(items) + {number}\n\n" for number in range(lines)),
    )
    for name, lines in (("a", 100), ("b", 200), ("c", 30), ("tiny", 1))
]


def test_the_same_seed_draws_the_same_sessions() -> None:
    assert draw_sessions(FILES, 3, 1) == draw_sessions(FILES, 3, 1)
    assert draw_sessions(FILES, 3, 1) != draw_sessions(FILES, 3, 2)


def test_a_session_has_two_file_switches_and_a_long_jump() -> None:
    for session in draw_sessions(FILES, 20, 7):
        first, second, near, far = session.passages

        assert len({first.file.path, second.file.path, near.file.path}) == 3
        assert near.file is far.file
        assert near.file.text[: far.start].count("\n") - near.file.text[: near.start].count("\n") > 50


def test_a_passage_is_whole_lines_from_after_the_indentation() -> None:
    for session in draw_sessions(FILES, 20, 7):
        for passage in session.passages:
            text = passage.file.text

            assert text[: passage.start].rpartition("\n")[2].strip() == ""
            assert not passage.typed.startswith((" ", "\t"))
            assert text[passage.end :].startswith("\n")
            assert passage.typed.count("\n") == LINES_TYPED - 1


def test_too_few_files_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        draw_sessions(FILES[2:], 1, 1)


def test_a_file_without_text_is_refused() -> None:
    import random  # noqa: PLC0415 - this test alone draws by itself

    with pytest.raises(ValueError, match="no lines"):
        draw_passage(random.Random(1), SourceFile("empty.py", "python", ""))


def test_keys_bring_the_indentation_along_and_pause_at_a_line_s_end() -> None:
    passage = Passage(SourceFile("a.py", "python", "if x:\n    y\n"), 0, 11)

    assert list(passage.keystrokes()) == [
        (1, 0.12),
        (2, 0.12),
        (3, 0.12),
        (4, 0.12),
        (5, 0.6),
        (10, 0.12),
        (11, 0.6),
    ]


@pytest.mark.parametrize(
    ("text", "remaining", "expected"),
    [
        ("foo()", "foo()\nbar()", True),
        ("foo()\nbar()", "foo()\nbar()", True),
        ("foo", "foo()\nbar()", False),
        ("fox()", "foo()\nbar()", False),
        ("foo()  ", "foo()\n", False),
        ("\n    foo()", "\n    foo()\nbar()", True),
        ("\n    fo", "\n    foo()\nbar()", False),
        ("", "foo()", False),
        ("\n", "\nfoo()", False),
    ],
)
def test_what_counts_as_true_text(text: str, remaining: str, *, expected: bool) -> None:
    assert is_true(text, remaining) is expected
