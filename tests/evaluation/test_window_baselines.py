from pathlib import Path

import pytest

from holdfast.cursor import Cursor
from holdfast.evaluation.definition_line_baseline import DefinitionLines
from holdfast.evaluation.project_names import ProjectNames
from holdfast.evaluation.window_baselines import Baseline, Windows, packed
from project_texts import project

NAMES = project(
    {
        "app.py": "def moor(vessel):\n    return vessel\n",
        "berths.py": "def reserve(vessel, berth):\n    return berth.moored(vessel)\n",
        "tides.py": "def water_level(moment):\n    return moment\n",
        "web.ts": "export function moored(vessel: Vessel) {\n  return vessel;\n}\n",
    }
)


def cursor(before: str) -> Cursor:
    return Cursor("file:///w/app.py", Path("/w"), "app.py", "python", before, "\n")


def baselines(names: ProjectNames) -> dict[str, Baseline]:
    windows = Windows(names.files.values())
    return {
        "bm25": windows.by_bm25,
        "jaccard": windows.by_jaccard,
        "definitions": DefinitionLines(names, windows).ranked,
    }


@pytest.mark.parametrize("name", ["bm25", "jaccard", "definitions"])
def test_what_resembles_the_lines_above_comes_first_and_the_file_itself_never(name: str) -> None:
    block = baselines(NAMES)[name](cursor("def moor(vessel):\n    berth = "), 6000)

    assert "def reserve(vessel, berth):" in block
    assert "def moor(vessel):" not in block
    assert "export function" not in block, "another language"
    if "def water_level" in block:
        assert block.index("def reserve") < block.index("def water_level")


@pytest.mark.parametrize("name", ["bm25", "jaccard", "definitions"])
def test_the_limit_holds_in_bytes(name: str) -> None:
    texts = {f"m{at}.py": f"def prüfe_{at}(vessel):\n    return vessel\n" for at in range(50)}
    block = baselines(project(texts))[name](cursor("vessel = "), 300)

    assert 0 < len(block.encode()) <= 300


def test_with_nothing_above_windows_are_silent() -> None:
    found = baselines(NAMES)

    assert (found["bm25"](cursor(""), 6000), found["jaccard"](cursor(""), 6000)) == ("", "")


def test_texts_are_cut_at_a_lines_end() -> None:
    assert packed(["ab\ncd", "efgh\ni"], 9) == "ab\ncd"
    assert packed(["ab\ncd", "efgh\ni"], 11) == "ab\ncd\nefgh"
    assert packed([], 9) == ""


def test_an_empty_project_has_no_windows() -> None:
    assert Windows([]).by_bm25(cursor("vessel = "), 100) == ""
