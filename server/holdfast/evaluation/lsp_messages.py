"""LSP's base protocol: messages out of a stream of bytes, and bytes out of messages."""

import json
from typing import Any, Final

Message = dict[str, Any]

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class NotLsp(Exception):
    """The stream carries something else; the message quotes it."""


def framed(*messages: Message) -> bytes:
    """The bytes of messages, one after another."""
    parts = []
    for message in messages:
        body = json.dumps(message, separators=(",", ":")).encode()
        parts.append(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    return b"".join(parts)


class MessageSplitter:
    """Takes bytes as they come and gives the messages that are whole."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> list[Message]:
        """The messages that end within `data`. Raises NotLsp."""
        self._held += data
        messages: list[Message] = []
        while (body := self._next_body()) is not None:
            try:
                messages.append(json.loads(body))
            except ValueError as error:
                raise NotLsp(f"no JSON: {body[:200]!r}") from error
        return messages

    def _next_body(self) -> bytes | None:
        if self._length is None:
            end = self._held.find(_HEAD_END)
            if end < 0:
                return None
            self._length = _content_length(bytes(self._held[:end]))
            del self._held[: end + len(_HEAD_END)]
        if len(self._held) < self._length:
            return None
        body = bytes(self._held[: self._length])
        del self._held[: self._length]
        self._length = None
        return body


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(_LENGTH) and line[len(_LENGTH) :].strip().isdigit():
            return int(line[len(_LENGTH) :])
    raise NotLsp(f"no Content-Length: {head[:200]!r}")
