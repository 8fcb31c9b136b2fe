import tomllib
from pathlib import Path
from typing import Any

import pytest

from cursor_notation import at
from holdfast.completion.shown_part import shown_part

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[2] / "fixtures/completions/shown_part.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_shown_at_the_end(case: dict[str, Any]) -> None:
    cursor = at(case["at"], language=case.get("language", "python"))

    part = shown_part(case["generated"], cursor, finished=True)

    assert (part.text, part.settled) == (case["shown"], True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_settled_does_not_change_and_what_has_a_line_only_grows(case: dict[str, Any]) -> None:
    cursor = at(case["at"], language=case.get("language", "python"))
    parts = [shown_part(case["generated"][:end], cursor, finished=False) for end in range(len(case["generated"]) + 1)]

    assert [part.text for part in parts if part.settled and part.text != case["shown"]] == []
    assert [part.text for part in parts if part.has_line and not case["shown"].startswith(part.text)] == []


@pytest.mark.parametrize(
    ("generated", "has_line"),
    [("", False), ("sum(it", False), ("sum(items)\n", True), ("sum(items)\n    ret", True), ("\n", False)],
)
def test_a_line_is_whole_with_its_end(generated: str, *, has_line: bool) -> None:
    assert shown_part(generated, at("    x = ║\n"), finished=False).has_line is has_line


def test_a_block_without_end_is_cut_at_24_lines() -> None:
    part = shown_part("call()\n    " * 60, at("def f():\n    ║"), finished=False)

    assert (part.text.count("\n") + 1, part.settled) == (24, True)
