"""Server-sent events as model servers send them: each event is one line of JSON after `data:`.

The format is the WHATWG HTML standard's §9.2. Comments (keep-alive) and the fields id and retry say nothing here.
Lines of `error:` are what llama.cpp's server sent for a failure in the middle of a stream until 2025; `event: error`
before its data is LM Studio's way.
"""

from dataclasses import dataclass
from typing import Final

from holdfast.inference.network.answer_lines import AnswerLines

DONE: Final = b"[DONE]"


@dataclass(frozen=True, slots=True)
class Event:
    """The data of one event, and whether its field or its name says that it is an error."""

    data: bytes
    is_error: bool = False


class EventReader:
    """The events of `lines`, each awaited until its time."""

    def __init__(self, lines: AnswerLines) -> None:
        self._lines = lines

    async def next_event(self, by: float) -> Event | None:
        """The next event with data, None at the end; TimeoutError when it is not there at the loop's time `by`.

        A comment is no answer: a server that only keeps the connection alive runs out of time.
        """
        is_error = False
        while (line := await self._lines.next_line(by)) is not None:
            field, colon, value = line.partition(b":")
            if not colon and line[:1] in {b"{", b"["}:
                return Event(line)
            match field:
                case b"data":
                    return Event(value.strip(), is_error=is_error)
                case b"error":
                    return Event(value.strip(), is_error=True)
                case b"event":
                    is_error = value.strip() == b"error"
                case b"" | b"id" | b"retry":
                    continue
                case _:
                    # Not an event stream at all: the reader of the JSON says what came instead.
                    return Event(line)
        return None
