"""One turn of a chat in VS Code (`requests[…]`): what was asked, what was answered, and by which tools."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from holdfast.sessions.importers.content import text_of
from holdfast.sessions.importers.editor_folders import path_of
from holdfast.sessions.importers.fields import as_json, members, millis, record, text, unknown_text, writable
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    Reference,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
)
from holdfast.sessions.importers.stable_id import stable_id

_NOISE: Final = frozenset(
    {
        *("thinking", "progressMessage", "progressTask", "progressTaskSerialized", "mcpServersStarting", "undoStop"),
        *(
            "prepareToolInvocation",
            "command",
            "confirmation",
            "elicitation",
            "elicitationSerialized",
            "clearToPreviousToolInvocation",
        ),
        *(
            "extensions",
            "pullRequest",
            "notebookEditGroup",
            "multiDiffData",
            "treeData",
            "codeCitation",
            "move",
            "hook",
            "questionCarousel",
        ),
    }
)
_SAID: Final = frozenset({"markdownContent", "markdownVuln", "warning", "text", "markdown", "errorDetails"})
_PENDING: Final = 0
_MOST_NODES: Final = 20_000


def is_done(request: Mapping[str, object]) -> bool:
    """Whether the answer is whole: one that is still coming would be stored half, and never again."""
    state = record(request.get("modelState")).get("value")
    return (
        bool(record(request.get("result")))
        or request.get("isCanceled") is True
        or request.get("responseTimestamp") is not None
        or (isinstance(state, int) and state != _PENDING)
    )


def request_items(session: str, number: int, request: Mapping[str, object], *, is_done: bool = True) -> Iterator[Item]:
    """The messages of the turn that is `number`th in its session; the question alone while it is not answered."""
    asked = _asked(request)
    at_ms = millis(request.get("timestamp"))
    words = "\n".join(part.text for part in asked if isinstance(part, Text))
    identity = text(request, "requestId") or stable_id(number, "user", words)
    if not request:
        return
    if asked:
        yield Message(session, identity, "user", tuple(asked), at_ms)
    elif "message" not in request:
        yield UnknownRecord(session, identity, "request", unknown_text(request))
    if not is_done:
        return
    answer = _Answer(request)
    model = (text(request, "modelId") or "").removeprefix("copilot/") or None
    if answer.parts:
        yield Message(session, f"{identity}:response", "assistant", tuple(answer.parts), at_ms, identity, model=model)
    if answer.results:
        yield Message(session, f"{identity}:results", "tool", tuple(answer.results), at_ms, f"{identity}:response")
    for place, item in enumerate(answer.unknown):
        kind = (text(item, "kind") or "response")[:100]
        yield UnknownRecord(session, f"{identity}:item{place}", kind, unknown_text(item))


def _asked(request: Mapping[str, object]) -> list[Part]:
    raw = request.get("message")
    message = record(raw)
    said = text(message, "text") or (writable(raw) if isinstance(raw, str) else "")
    if not said:
        said = "".join(text(record(part), "text") or "" for part in members(message.get("parts")))
    parts: list[Part] = [Text(said)] if said.strip() else []
    variables = members(record(request.get("variableData")).get("variables"))
    return [*parts, *(named for variable in variables for named in _variable(record(variable)))]


def _variable(variable: Mapping[str, object]) -> Iterator[Part]:
    """What the person attached: a file, or a picture."""
    if variable.get("kind") == "image":
        yield Reference("attachment", text(variable, "name", "mimeType") or "image")
        return
    value = variable.get("value")
    path = _path(value) or _path(record(value).get("uri"))
    if path is not None:
        yield Reference("file", path)


def _path(uri: object) -> str | None:
    """The path of a URI, which is written as text or as its parts."""
    if isinstance(uri, str):
        return path_of(writable(uri)) if "://" in uri else None
    fields = record(uri)
    return text(fields, "fsPath", "path") if text(fields, "scheme") in {None, "file", "vscode-remote"} else None


@dataclass(slots=True)
class _Answer:
    """The response of a turn: text and calls in their order, what the tools answered, and what no rule reads."""

    request: Mapping[str, object]
    parts: list[Part] = field(default_factory=list, init=False)
    results: list[Part] = field(default_factory=list, init=False)
    unknown: list[Mapping[str, object]] = field(default_factory=list, init=False)
    _said: list[str] = field(default_factory=list, init=False)
    _files: dict[str, None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        metadata = record(record(self.request.get("result")).get("metadata"))
        rounds = [record(one) for one in members(metadata.get("toolCallRounds"))]
        calls = {text(call, "id") or "": call for one in rounds for call in map(record, members(one.get("toolCalls")))}
        given: set[str] = set()
        for item in members(self.request.get("response")):
            self._item(item, calls, given)
        self._flush()
        if not any(isinstance(part, Text) for part in self.parts):
            # The panel lost its text: what the model was told to have said is still there.
            self.parts += [Text(said) for one in rounds if (said := text(one, "response")) is not None]
        self.parts += [_call(identity, call) for identity, call in calls.items() if identity not in given]
        self.parts += [Reference("file", path) for path in self._files]
        for identity, result in record(metadata.get("toolCallResults")).items():
            if said := _result_text(result):
                self.results.append(ToolResult(writable(identity), said))

    def _item(self, item: object, calls: Mapping[str, Mapping[str, object]], given: set[str]) -> None:
        if isinstance(item, str):
            self._said.append(writable(item))
            return
        fields = record(item)
        kind = text(fields, "kind")
        if kind == "toolInvocationSerialized":
            self._flush()
            identity = text(fields, "toolCallId") or ""
            known = calls.get(identity)
            self.parts.append(_invocation(identity, fields) if known is None else _call(identity, known))
            given.add(identity)
        elif kind in {"textEditGroup", "codeblockUri"}:
            if (path := _path(fields.get("uri"))) is not None:
                self._files[path] = None
        elif kind == "inlineReference":
            self._inline(fields)
        elif kind is None or kind in _SAID:
            # Pieces of one text follow each other as they came: nothing may be put between them.
            value = fields.get("value", fields.get("content", fields.get("markdown")))
            said = text_of(value)
            if said:
                self._said.append(said)
        elif kind not in _NOISE:
            self.unknown.append(fields)

    def _inline(self, fields: Mapping[str, object]) -> None:
        """A name in the text: of a file, or of a definition in one."""
        target = fields.get("inlineReference")
        path = (
            _path(target)
            or _path(record(target).get("uri"))
            or _path(record(record(target).get("location")).get("uri"))
        )
        name = text(fields, "name") or text(record(target), "name") or (path or "").rpartition("/")[2]
        if name:
            self._said.append(f"`{name}`")
        if path is not None:
            self._files[path] = None

    def _flush(self) -> None:
        said = "".join(self._said).strip()
        self._said.clear()
        if said:
            self.parts.append(Text(said))


def _call(identity: str, call: Mapping[str, object]) -> ToolCall:
    asked = call.get("arguments")
    return ToolCall(
        identity, text(call, "name") or "tool", writable(asked) if isinstance(asked, str) else as_json(asked)
    )


def _invocation(identity: str, fields: Mapping[str, object]) -> ToolCall:
    """A call of which only what the panel showed is known."""
    shown = text_of(fields.get("pastTenseMessage") or fields.get("invocationMessage"))
    data = record(fields.get("toolSpecificData"))
    line = data.get("commandLine")
    command = text(data, "command") or text(record(line), "userEdited", "toolEdited", "original")
    asked = {name: value for name, value in (("command", command), ("shown", shown)) if value}
    return ToolCall(identity, text(fields, "toolId", "toolName") or "tool", as_json(asked))


def _result_text(result: object) -> str:
    """The text of a tool's result: plain, or the tree of a rendered prompt."""
    said = text_of(record(result).get("content", result))
    if said.strip():
        return said
    found: list[str] = []
    waiting: list[object] = [result]
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(writable(node["text"]))
            waiting += [node[name] for name in ("node", "children", "content", "value") if name in node][::-1]
        elif isinstance(node, list):
            waiting += node[::-1]
    return "".join(found)
