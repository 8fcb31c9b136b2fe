"""Exports of conversations, one conversation at a time: `conversations.json`, a shard of it, or the `.zip` they came in.

A file of a gigabyte needs the memory of its largest conversation; one that is larger than it may be is passed over whole.
"""

import codecs
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, ClassVar, Final

import ijson

from holdfast.sessions.importers.fields import record
from holdfast.sessions.importers.importer import Found, Item, Unreadable

LARGEST_CONVERSATION: Final = 256 * 1024 * 1024
_DEEPEST: Final = 200
_MOST_VALUES: Final = 5_000_000
"""More of them need far more memory than their bytes."""
_LOOKED_AT: Final = 256 * 1024
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_TORN: Final = "the file ends in the middle, or is not JSON"

Event = tuple[str, object]


def read_conversations(path: Path, largest: int = LARGEST_CONVERSATION) -> Iterator[object]:
    """Each conversation in the file at `path`, as parsed JSON, and an `Unreadable` for each that cannot be read.

    `largest` bounds one conversation, in bytes. Raises OSError alone.
    """
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            yield from _elements(file, largest)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for name in _members(archive):
                with archive.open(name) as member:
                    yield from _elements(member, largest)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        yield Unreadable(f"the archive cannot be read: {error}")


class Export:
    """An importer of an export that a person names: a list of conversations, each read by itself.

    `largest` bounds one conversation, in bytes.
    """

    is_appended = False
    key: ClassVar[str]
    """What a conversation of this tool has, and has before any of `others`."""
    others: ClassVar[tuple[str, ...]]

    def __init__(self, largest: int = LARGEST_CONVERSATION) -> None:
        self._largest = largest

    def find(self) -> Iterator[Found]:
        """Nothing: an export lies wherever it was saved."""
        return iter(())

    def recognises(self, path: Path) -> bool:
        """A list of such conversations, in an archive or out of it."""
        return path.suffix.lower() in {".json", ".zip"} and begins_with_key(path, self.key, *self.others)

    def read(self, path: Path, offset: int) -> Iterator[Item]:
        """All conversations of the export."""
        del offset
        for conversation in read_conversations(path, self._largest):
            if isinstance(conversation, Unreadable):
                yield conversation
            else:
                yield from self.items(record(conversation))

    def items(self, conversation: Mapping[str, object]) -> Iterator[Item]:
        """What one conversation says."""
        raise NotImplementedError


def begins_with_key(path: Path, key: str, *others: str) -> bool:
    """Whether the first conversation at `path` has the key `key` before any of `others`; reads its beginning alone."""
    try:
        beginning = _beginning(path)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return False
    if not beginning.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"["):
        return False
    places = [beginning.find(f'"{name}"'.encode()) for name in (key, *others)]
    return places[0] >= 0 and all(place < 0 or places[0] < place for place in places[1:])


def _beginning(path: Path) -> bytes:
    if not path.is_file():
        return b""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            return file.read(_LOOKED_AT)
    with zipfile.ZipFile(path) as archive:
        names = _members(archive)
        if not names:
            return b""
        with archive.open(names[0]) as member:
            return member.read(_LOOKED_AT)


def _members(archive: zipfile.ZipFile) -> list[str]:
    """`conversations.json` and its shards, wherever they lie in the archive."""
    names = [name for name in archive.namelist() if name.endswith(".json")]
    return sorted(name for name in names if name.rsplit("/", 1)[-1].startswith("conversations"))


class _Source:
    """Gives the parser UTF-8 whatever the file holds, and counts the bytes: one wrong byte is not worth an export."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read_bytes = 0
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.read_bytes += len(chunk)
        text = self._decoder.decode(chunk, final=not chunk)
        # A chunk may be all in the middle of a character; nothing at all would mean the end.
        return text.encode() or (b" " if chunk else b"")


def _elements(file: IO[bytes], largest: int) -> Iterator[object]:
    source = _Source(file)
    events: Iterator[Event] = ijson.basic_parse(source, buf_size=_LOOKED_AT)
    try:
        if next(events, ("null", None))[0] != "start_array":
            yield Unreadable("it is no list of conversations")
            return
        for event, value in events:
            if event == "end_array":
                break
            yield _build(event, value, events, source, largest)
        for _ in events:
            pass
    except (ijson.JSONError, ValueError, ArithmeticError):  # the last: a number beyond what one can be
        yield Unreadable(_TORN)


def _build(event: str, value: object, events: Iterator[Event], source: _Source, largest: int) -> object:
    """The value that begins with `event`; takes as many of the events as it is long."""
    builder, depth, begins = ijson.ObjectBuilder(), 0, source.read_bytes
    values, why = 0, ""
    while True:
        values += 1
        if event in {"start_map", "start_array"}:
            depth += 1
        elif event in {"end_map", "end_array"}:
            depth -= 1
        if not why:
            builder.event(event, float(value) if isinstance(value, Decimal) else value)
            if source.read_bytes - begins > largest:
                why = f"a conversation in it is larger than {largest // (1024 * 1024)} MiB"
            elif values > _MOST_VALUES:
                why = f"a conversation in it holds more than {_MOST_VALUES:,} values"
            elif depth > _DEEPEST:
                why = "a conversation in it is nested too deep"
            if why:
                builder = ijson.ObjectBuilder()
        if depth == 0:
            return Unreadable(why) if why else builder.value
        event, value = next(events)
