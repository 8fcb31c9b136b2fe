"""Files that are written anew each time, and met half written: what was whole stays, and the rest comes with the next one."""

import shutil
from pathlib import Path

import pytest

from holdfast.sessions.log.store import SessionLog
from sessions_fixture import stored_ids
from sessions_golden import FIXTURES, file_importer, importer_of

_API = "api_conversation_history.json"
_CASES = {
    "cline": ("cline/legacy", _API),
    "cline of today": ("cline/modern", "1784094124598_rruoq.messages.json"),
    "roo": ("roo/version-2", _API),
    "continue": ("continue/normal", "8f1c2a3e-0000-4000-8000-00000000000a.json"),
    "copilot": ("copilot-chat/document", "3b7e1f1b-0000-4000-8000-000000000001.json"),
    "gemini": ("gemini-cli/document", "session-2026-04-29T21-39-aaaa.json"),
}


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
@pytest.mark.parametrize(("case", "name"), _CASES.values(), ids=list(_CASES))
def test_torn_and_then_whole_is_as_if_it_had_been_whole(case: str, name: str, cut: float, tmp_path: Path) -> None:
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    for place in (whole, torn):
        shutil.copytree(FIXTURES / case / "home", place / "home")
    path = next((torn / "home").rglob(name))
    content = path.read_bytes()
    tool = case.partition("/")[0]

    path.write_bytes(content[: int(len(content) * cut)])
    importer = file_importer(torn / "data", torn / "home")
    first = importer.import_file(importer_of(tool, torn / "home"), path)
    path.write_bytes(content)
    second = importer.import_file(importer_of(tool, torn / "home"), path)
    importer.close()
    into = file_importer(whole / "data", whole / "home")
    into.import_file(importer_of(tool, whole / "home"), whole / path.relative_to(torn))
    into.close()

    assert (first.failed, second.failed) == (1, 0)
    assert first.problems == ["the file ends in the middle, or is not JSON"]
    assert _messages(torn) == _messages(whole)


def _messages(place: Path) -> set[str]:
    """The ids of the tool's messages that are stored; facts may have become known in another order."""
    assert stored_ids(place / "data" / "sessions.db")
    log = SessionLog(place / "data" / "sessions.db")
    rows = log.change(lambda connection: connection.execute("SELECT session, native_id FROM native_message").fetchall())
    log.close()
    return {f"{session} {native}" for session, native in rows}
