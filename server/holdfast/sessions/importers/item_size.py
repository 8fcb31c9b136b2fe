"""How large an item is: so much text at once is redacted and added in one batch."""

from holdfast.sessions.importers.importer import Item, Message, Part, Reference, ToolCall, UnknownRecord


def size_of(item: Item) -> int:
    """Its characters, about."""
    match item:
        case Message():
            return sum(_size_of(part) for part in item.parts)
        case UnknownRecord():
            return len(item.text)
        case _:
            return 0


def _size_of(part: Part) -> int:
    match part:
        case ToolCall():
            return len(part.input)
        case Reference():
            return len(part.value)
        case _:
            return len(part.text)
