"""Each tool's sessions become what the golden file beside them says; a second import adds nothing, and nothing is written."""

import json
import shutil
from pathlib import Path

import pytest

from sessions_fixture import stored_ids
from sessions_golden import EXPECTED, Case, cases, import_all, importer_of, inputs_of, result_of


@pytest.mark.parametrize("case", cases(), ids=str)
def test_it_becomes_what_is_expected(case: Case) -> None:
    assert result_of(case) == json.loads((case.folder / EXPECTED).read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_imported_again_it_adds_nothing_and_its_files_stay_as_they_are(case: Case, tmp_path: Path) -> None:
    folder, data = tmp_path / "case", tmp_path / "data"
    shutil.copytree(case.folder, folder)
    before = _files(folder)
    first = import_all(case, folder, data)
    ids = stored_ids(data / "sessions.db")
    for path in inputs_of(case, folder):
        path.touch()  # Only a file that has changed is opened again.

    again = import_all(case, folder, data)

    assert stored_ids(data / "sessions.db") == ids
    assert (again.met, again.imported, again.failed) == (first.met, set(), first.failed)
    assert _files(folder) == before


@pytest.mark.parametrize("case", cases(), ids=str)
def test_its_files_are_known_for_what_they_are(case: Case) -> None:
    home = case.folder / "home"
    paths = inputs_of(case, case.folder)

    assert paths
    if not home.is_dir():
        assert all(importer_of(case.tool, home).recognises(path) for path in paths)


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
