"""Whatever a file holds, its importer reads on: nothing raises, and every item can be recorded."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.sessions.importers.importer import Importer
from importing import Machine
from sessions_fixture import problems_in
from sessions_golden import Case, cases, importer_of, inputs_of

OURS = ("claude-code", "cowork", "codex", "claude-ai", "chatgpt")
FILES = [
    (case, path)
    for case in cases()
    for path in inputs_of(case, case.folder)
    if case.tool in OURS and case.name in {"normal", "drifted"}
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["\ud800", "x" * 2000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
BYTES = [
    b'"',
    b"{",
    b"}",
    b"[",
    b"null",
    b"7",
    b"\n",
    b"\x00",
    b"\xff",
    b"\\u0000",
    b"\\ud800",
    b'"uuid":',
    b"1e999",
    b",",
]


@pytest.mark.parametrize(
    ("case", "path"), FILES, ids=lambda value: str(value) if isinstance(value, Case) else value.suffix
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_anywhere_a_file_is_read_all_the_same(
    case: Case, path: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 40))
        content = content[:place] + data.draw(st.sampled_from(BYTES)) + content[place + length :]

    _is_read(importer_of(case.tool, tmp_path), tmp_path / path.name, content)


@pytest.mark.parametrize("tool", OURS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_with_other_values_in_its_fields_a_record_is_read_all_the_same(
    tool: str, tmp_path: Path, data: st.DataObject
) -> None:
    values = {name: data.draw(JSON) for name in NAMES[tool]}
    kind = data.draw(st.sampled_from(KINDS[tool]))
    body = json.dumps({**values, **kind})
    is_list = tool in {"claude-ai", "chatgpt"}

    name = "conversations.json" if is_list else "rollout-x.jsonl"
    _is_read(importer_of(tool, tmp_path), tmp_path / name, (f"[{body}]" if is_list else f"{body}\n{body}\n").encode())


_LINE = (
    "uuid",
    "parentUuid",
    "sessionId",
    "timestamp",
    "cwd",
    "message",
    "origin",
    "attachment",
    "forkedFrom",
    "subtype",
    "summary",
)
_LINES: list[dict[str, object]] = [
    {"type": kind}
    for kind in ("user", "assistant", "system", "summary", "attachment", "custom-title", "tool_use", "pr-link")
]
NAMES = {
    "claude-code": _LINE,
    "cowork": _LINE,
    "codex": ("timestamp", "payload"),
    "claude-ai": ("uuid", "name", "created_at", "chat_messages"),
    "chatgpt": ("id", "title", "create_time", "current_node", "mapping"),
}
KINDS: dict[str, list[dict[str, object]]] = {
    "claude-code": _LINES,
    "cowork": _LINES,
    "codex": [{"type": kind} for kind in ("session_meta", "turn_context", "response_item", "compacted", "else")],
    "claude-ai": [{"uuid": "a", "chat_messages": [{"sender": "human", "content": 3, "attachments": [None]}]}, {}],
    "chatgpt": [{"id": "a", "mapping": {"a": {"message": {"author": [], "content": {"parts": 1}}}}}, {}],
}


def _is_read(importer: Importer, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    machine = Machine(file.parent)
    into = machine.log("one")
    outcome = into.import_file(importer, file)
    into.close()
    assert importer.recognises(file) in {True, False}
    assert problems_in(machine.data("one") / "sessions.db") == []
    assert outcome.imported <= outcome.met
