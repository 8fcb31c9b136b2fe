from pathlib import Path

import pytest

from holdfast.evaluation.large_workspace import LargeWorkspace, draw_large_workspace

SEED = 3


@pytest.fixture
def packages(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / name for name in ("left-1.0", "right-2.0")]
    for folder in folders:
        for number in range(10):
            file = folder / "package" / f"module_{number}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"# {folder.name} {number}\n")
        (folder / "empty.py").touch()
    return folders


def contents(workspace: LargeWorkspace) -> dict[str, str]:
    return {file: (workspace.root / file).read_text() for file in workspace.files}


def test_files_are_drawn_by_seed_and_keep_their_text(tmp_path: Path, packages: list[Path]) -> None:
    drawn = draw_large_workspace(tmp_path / "one", packages, 15, SEED)
    again = draw_large_workspace(tmp_path / "two", packages, 15, SEED)
    assert len(set(drawn.files)) == 15
    assert contents(drawn) == contents(again)
    for file, text in contents(drawn).items():
        assert text == (tmp_path / file).read_text()


def test_too_few_files_are_taken_again_under_other_names(tmp_path: Path, packages: list[Path]) -> None:
    drawn = draw_large_workspace(tmp_path / "one", packages, 50, SEED)
    assert len(set(drawn.files)) == 50
    assert {file.partition("/")[0] for file in drawn.files} == {
        f"{package}{copy}" for package in ("left-1.0", "right-2.0") for copy in ("", "-copy-1", "-copy-2")
    }


def test_what_was_rewritten_is_put_right_and_the_rest_left_alone(tmp_path: Path, packages: list[Path]) -> None:
    drawn = draw_large_workspace(tmp_path / "one", packages, 20, SEED)
    before = contents(drawn)
    times = {file: (drawn.root / file).stat().st_mtime_ns for file in drawn.stable}
    (drawn.root / drawn.rewritable[0]).write_text("rewritten\n")
    again = draw_large_workspace(tmp_path / "one", packages, 20, SEED)
    assert contents(again) == before
    assert {file: (again.root / file).stat().st_mtime_ns for file in again.stable} == times
    assert len(drawn.rewritable) == 2
    assert set(drawn.stable) | set(drawn.rewritable) == set(drawn.files)


def test_another_draw_takes_the_place_of_the_one_before(tmp_path: Path, packages: list[Path]) -> None:
    draw_large_workspace(tmp_path / "one", packages, 10, SEED)
    other = draw_large_workspace(tmp_path / "one", packages, 10, SEED + 1)
    there = {file.relative_to(other.root).as_posix() for file in other.root.rglob("*.py")}
    assert there == set(other.files)


def test_no_files_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ValueError, match="no packages"):
        draw_large_workspace(tmp_path / "one", [tmp_path / "nothing"], 10, SEED)
