"""Large JSON files, one member at a time: the only place that knows the streaming parser.

A document is an array, or an object of which some fields hold long arrays. Each element of those arrays is given by itself,
every other field as a whole, so that a file of a gigabyte needs the memory of its largest message. A file that ends in the
middle, because its program is just writing it or was killed, gives what came before and then `Unreadable`.
"""

import codecs
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import ijson

from holdfast.sessions.importers.importer import Unreadable

_LARGEST: Final = 64 * 1024 * 1024
_MOST_VALUES: Final = 2_000_000
"""More of them in one member need far more memory than their bytes."""
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Member:
    """A field of the document, or an element of the array in the field `name` ("" for the document's own)."""

    name: str
    value: object


def stream_json(path: Path, arrays: Collection[str] = (), largest: int = _LARGEST) -> Iterator[Member | Unreadable]:
    """The members of the document at `path`; the elements of the fields in `arrays` one by one.

    A member of more than `largest` bytes ends it, as does anything that is not JSON. Raises OSError alone.
    """
    try:
        with path.open("rb") as file:
            source = _Bounded(file, largest)
            for member in _members(source, arrays):
                source.reset()
                yield member
    except _TooLargeError:
        yield Unreadable(f"a record in it is larger than {largest // (1024 * 1024)} MiB")
    except _TooManyError:
        yield Unreadable(f"a record in it holds more than {_MOST_VALUES:,} values")
    except (ijson.JSONError, ValueError, ArithmeticError):  # the last: a number beyond what one can be
        yield Unreadable("the file ends in the middle, or is not JSON")


class _TooLargeError(Exception):
    """A member needs more memory than one may."""


class _TooManyError(Exception):
    """A member holds more values than one may."""


class _Bounded:
    """A file that is not read further than `most` bytes without a member having been complete."""

    def __init__(self, file: io.BufferedReader, most: int) -> None:
        self._file = file
        self._most = most
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # One wrong byte is not worth a session.
        if file.peek(3)[:3] == _BYTE_ORDER_MARK:
            file.read(3)

    def reset(self) -> None:
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        # The parser looks at a text from its beginning again with each piece: pieces as long as what came before keep it quick.
        chunk = self._file.read(max(size, self._read) if size > 0 else size)
        self._read += len(chunk)
        if self._read > self._most:
            raise _TooLargeError
        return self._decoder.decode(chunk, final=not chunk).encode()


def _members(source: _Bounded, arrays: Collection[str]) -> Iterator[Member]:
    """Walks the two uppermost levels of the document, and builds what lies below."""
    events = iter(ijson.basic_parse(source))
    first, value = next(events, ("null", None))
    if first == "start_array":
        yield from _elements(events, "")
    elif first == "start_map":
        for event, value in events:
            if event != "map_key":
                continue
            name = str(value)
            event, value = next(events, ("null", None))  # noqa: PLW2901 -- the value that belongs to this key
            if event == "start_array" and name in arrays:
                yield from _elements(events, name)
            else:
                yield Member(name, _build(event, value, events))
    else:
        yield Member("", value)
    for _ in events:  # What follows the document is looked at too: rubbish behind it is a torn file.
        pass


def _elements(events: Iterator[tuple[str, object]], name: str) -> Iterator[Member]:
    for event, value in events:
        if event == "end_array":
            return
        yield Member(name, _build(event, value, events))


def _build(event: str, value: object, events: Iterator[tuple[str, object]]) -> object:
    """The value that begins with `event`; takes as many of the events as it is long."""
    builder = ijson.ObjectBuilder()
    depth = 0
    for _ in range(_MOST_VALUES):
        if event in {"start_map", "start_array"}:
            depth += 1
        elif event in {"end_map", "end_array"}:
            depth -= 1
        builder.event(event, float(value) if isinstance(value, Decimal) else value)
        if depth == 0:
            built: object = builder.value
            return built
        event, value = next(events)
    raise _TooManyError
