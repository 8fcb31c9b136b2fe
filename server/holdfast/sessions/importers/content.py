"""What a message holds, in the shapes that the makers of models gave it, as parts.

Anthropic's blocks (`text`, `tool_use`, `tool_result`, `image`), OpenAI's (`text`, `image_url`), and those of the AI SDK
(`tool-call`, `tool-result`, `file`) are told apart by their `type`. What a model thought to itself is no part of a
conversation and is left out; pictures are named, not kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.importers.fields import as_json, members, record, text, writable
from holdfast.sessions.importers.importer import Part, Reference, Text, ToolCall, ToolResult

_THOUGHTS: Final = frozenset({"thinking", "redacted_thinking", "reasoning", "redacted-reasoning", "thoughts"})
_TEXTS: Final = frozenset({"text", "input_text", "output_text", "markdown"})
_PICTURES: Final = frozenset(
    {"image", "image_url", "imageUrl", "input_image", "file", "document", "audio", "input_audio"}
)
_CALLS: Final = frozenset({"tool_use", "tool-call", "server_tool_use"})
_RESULTS: Final = frozenset({"tool_result", "tool-result"})
_NAMES: Final = ("name", "filename", "file_name", "title")
_TYPES: Final = ("media_type", "mediaType", "mimeType")


@dataclass(frozen=True, slots=True)
class Content:
    """`parts` in their order, and the blocks that no rule reads."""

    parts: tuple[Part, ...]
    unknown: tuple[Mapping[str, object], ...] = ()


def read_content(content: object) -> Content:
    """The parts of a message's content: text, one block, or a list of blocks."""
    parts: list[Part] = []
    unknown: list[Mapping[str, object]] = []
    for block in content if isinstance(content, list) else [content]:
        found = _parts_of(block)
        if found is None:
            unknown.append(record(block))
        else:
            parts += found
    return Content(tuple(parts), tuple(unknown))


def text_of(content: object) -> str:
    """The text in a content or a tool's answer, wherever it stands in it; what is no text is left out."""
    return "\n".join(piece for piece in _texts(content, 0) if piece.strip())


def _parts_of(block: object) -> list[Part] | None:  # noqa: PLR0911 -- one line for each kind of block
    """None for a block that no rule reads."""
    if isinstance(block, str):
        return [Text(writable(block))] if block.strip() else []
    fields = record(block)
    kind = text(fields, "type")
    if not fields or kind in _THOUGHTS:
        return []
    if kind in _TEXTS or (kind is None and isinstance(fields.get("text"), str)):
        said = text(fields, "text", "markdown")
        return [Text(said)] if said else []
    if kind in _CALLS:
        return [_call(fields)]
    if kind in _RESULTS:
        return _result(fields)
    if kind in _PICTURES:
        return [_attachment(fields)]
    return None


def _call(fields: Mapping[str, object]) -> ToolCall:
    asked = fields.get("input", fields.get("args"))
    return ToolCall(
        id=text(fields, "id", "toolCallId") or "",
        name=text(fields, "name", "toolName") or "tool",
        input=writable(asked) if isinstance(asked, str) else as_json({} if asked is None else asked),
    )


def _result(fields: Mapping[str, object]) -> list[Part]:
    answer = fields.get("content", fields.get("output", fields.get("result")))
    said = text_of(answer)
    is_error = fields.get("is_error") is True or fields.get("isError") is True
    pictures = [_attachment(record(item)) for item in members(answer) if text(record(item), "type") in _PICTURES]
    return [ToolResult(text(fields, "tool_use_id", "toolCallId") or "", said, is_error=is_error), *pictures]


def _attachment(fields: Mapping[str, object]) -> Reference:
    """A picture or a file, by its address or its name; one that has none is called by its type."""
    source = record(fields.get("source"))
    for place in (fields, source, record(fields.get("image_url")), record(fields.get("imageUrl"))):
        address = text(place, "url", "image_url")
        if address and address.startswith(("http://", "https://")):
            return Reference("url", address)
    name = text(fields, *_NAMES) or text(fields, *_TYPES) or text(source, *_TYPES)
    return Reference("attachment", name or _type_of_data(fields) or text(fields, "type") or "file")


def _type_of_data(fields: Mapping[str, object]) -> str | None:
    """`image/png` of `data:image/png;base64,…`."""
    for holder in (fields, record(fields.get("image_url")), record(fields.get("imageUrl"))):
        for name in ("url", "image", "image_url", "data"):
            value = holder.get(name)
            if isinstance(value, str) and value.startswith("data:"):
                return value[5:80].partition(";")[0].partition(",")[0] or None
    return None


_DEEPEST: Final = 6


def _texts(content: object, depth: int) -> Iterator[str]:
    if isinstance(content, str):
        yield writable(content)
    elif depth < _DEEPEST and isinstance(content, list):
        for item in content:
            yield from _texts(item, depth + 1)
    elif depth < _DEEPEST and isinstance(content, dict) and text(content, "type") not in _PICTURES:
        yield from _texts(
            next((content[name] for name in ("text", "value", "content", "output") if name in content), None), depth + 1
        )
