import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli.learning import app
from holdfast.cli.project import Project, heed_what_was_learnt
from holdfast.errors import UsageError
from holdfast.locations import Locations, find_locations
from holdfast.sessions.editor.activity import SuggestionOutcome, suggestion_shown
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.log.store import SessionLog
from holdfast.settings import ResolvedSettings, Settings
from holdfast.workspace_folder import WorkspaceFolder

ROW = {"language": "python", "place": "line"}


@pytest.fixture
def places() -> Locations:
    """A log with ten suggestions of similar files, eight taken, and ten of near paths, two taken."""
    places = find_locations(os.environ)
    log = SessionLog(places.sessions_db)
    for found_by, taken in (("similar_files", 8), ("near_paths", 2)):
        drafts = [
            suggestion_shown(
                wall_clock_ms(),
                SuggestionOutcome(
                    "a.py", "python", "model", "qwen", "accepted" if at < taken else "ignored", 9, 9, 1.0, None, "",
                    (found_by,), "line",
                ),
            )
            for at in range(10)
        ]  # fmt: skip
        log.append("aa" * 16, "01932f2e-9c00-7abc-8def-000000000001", None, drafts)
    log.close()
    return places


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["show", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.usefixtures("places")
def test_what_was_learnt_is_shown_by_retriever() -> None:
    rows = json.loads(shown("--json"))

    assert [(row["retriever"], round(row["shown"]), round(row["taken"])) for row in rows] == [
        ("all", 20, 10),
        ("near_paths", 10, 2),
        ("similar_files", 10, 8),
    ]
    assert all(row.items() >= ROW.items() for row in rows)
    assert [row["factor"] is None or row["factor"] > 1 for row in rows] == [True, False, True]


@pytest.mark.usefixtures("places")
def test_a_person_reads_a_table() -> None:
    lines = shown().splitlines()

    assert lines[0].split() == ["Language", "Place", "Names", "found", "by", "Shown", "Taken", "Factor"]
    assert lines[3].split()[:6] == ["python", "a", "new", "line", "similar", "files"]


def test_with_nothing_recorded_that_is_said(private_places: Path) -> None:
    assert shown().startswith("Nothing is learnt yet.")
    assert json.loads(shown("--json")) == []
    assert not (private_places / "data").exists()


@pytest.mark.usefixtures("places")
def test_a_reset_forgets_what_was_learnt_and_keeps_the_log() -> None:
    result = CliRunner().invoke(app, ["reset", "--yes"], catch_exceptions=False)

    assert (result.exit_code, result.stdout) == (0, "Retrieval begins to learn anew.\n")
    assert json.loads(shown("--json")) == []


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 3), ("", 3)], ids=["yes", "no", "nobody there"])
def test_a_reset_asks_first(answer: str, left: int) -> None:
    result = CliRunner().invoke(app, ["reset"], input=answer)

    assert isinstance(result.exception, UsageError) is bool(left)
    assert len(json.loads(shown("--json"))) == left


@pytest.mark.parametrize(("learning", "heeded"), [(True, ["near_paths", "similar_files"]), (False, [])])
def test_a_command_heeds_it_unless_a_setting_says_otherwise(
    places: Locations, tmp_path: Path, *, learning: bool, heeded: list[str]
) -> None:
    folder = WorkspaceFolder(tmp_path, places, manifest_file=None)
    heed_what_was_learnt(
        folder, Project(tmp_path, places, ResolvedSettings(Settings(learning=learning)), trusted=False)
    )
    factors = folder.retrieval.factors
    folder.close()

    assert sorted(factors.get(("python", "line"), {})) == heeded
