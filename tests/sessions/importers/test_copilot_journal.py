"""The journal of a chat: each line changes a value at a place, and none makes more than it holds."""

import json
from pathlib import Path

import pytest

from holdfast.sessions.importers.copilot_journal import Journal, read_journal

_START = {"kind": 0, "v": {"title": "a", "requests": [{"id": 1, "response": ["x", "y", "z"]}]}}


def _after(*lines: dict[str, object]) -> Journal:
    journal = Journal()
    for line in (_START, *lines):
        journal.follow(json.loads(json.dumps(line)))
    return journal


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param({"kind": 1, "k": ["title"], "v": "b"}, {"title": "b"}, id="sets"),
        pytest.param({"kind": 1, "k": ["fresh"], "v": 1}, {"title": "a", "fresh": 1}, id="sets what was not there"),
        pytest.param({"kind": 3, "k": ["title"]}, {}, id="deletes"),
        pytest.param({"kind": 2, "k": ["list"], "v": [1, 2]}, {"title": "a", "list": [1, 2]}, id="begins a list"),
        pytest.param({"kind": 0, "v": {"other": 1}}, {"other": 1}, id="is all new"),
    ],
)
def test_a_line_changes_the_object(line: dict[str, object], expected: dict[str, object]) -> None:
    value = _after(line).value
    assert isinstance(value, dict)
    assert {name: value[name] for name in value if name != "requests"} == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param({"kind": 2, "k": ["requests", 0, "response"], "v": ["w"]}, ["x", "y", "z", "w"], id="appends"),
        pytest.param(
            {"kind": 2, "k": ["requests", 0, "response"], "v": ["w"], "i": 1}, ["x", "w"], id="from a place on"
        ),
        pytest.param({"kind": 2, "k": ["requests", 0, "response"], "i": 0}, [], id="appends nothing"),
        pytest.param({"kind": 1, "k": ["requests", 0, "response", 1], "v": "w"}, ["x", "w", "z"], id="sets an element"),
        pytest.param(
            {"kind": 1, "k": ["requests", 0, "response", 3], "v": "w"}, ["x", "y", "z", "w"], id="sets the next"
        ),
        pytest.param({"kind": 3, "k": ["requests", 0, "response", 0]}, [None, "y", "z"], id="deletes an element"),
    ],
)
def test_a_line_changes_a_list(line: dict[str, object], expected: list[object]) -> None:
    value = _after(line).value
    assert isinstance(value, dict)
    assert value["requests"] == [{"id": 1, "response": expected}]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"kind": 1, "k": ["requests", 10**9], "v": 1}, id="an index far behind the end"),
        pytest.param({"kind": 1, "k": ["requests", -1, "id"], "v": 1}, id="a negative index"),
        pytest.param({"kind": 1, "k": ["requests", False, "id"], "v": 1}, id="a truth for an index"),
        pytest.param({"kind": 2, "k": ["requests"], "v": [1], "i": 5}, id="appends from behind the end"),
        pytest.param({"kind": 2, "k": ["title"], "v": [1]}, id="appends to text"),
        pytest.param({"kind": 1, "k": ["no", "such", "way"], "v": 1}, id="a way that does not exist"),
        pytest.param({"kind": 1, "k": [], "v": 1}, id="no path"),
        pytest.param({"kind": 1, "k": "title", "v": 1}, id="a path that is none"),
        pytest.param({"kind": 1, "k": ["a"] * 5_000, "v": 1}, id="a path without end"),
        pytest.param({"kind": 1, "k": [["title"]], "v": 1}, id="a list for a key"),
        pytest.param({"kind": 7, "k": ["title"], "v": 1}, id="a kind that is not known"),
        pytest.param({"kind": [], "k": ["title"], "v": 1}, id="a kind of another type"),
        pytest.param({"kind": 3, "k": ["nothing"]}, id="deletes what is not there"),
    ],
)
def test_a_line_that_cannot_be_followed_changes_nothing_and_is_counted(line: dict[str, object]) -> None:
    journal = _after(line)

    assert (journal.value, journal.refused) == (_START["v"], 1)


def test_a_torn_tail_is_not_there_yet_and_a_bad_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    path.write_text(f'{json.dumps(_START)}\nnot json\n{{"kind":1,"k":["title"],"v":"b"}}\n{{"kind":1,"k":["ti')

    journal = read_journal(path)

    assert isinstance(journal.value, dict)
    assert (journal.value["title"], journal.refused) == ("b", 1)
