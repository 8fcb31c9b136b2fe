"""Large JSON files, a member at a time: in bounded memory, and up to where they are torn."""

import json
import tracemalloc
from pathlib import Path

import pytest

from holdfast.sessions.importers import json_stream
from holdfast.sessions.importers.importer import Message, Unreadable
from holdfast.sessions.importers.json_stream import Member, stream_json
from holdfast.sessions.importers.registry import importers
from holdfast.sessions.importers.surroundings import Surroundings

_TORN = Unreadable("the file ends in the middle, or is not JSON")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b'[1,{"a":2.5}]', [Member("", 1), Member("", {"a": 2.5})], id="an array"),
        pytest.param(
            b'{"v":1,"m":[{"x":[]},2]}', [Member("v", 1), Member("m", {"x": []}), Member("m", 2)], id="a field"
        ),
        pytest.param(b'{"m":{"x":1}}', [Member("m", {"x": 1})], id="a field that is no array"),
        pytest.param(b"\xef\xbb\xbf[1]", [Member("", 1)], id="a byte order mark"),
        pytest.param(b'["\xff"]', [Member("", "\ufffd")], id="a wrong byte"),
        pytest.param(b'[1,{"a":2},{"b"', [Member("", 1), Member("", {"a": 2}), _TORN], id="torn in a record"),
        pytest.param(b'{"m":["a","b', [Member("m", "a"), _TORN], id="torn in a text"),
        pytest.param(b"[1]]", [Member("", 1), _TORN], id="rubbish behind it"),
        pytest.param(b"[1e99999999999999999999]", [_TORN], id="a number beyond all"),
        pytest.param(b"", [_TORN], id="empty"),
        pytest.param("[1]".encode("utf-16"), [_TORN], id="another encoding"),
    ],
)
def test_members_come_one_by_one(content: bytes, expected: list[object], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)

    assert list(stream_json(path, ("m",))) == expected


def test_a_record_of_more_values_than_memory_is_for_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([[{}] * 49, [{}] * 50]))
    monkeypatch.setattr(json_stream, "_MOST_VALUES", 100)

    assert list(stream_json(path)) == [
        Member("", [{}] * 49),
        Unreadable("a record in it holds more than 100 values"),
    ]


def test_a_record_that_is_too_large_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(["small", "x" * 3_000_000, "after"]))

    assert list(stream_json(path, largest=1024 * 1024)) == [
        Member("", "small"),
        Unreadable("a record in it is larger than 1 MiB"),
    ]


@pytest.mark.parametrize(
    ("tool", "name", "before", "record", "after"),
    [
        ("cline", "api_conversation_history.json", "[", '{"role":"user","content":"%s"}', "]"),
        ("cline", "s.messages.json", '{"messages":[', '{"role":"user","content":"%s"}', "]}"),
        ("cline", "ui_messages.json", "[", '{"type":"say","say":"text","text":"%s"}', "]"),
        ("continue", "s.json", '{"history":[', '{"message":{"role":"user","content":"%s"}}', "]}"),
        ("copilot-chat", "s.json", '{"requests":[', '{"message":{"text":"%s"}}', "]}"),
    ],
    ids=["cline", "cline of today", "cline's panel", "continue", "copilot"],
)
def test_a_large_file_needs_the_memory_of_a_message(
    tool: str, name: str, before: str, record: str, after: str, tmp_path: Path
) -> None:
    path = tmp_path / "task" / name
    path.parent.mkdir()
    count, words = 200, "tide table " * 4_000
    path.write_text(before + ",".join([record % words] * count) + after)
    importer = {one.tool: one for one in importers(Surroundings(tmp_path))}[tool]

    tracemalloc.start()
    read = sum(isinstance(item, Message) for item in importer.read(path, 0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == count
    assert peak < path.stat().st_size / 10
