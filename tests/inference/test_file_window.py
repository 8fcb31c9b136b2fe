import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.inference.file_window import FileWindow, open_window

LINES = "".join(f"value_{number} = compute({number})\n" for number in range(1000))


def size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def test_a_small_file_is_there_whole() -> None:
    assert open_window("a\nb", "c\nd", prefix_bytes=100, suffix_bytes=100) == FileWindow(0, "a\nb", "c\nd")


@pytest.mark.parametrize("lines", [100, 128, 129, 191, 192, 640, 1000])
def test_an_anchor_is_a_multiple_of_64_with_room_to_type_and_text_to_read(lines: int) -> None:
    before = "".join(LINES.splitlines(keepends=True)[:lines])

    window = open_window(before, "", prefix_bytes=6000, suffix_bytes=300)

    assert window.first_line % 64 == 0
    assert before.endswith(window.prefix)
    assert size(window.prefix) <= 6000
    assert size(window.prefix) >= min(size(before), 1500)


@pytest.mark.parametrize(
    "line",
    ["x = 1\n", "a = call(one, two, three)  # " + "w" * 90 + "\n", "é" * 60 + "\n"],
    ids=["short", "long", "wide"],
)
def test_the_anchor_moves_rarely_while_lines_are_typed(line: str) -> None:
    before, anchor, anchors = line * 500, None, []
    for number in range(200):
        window = open_window(before + line * number, "", prefix_bytes=6000, suffix_bytes=0, anchor=anchor)
        anchor = window.first_line
        anchors.append(anchor)

        assert size(window.prefix) <= 6000

    moves = sum(left != right for left, right in itertools.pairwise(anchors))
    assert moves <= 200 * size(line) // 1500
    assert anchors == sorted(anchors)


def test_the_beginning_stays_over_200_keys() -> None:
    typed = ("    result.append(total + value)\n" * 10)[:200]
    first = open_window(LINES, "\nend\n", prefix_bytes=6000, suffix_bytes=300)
    anchor = first.first_line
    for end in range(1, 201):
        window = open_window(LINES + typed[:end], "\nend\n", prefix_bytes=6000, suffix_bytes=300, anchor=anchor)
        anchor = window.first_line

        assert window == FileWindow(first.first_line, first.prefix + typed[:end], "\nend\n")


@pytest.mark.parametrize(
    ("jump", "kept"), [(-10, True), (10, True), (-900, False), (-150, False)], ids=["up", "down", "far-up", "above"]
)
def test_the_anchor_moves_with_a_jump_that_it_does_not_serve(jump: int, *, kept: bool) -> None:
    lines = LINES.splitlines(keepends=True)
    anchor = open_window("".join(lines[:950]), "", prefix_bytes=6000, suffix_bytes=0).first_line

    window = open_window("".join(lines[: 950 + jump]), "", prefix_bytes=6000, suffix_bytes=0, anchor=anchor)

    assert (window.first_line == anchor) is kept


def test_an_anchor_just_above_the_cursor_gives_way_to_one_that_shows_what_is_above() -> None:
    before = "".join(LINES.splitlines(keepends=True)[:258])

    window = open_window(before, "", prefix_bytes=6000, suffix_bytes=0, anchor=256)

    assert window.first_line < 256


def test_one_huge_line_is_cut_where_the_cut_lasts() -> None:
    line = "".join(f"{number};" for number in range(20_000))
    first = open_window(line, "", prefix_bytes=1000, suffix_bytes=0)
    starts = set()
    for end in range(1, 101):
        window = open_window(line + "x" * end, "", prefix_bytes=1000, suffix_bytes=0, anchor=first.first_line)
        starts.add(len(line) + end - len(window.prefix))

        assert 1 <= size(window.prefix) <= 1000

    assert len(starts) <= 2


@pytest.mark.parametrize(
    ("after", "limit", "suffix"),
    [
        pytest.param("one\ntwo\nthree", 20, "one\ntwo\nthree", id="all"),
        pytest.param("one\ntwo\nthree", 9, "one\ntwo\n", id="whole-lines"),
        pytest.param("one\r\ntwo\r\nthree", 11, "one\r\ntwo\r\n", id="crlf"),
        pytest.param("a long first line\nnext", 6, "a long", id="first-line-is-cut"),
        pytest.param("ééé", 3, "é", id="no-half-character"),
        pytest.param("\U0001f600\U0001f600", 7, "\U0001f600", id="no-half-emoji"),
        pytest.param("\ud800\ud800", 5, "\ud800", id="lone-surrogates"),
        pytest.param("text", 0, "", id="nothing"),
    ],
)
def test_the_suffix_is_whole_lines(after: str, limit: int, suffix: str) -> None:
    assert open_window("", after, prefix_bytes=10, suffix_bytes=limit).suffix == suffix


text = st.text(st.one_of(st.sampled_from("a\n\r é漢\U0001f600"), st.characters(codec=None)), max_size=400)


@given(text, text, st.integers(1, 200), st.integers(0, 100), st.one_of(st.none(), st.integers(0, 500)))
def test_never_over_budget_and_always_what_stands_around_the_cursor(
    before: str, after: str, prefix_bytes: int, suffix_bytes: int, anchor: int | None
) -> None:
    window = open_window(before, after, prefix_bytes=prefix_bytes, suffix_bytes=suffix_bytes, anchor=anchor)

    assert size(window.prefix) <= prefix_bytes
    assert size(window.suffix) <= suffix_bytes
    assert before.endswith(window.prefix)
    assert after.startswith(window.suffix)
