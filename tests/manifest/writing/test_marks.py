import pytest

from holdfast.manifest.writing.marks import find_regions
from holdfast.manifest.writing.refusal import ManifestRefused

OPEN, CLOSE = "<!-- holdfast:stack -->", "<!-- /holdfast:stack -->"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OPEN}\na\n{CLOSE}", [("stack", 1, 2)]),
        (f"x\n{OPEN}\n{CLOSE}\ny", [("stack", 2, 2)]),
        (f"   {OPEN}  \na\n<!--/holdfast:stack-->", [("stack", 1, 2)]),
        (f"{OPEN}\n{CLOSE}\n<!-- holdfast:layout -->\n<!-- /holdfast:layout -->", [("stack", 1, 1), ("layout", 3, 3)]),
        (f"```\n{OPEN}\n{CLOSE}\n```", []),
        (f"~~~ md\n{OPEN}\n```\n{CLOSE}\n~~~~", []),
        (f"````\n```\n{OPEN}\n````\n{OPEN}\n{CLOSE}", [("stack", 5, 5)]),
        (f"- ```\n  {OPEN}\n  ```\n{OPEN}\n{CLOSE}", [("stack", 4, 4)]),
        (f"> ```\n{OPEN}\n> ```", []),
        (f"```not a fence```\n{OPEN}\n{CLOSE}", [("stack", 2, 2)]),
        (f"    {OPEN}", []),
        (f"text {OPEN}\n`{CLOSE}`", []),
        (f"<!-- a\n{OPEN}\n-->", []),
        (f"<!-- a --> <!-- b\n{OPEN}\n{CLOSE} -->", []),
        ("<!-- holdfast:Stack -->\n<!-- holdfast: -->\n<!-- holdfast:a b -->", []),
        ("", []),
    ],
    ids=[
        "a pair", "with nothing in it", "spelled loosely", "two pairs", "in a fence", "in tildes that backticks do not close",
        "behind a longer fence", "in a list's fence", "in a quote's fence", "behind backticks on a line", "indented as code",
        "within a line", "in a comment", "in a comment behind a comment", "misspelled", "nothing",
    ],
)  # fmt: skip
def test_marks_on_lines_of_their_own_make_regions(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(region.name, region.first, region.end) for region in find_regions(text.split("\n"))] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OPEN, "Line 1: <!-- holdfast:stack --> is never closed."),
        (f"a\n{CLOSE}", "Line 2: <!-- /holdfast:stack --> closes what is not open."),
        (f"{CLOSE}\n{OPEN}", "Line 1: <!-- /holdfast:stack --> closes what is not open."),
        (f"{OPEN}\n{OPEN}\n{CLOSE}", "Line 2: <!-- holdfast:stack --> stands inside <!-- holdfast:stack -->."),
        (
            f"{OPEN}\n<!-- holdfast:layout -->",
            "Line 2: <!-- holdfast:layout --> stands inside <!-- holdfast:stack -->.",
        ),
        (f"{OPEN}\n<!-- /holdfast:layout -->", "Line 2: <!-- /holdfast:layout --> closes what is not open."),
        (f"{OPEN}\n{CLOSE}\n{OPEN}\n{CLOSE}", "Line 3: <!-- holdfast:stack --> stands there twice."),
        (f"{OPEN}\n```\n{CLOSE}", "Line 1: <!-- holdfast:stack --> is never closed."),
    ],
    ids=["unclosed", "unopened", "reversed", "nested", "another nested", "crossed", "twice", "closed in a fence"],
)
def test_marks_that_are_not_clear_are_refused_with_their_line(text: str, message: str) -> None:
    with pytest.raises(ManifestRefused) as refused:
        find_regions(text.split("\n"))

    assert refused.value.message == message
    assert refused.value.remedy.endswith("nothing was changed.")
