"""A file that a person names is taken for what it is: by its own tool's importer, and by no other."""

import json
from pathlib import Path

import pytest

from holdfast.sessions.importers.registry import importers
from holdfast.sessions.importers.surroundings import Surroundings
from sessions_golden import Case, cases, inputs_of


@pytest.mark.parametrize("case", cases(), ids=str)
def test_each_file_is_taken_by_its_own_importer_alone(case: Case) -> None:
    everyone = importers(Surroundings(case.folder / "home"))

    taken = {
        path.name: {importer.tool for importer in everyone if importer.recognises(path)}
        for path in inputs_of(case, case.folder)
    }

    assert taken == {name: {case.tool} for name in taken}


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\x00\xff", b"# Notes\n\nA plan.\n", b'{"name": "x"}\n']
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.md", "a.txt", "a.bin"])
def test_what_is_no_conversation_is_nobodys(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert [importer.tool for importer in importers(Surroundings(tmp_path)) if importer.recognises(path)] == []


@pytest.mark.parametrize(
    ("name", "beside", "message", "expected"),
    [
        pytest.param("brook/tasks/1767225600000", "", {}, "cline", id="an id in milliseconds"),
        pytest.param(
            "brook/tasks/1767225600000", "context_history.json", {"ts": 1}, "cline", id="Cline's file beside it"
        ),
        pytest.param("brook/tasks/1767225600000", "", {"ts": 1}, "roo", id="a time in the message"),
        pytest.param("brook/tasks/0198f3aa-1111-7000-8000-000000000001", "", {}, "roo", id="a UUID"),
        pytest.param("brook/tasks/1767225600000", "history_item.json", {}, "roo", id="Roo's file beside it"),
        pytest.param("rooveterinaryinc.roo-cline/tasks/1767225600000", "", {}, "roo", id="the folder of Roo"),
        pytest.param("saoudrizwan.claude-dev/tasks/1767225600000", "", {"ts": 1}, "cline", id="the folder of Cline"),
    ],
)
def test_a_task_that_was_copied_is_told_by_what_is_left(
    name: str, beside: str, message: dict[str, object], expected: str, tmp_path: Path
) -> None:
    task = tmp_path / name
    task.mkdir(parents=True)
    if beside:
        (task / beside).write_text("[]")
    file = task / "api_conversation_history.json"
    file.write_text(json.dumps([{"role": "user", "content": "Hello", **message}]))

    for path in (task, file):
        assert [importer.tool for importer in importers(Surroundings(tmp_path)) if importer.recognises(path)] == [
            expected
        ]


def test_a_folder_that_holds_no_session_is_nobodys(tmp_path: Path) -> None:
    assert [importer.tool for importer in importers(Surroundings(tmp_path)) if importer.recognises(tmp_path)] == []


@pytest.mark.parametrize("tool", [importer.tool for importer in importers(Surroundings(Path("/nowhere")))])
def test_on_a_machine_without_the_tool_there_is_nothing_to_find(tool: str, tmp_path: Path) -> None:
    found = {importer.tool: list(importer.find()) for importer in importers(Surroundings(tmp_path, folder=tmp_path))}

    assert found[tool] == []
