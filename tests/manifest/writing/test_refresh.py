import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.manifest.writing.marks import find_regions
from holdfast.manifest.writing.refresh import RegionChange, refresh
from holdfast.manifest.writing.refusal import ManifestRefused
from holdfast.manifest.writing.text_form import read_lines, write_lines

OPEN, CLOSE = "<!-- holdfast:stack -->", "<!-- /holdfast:stack -->"
NEW = {"stack": ("- Python ≥ 3.11", "- uv")}


def test_what_stands_between_the_marks_is_rewritten_and_told() -> None:
    before = f"# A\n\n{OPEN}\n- Python ≥ 3.11\n- pip\n{CLOSE}\nmine\n"
    refreshed = refresh(before.encode(), NEW)

    assert refreshed.data.decode() == f"# A\n\n{OPEN}\n- Python ≥ 3.11\n- uv\n{CLOSE}\nmine\n"
    assert refreshed.changes == (RegionChange("stack", 3, ("- pip",), ("- uv",)),)
    assert refreshed.regions == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nO\r\nx\r\nC\r\nb", "a\r\nO\r\n1\r\n2\r\nC\r\nb"),
        ("a\rO\rx\rC\rb\r", "a\rO\r1\r2\rC\rb\r"),
        ("a\nO\r\nx\nC\rb", "a\nO\r\n1\r\n2\r\nC\rb"),
        ("O\nC", "O\n1\n2\nC"),
        ("O\n1\r\n2\nC", "O\n1\r\n2\nC"),
        ("a\x0bb\x0cc\x85d\u2028e\nO\nC", "a\x0bb\x0cc\x85d\u2028e\nO\n1\n2\nC"),
        ("no marks\n", "no marks\n"),
        ("", ""),
    ],
    ids=["CRLF", "CR", "mixed", "none at the end", "the same in other line ends", "separators that are no line ends", "no marks", "empty"],
)  # fmt: skip
def test_line_ends_stay_and_new_lines_end_like_the_mark(before: str, after: str) -> None:
    def spelled(text: str) -> bytes:
        return text.replace("O", OPEN).replace("C", CLOSE).encode()

    assert refresh(spelled(before), {"stack": ("1", "2")}).data == spelled(after)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_marks_and_wide_encodings_stay(mark: bytes, encoding: str) -> None:
    before = mark + f"é\n{OPEN}\n{CLOSE}\n".encode(encoding)

    assert refresh(before, NEW).data == mark + f"é\n{OPEN}\n- Python ≥ 3.11\n- uv\n{CLOSE}\n".encode(encoding)


def test_a_file_of_one_byte_a_character_keeps_its_bytes_and_gets_ascii() -> None:
    before = b"caf\xe9 \x80\n" + f"{OPEN}\n{CLOSE}\n".encode()

    assert refresh(before, NEW).data == b"caf\xe9 \x80\n" + f"{OPEN}\n- Python >= 3.11\n- uv\n{CLOSE}\n".encode()


@pytest.mark.parametrize(
    "data",
    [codecs.BOM_UTF16_LE + b"odd", codecs.BOM_UTF16_LE + b"\x00\xd8", codecs.BOM_UTF32_LE + b"\xff\xff\xff\xff"],
    ids=["an odd byte", "half a pair", "no code point"],
)
def test_bytes_that_are_not_what_they_begin_as_are_refused(data: bytes) -> None:
    with pytest.raises(ManifestRefused, match="Save it as UTF-8; nothing was changed"):
        refresh(data, NEW)


def test_regions_of_other_names_stay() -> None:
    before = b"<!-- holdfast:later -->\nx\n<!-- /holdfast:later -->\n"

    assert refresh(before, NEW) == refresh(before, {})
    assert refresh(before, NEW).data == before


@pytest.mark.parametrize(
    "line",
    ["a\nb", CLOSE, OPEN, "a\u2028b", "\r", "- Node 7<!--", "- Node 7-->"],
    ids=[
        "two lines",
        "a closing mark",
        "an opening mark",
        "a separator",
        "a line end",
        "a comment's begin",
        "a comment's end",
    ],
)
def test_facts_that_are_no_plain_lines_are_refused(line: str) -> None:
    with pytest.raises(ManifestRefused):
        refresh(f"{OPEN}\n{CLOSE}".encode(), {"stack": (line,)})


ANY_PIECE = (
    st.sampled_from(
        [
            OPEN,
            CLOSE,
            "<!-- holdfast:layout -->",
            "<!-- /holdfast:layout -->",
            "\n",
            "\r\n",
            "\r",
            "```\n",
            "~~~\n",
            "<!--",
            "-->",
            "    ",
            "- ```\n",
        ]
    ).map(str.encode)
    | st.binary(max_size=12)
    | st.text(max_size=6).map(lambda text: text.encode("utf-8", "replace"))
)
ANY_BYTES = st.builds(
    lambda mark, pieces: mark + b"".join(pieces),
    st.sampled_from([b"", b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE]),
    st.lists(ANY_PIECE, max_size=24),
)
WIDE = st.builds(
    lambda text, kind: kind[0] + text.encode(kind[1], "replace"),
    st.lists(
        st.sampled_from([f"{OPEN}\n", f"{CLOSE}\r\n", "a\n", "é\r", "```\n"]) | st.text(max_size=6), max_size=12
    ).map("".join),
    st.sampled_from(
        [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"", "latin-1"), (b"", "utf-8")]
    ),
)
LINES = st.lists(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20), max_size=4).map(tuple)


def outside(data: bytes) -> list[bytes]:
    """Every byte outside the known regions, marks included, piece by piece."""
    form, lines = read_lines(data)
    pieces, place = [], 0
    for region in find_regions([line.text for line in lines]):
        if region.name in {"stack", "layout"}:
            pieces.append(write_lines(form, lines[place : region.first]))
            place = region.end
    return [*pieces, write_lines(form, lines[place:])]


@settings(max_examples=600)
@given(data=ANY_BYTES | WIDE, stack=LINES, layout=LINES)
def test_every_byte_outside_the_marks_is_kept_and_a_second_time_changes_nothing(
    data: bytes, stack: tuple[str, ...], layout: tuple[str, ...]
) -> None:
    regions = {"stack": stack, "layout": layout}
    try:
        refreshed = refresh(data, regions)
    except ManifestRefused:
        return

    assert outside(refreshed.data) == outside(data)
    assert refresh(refreshed.data, regions).data == refreshed.data
    assert refresh(refreshed.data, regions).changes == ()
    assert (refreshed.data == data) is (refreshed.changes == ())


@given(data=st.binary(max_size=200))
def test_any_bytes_are_the_same_after_they_were_read_as_lines(data: bytes) -> None:
    try:
        form, lines = read_lines(data)
    except ManifestRefused:
        return
    assert write_lines(form, lines) == data
