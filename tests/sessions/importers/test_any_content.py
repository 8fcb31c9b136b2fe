"""Whatever stands in a tool's file, its importer gives items or says that it cannot read it; it never raises."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.sessions.importers.importer import Importer, Item
from holdfast.sessions.importers.registry import importers
from holdfast.sessions.importers.surroundings import Surroundings
from sessions_golden import Case, cases, importer_of, inputs_of

_TOOLS = ["cline", "roo", "continue", "copilot-chat", "copilot-cli", "gemini-cli", "aider", "markdown"]
_CASES = [case for case in cases() if case.tool in _TOOLS]
_NAMES = ["api_conversation_history.json", "ui_messages.json", "s.messages.json", "s.json", "s.jsonl", "s.md", "s.txt"]
_KEYS = st.sampled_from(
    [
        *(
            "role",
            "content",
            "type",
            "text",
            "id",
            "ts",
            "messages",
            "message",
            "history",
            "requests",
            "response",
            "kind",
        ),
        *("k", "v", "i", "data", "timestamp", "toolCalls", "result", "metadata", "say", "ask", "title", "sessionId"),
    ]
)
_WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *(
                "user",
                "assistant",
                "tool",
                "text",
                "tool_use",
                "tool_result",
                "user.message",
                "requests",
                "markdownContent",
            ),
            *("<task>", "</task>", "<environment_details>", "[x] Result:", "\ud800", "\0", "2026-13-45T99:99:99Z"),
        ]
    ),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=25,
)
_FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("tool", _TOOLS)
@_FEW
@given(documents=st.lists(_JSON, max_size=4), name=st.sampled_from(_NAMES))
def test_json_of_any_shape_is_read(tool: str, documents: list[object], name: str, tmp_path: Path) -> None:
    separator = "\n" if name.endswith("l") else ""
    text = separator.join(json.dumps(document) for document in documents)
    _read_all(importer_of(tool, tmp_path), _write(tmp_path / name, text.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("tool", _TOOLS)
@_FEW
@given(content=st.binary(max_size=300), name=st.sampled_from(_NAMES))
def test_bytes_of_any_kind_are_read(tool: str, content: bytes, name: str, tmp_path: Path) -> None:
    _read_all(importer_of(tool, tmp_path), _write(tmp_path / name, content))


@pytest.mark.parametrize("case", _CASES, ids=str)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_real_file_with_a_value_replaced_is_read(case: Case, data: st.DataObject, tmp_path: Path) -> None:
    folder = _copy(case, tmp_path)
    path = data.draw(st.sampled_from(inputs_of(case, folder)))
    _write(path, _changed(path.read_bytes(), data))

    _read_all(importer_of(case.tool, folder / "home"), path)


@pytest.mark.parametrize("name", _NAMES)
def test_a_file_that_nests_too_deep_is_read(name: str, tmp_path: Path) -> None:
    path = _write(tmp_path / name, b'{"messages":' + b"[" * 20_000 + b"]" * 20_000 + b"}\n")
    for importer in importers(Surroundings(tmp_path)):
        if importer.tool in _TOOLS:
            _read_all(importer, path)


def _changed(content: bytes, data: st.DataObject) -> bytes:
    """The file with one of its JSON values replaced, or with a piece cut out of it."""
    lines = content.split(b"\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    for text, rebuild in ((content, None), (lines[place], place)):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        changed = json.dumps(_replaced(value, data)).encode()
        return changed if rebuild is None else b"\n".join([*lines[:rebuild], changed, *lines[rebuild + 1 :]])
    start = data.draw(st.integers(0, len(content)))
    return content[:start] + data.draw(st.binary(max_size=8)) + content[data.draw(st.integers(start, len(content))) :]


def _replaced(value: object, data: st.DataObject) -> object:
    inside = value if isinstance(value, dict | list) and value and data.draw(st.integers(0, 5)) else None
    if isinstance(inside, dict):
        key = data.draw(st.sampled_from(sorted(inside)))
        return {**inside, key: _replaced(inside[key], data)}
    if isinstance(inside, list):
        place = data.draw(st.integers(0, len(inside) - 1))
        return [*inside[:place], _replaced(inside[place], data), *inside[place + 1 :]]
    return data.draw(_JSON)


def _copy(case: Case, tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(case.folder, folder)
    return folder


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _read_all(importer: Importer, path: Path) -> None:
    """Reads it; what comes out can be stored."""
    assert importer.recognises(path) in {True, False}
    for item in importer.read(path, 0):
        for text in _texts(item):
            text.encode()


def _texts(item: Item | object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, tuple):
        for inner in item:
            yield from _texts(inner)
    elif is_dataclass(item):
        for field in fields(item):
            yield from _texts(getattr(item, field.name))
