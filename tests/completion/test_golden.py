"""What of a model's text is shown, for each kind of file: the whole text at once, and in pieces as it comes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import pytest

from golden_cases import GoldenCase, golden_cases
from holdfast.completion.filters.order import clean
from holdfast.completion.shown_part import ShownPart, shown_part
from holdfast.cursor import Cursor

CASES = golden_cases()


def outcome(part: ShownPart, case: GoldenCase) -> tuple[str, str | None]:
    return clean(part.text, case.cursor)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_shown_of_the_whole_text(case: GoldenCase) -> None:
    part = shown_part(case.said, case.cursor, finished=True)

    assert outcome(part, case) == (case.shown, case.reason)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_shown_of_the_text_in_pieces(case: GoldenCase) -> None:
    end, sizes = 0, cycle((1, 4, 2, 7, 3))
    part = shown_part("", case.cursor, finished=False)
    while not part.settled and end < len(case.said):
        end += next(sizes)
        part = shown_part(case.said[:end], case.cursor, finished=False)
    if not part.settled:
        part = shown_part(case.said, case.cursor, finished=True)

    assert outcome(part, case) == (case.shown, case.reason)


@pytest.mark.parametrize("case", [case for case in CASES if case.settled_after is not None], ids=str)
def test_it_settles_as_early_as_it_can(case: GoldenCase) -> None:
    lines = case.said.split("\n")
    settled = [
        number
        for number in range(len(lines) + 1)
        if shown_part("".join(f"{line}\n" for line in lines[:number]), case.cursor, finished=False).settled
    ]

    assert settled[:1] == [case.settled_after]


@pytest.mark.parametrize("case", [case for case in CASES if case.shown], ids=str)
def test_cleaning_what_is_shown_changes_nothing(case: GoldenCase) -> None:
    assert clean(case.shown, case.cursor) == (case.shown, None)


def in_crlf(case: GoldenCase) -> tuple[Cursor, str]:
    """With line ends of two characters, which what is shown has too."""
    cursor = replace(case.cursor, before=crlf(case.cursor.before), after=crlf(case.cursor.after))
    has_lines = "\n" in case.cursor.before + case.cursor.after
    return cursor, crlf(case.shown) if has_lines else case.shown


def without_last_line_break(case: GoldenCase) -> tuple[Cursor, str]:
    return replace(case.cursor, after=case.cursor.after.removesuffix("\n").removesuffix("\r")), case.shown


def far_down_a_file(case: GoldenCase) -> tuple[Cursor, str]:
    """Where only its surroundings are looked at; at a file's beginning there is nothing to go by."""
    if not case.cursor.before.strip():
        return case.cursor, case.shown
    line_end = "\r\n" if "\r\n" in case.cursor.before + case.cursor.after else "\n"
    return replace(case.cursor, before=line_end * 3_000 + case.cursor.before), case.shown


def crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize("changed", [in_crlf, without_last_line_break, far_down_a_file])
def test_the_same_is_shown_in_a_document_that_differs_in_what_does_not_matter(
    changed: Callable[[GoldenCase], tuple[Cursor, str]],
) -> None:
    otherwise = []
    for case in CASES:
        cursor, shown = changed(case)
        found = clean(shown_part(case.said, cursor, finished=True).text, cursor)
        if found != (shown, case.reason):
            otherwise.append((case.id, found))

    assert otherwise == []


def test_every_kind_of_file_has_its_cases() -> None:
    counted = Counter(case.cursor.language for case in CASES)

    assert {language: count for language, count in counted.items() if count < 6} == {}
    assert (len(counted) >= 25, len(CASES) >= 200) == (True, True)


def test_every_case_has_a_name_of_its_own() -> None:
    assert [case_id for case_id, count in Counter(case.id for case in CASES).items() if count > 1] == []
