"""What Cline and Roo wrap around words: taken off, so that what the person said stands alone.

Both put into a user message what the person said (`<task>`, `<feedback>`, `<answer>`), what tools answered
(`[read_file for 'x'] Result:` as text, or result blocks), and a description of the editor for the model
(`<environment_details>`). Where the interface of a model has no tool calls, its calls stand as elements in its text.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from holdfast.sessions.importers.elements import Element, around, elements
from holdfast.sessions.importers.fields import as_json, record, text
from holdfast.sessions.importers.importer import Part, Reference, Text, ToolCall, ToolResult

_SAID: Final = ("task", "feedback", "user_message", "answer", "user_input", "new_message")
_FOR_THE_MODEL: Final = (
    "environment_details",
    "system-reminder",
    "mode_notice",
    "explicit_instructions",
    "hook_context",
    "thinking",
)
_NAMED: Final = {"file_content": "file", "folder_content": "file", "url_content": "url"}
"""What was put in because the person named it: `<file_content path="…">`."""
_RESULT: Final = re.compile(r"\A\s*\[[a-zA-Z_]\w{0,60}(?: [^\n]{0,500})?\] Result:?")
_INJECTED: Final = ("[ERROR] You did not use a tool", "[TASK RESUMPTION]")
_FAILED: Final = re.compile(r"\[ERROR\]|<error>|The tool execution failed")
_WHERE_IT_FAILS: Final = 1_000
_SPEAKS: Final = {
    "attempt_completion": "result",
    "ask_followup_question": "question",
    "plan_mode_respond": "response",
    "act_mode_respond": "response",
}
"""Tools whose input is what the model says to the person, and the field in which it says it."""
_WRITES: Final = ("write_to_file", "replace_in_file", "apply_diff", "insert_content", "search_and_replace", "edit_file")
_CALLED: Final = (
    *_SPEAKS,
    *_WRITES,
    *("execute_command", "read_file", "search_files", "list_files", "list_code_definition_names", "codebase_search"),
    *("browser_action", "use_mcp_tool", "access_mcp_resource", "load_mcp_documentation", "web_fetch", "web_search"),
    *("fetch_instructions", "update_todo_list", "switch_mode", "new_task", "use_skill", "use_subagents"),
    "thinking",
)
_FOLDER: Final = re.compile(r"# Current (?:Working|Workspace) Directory \(([^\n]{1,1000}?)\)(?: Files)?\n")


@dataclass(slots=True)
class Told:
    """What one user message holds: the words of the person, and the answers of tools."""

    said: list[Part] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)


def split_user(parts: Iterable[Part]) -> Told:
    """The parts of a user message, by who they are from; what is only for the model is left out."""
    told = Told()
    is_answer = False
    for part in parts:
        if isinstance(part, ToolResult):
            is_answer = False
            told.answers.append(part)
            told.said += [
                Text(element.inner.strip()) for element in elements(part.text, _SAID) if element.inner.strip()
            ]
        elif isinstance(part, Text):
            is_answer = is_answer or _RESULT.match(part.text) is not None
            _read_text(part.text, told, is_answer=is_answer)
        else:
            (told.answers if is_answer or (told.answers and not told.said) else told.said).append(part)
    return told


def _read_text(text: str, told: Told, *, is_answer: bool) -> None:
    rest: list[str] = []
    for piece in around(text, (*_SAID, *_FOR_THE_MODEL, *_NAMED)):
        if isinstance(piece, str):
            rest.append(piece)
        elif piece.name in _SAID:
            # A file that the person named stands inside of what they said.
            said = "".join(inner for inner in _plain(piece.inner, told)).strip()
            told.said += [Text(said)] if said else []
        else:
            _named(piece, told)
    plain = "".join(rest).strip()
    if not plain or plain.startswith(_INJECTED):
        return
    if is_answer:
        # What it is the answer to, and the answer, often are two texts.
        last = told.answers.pop() if told.answers and not _RESULT.match(plain) else None
        if isinstance(last, ToolResult) and not last.id:
            plain = f"{last.text}\n{plain}"
        elif last is not None:
            told.answers.append(last)
        told.answers.append(ToolResult("", plain, is_error=_FAILED.search(plain[:_WHERE_IT_FAILS]) is not None))
    else:
        told.said.append(Text(plain))


def _plain(said: str, told: Told) -> Iterator[str]:
    for piece in around(said, (*_FOR_THE_MODEL, *_NAMED)):
        if isinstance(piece, str):
            yield piece
        else:
            _named(piece, told)


def _named(element: Element, told: Told) -> None:
    target = element.attribute("path", "url")
    if target is not None and element.name in _NAMED:
        told.said.append(Reference(_NAMED[element.name], target))


def assistant_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts of an answer, with the calls that stand in its text as calls, and without what the model thought."""
    for part in parts:
        if isinstance(part, Text):
            for piece in around(part.text, _CALLED):
                yield from [Text(piece.strip())] if isinstance(piece, str) else _call(piece)
            continue
        yield part
        if isinstance(part, ToolCall) and part.name in _WRITES:
            yield from _written(part.input)


def _written(asked: str) -> Iterator[Reference]:
    """The file that a call writes to."""
    try:
        path = text(record(json.loads(asked)), "path", "file_path")
    except (ValueError, RecursionError):
        return
    if path is not None:
        yield Reference("file", path)


def _call(element: Element) -> Iterator[Part]:
    if element.name == "thinking":
        return
    asked = {inner.name: inner.inner.strip() for inner in elements(element.inner)}
    if element.name in _SPEAKS:
        said = asked.get(_SPEAKS[element.name]) or element.inner.strip()
        yield from [Text(said)] if said else []
        return
    yield ToolCall("", element.name, as_json(asked or {"input": element.inner.strip()}))
    if element.name in _WRITES and asked.get("path"):
        yield Reference("file", asked["path"])


def folder_named(text: str) -> str | None:
    """The working directory, where a description of the editor in `text` names it."""
    found = _FOLDER.search(text)
    return found[1] if found else None
