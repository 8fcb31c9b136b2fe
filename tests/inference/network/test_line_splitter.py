import pytest

from holdfast.inference.network.line_splitter import LineSplitter, TooMuch

LINES = ['{"response":"größe 日本 😀"}'.encode(), b"1", b"x" * 50, b'{"done":true}']


@pytest.mark.parametrize("size", range(1, 60))
def test_lines_come_out_whole_wherever_the_chunks_are_cut(size: int) -> None:
    stream = b"".join(line + b"\r\n\n" for line in LINES)
    splitter = LineSplitter()
    found = [line for at in range(0, len(stream), size) for line in splitter.feed(stream[at : at + size])]

    assert (found, splitter.rest()) == (LINES, b"")


def test_a_last_line_without_its_end_is_the_rest() -> None:
    splitter = LineSplitter()

    assert (splitter.feed(b'{"a":1}\n{"b"'), splitter.feed(b":2}"), splitter.rest()) == ([b'{"a":1}'], [], b'{"b":2}')


@pytest.mark.parametrize(
    ("before", "over"),
    [(b"", b"x" * 11), (b"x" * 6, b"x" * 5), (b"", b"x" * 11 + b"\n"), (b"", b"ok\n" + b"x" * 11)],
    ids=["at-once", "in-two", "with-its-end", "after-a-good-one"],
)
def test_a_line_over_the_limit_is_refused_as_soon_as_it_is_over(before: bytes, over: bytes) -> None:
    splitter = LineSplitter(max_line_bytes=10)
    splitter.feed(before)

    with pytest.raises(TooMuch):
        splitter.feed(over)
