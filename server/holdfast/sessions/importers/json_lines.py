"""JSON Lines as programs leave them: being written to, torn, with a line that is no JSON, or one of half a gigabyte."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

LONGEST_LINE: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_MOST_COMMAS: Final = 2_000_000
"""So many values need far more memory than their bytes."""
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n\0"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it begins and ends in bytes, and the object it holds; `why` says what is wrong where it holds none."""

    start: int
    end: int
    record: dict[str, object] | None
    why: str = ""


def read_json_lines(file: BinaryIO, offset: int, *, longest: int = LONGEST_LINE) -> Iterator[Line]:
    """The lines of `file` from the byte `offset` on, where one begins; blank ones are passed over.

    What follows the last line break is given only where it is a whole object: otherwise it is still being written.
    """
    file.seek(offset)
    start = offset
    while True:
        raw = file.readline(longest + 1)
        if not raw:
            return
        end = start + len(raw)
        if len(raw) > longest and not raw.endswith(b"\n"):
            rest = _skip_line(file)
            if rest is None:
                return
            end += rest
            yield Line(start, end, None, f"a line of {end - start:,} bytes is too long")
        elif raw.strip(_BLANK):
            record, why = _object(raw)
            if record is None and not raw.endswith(b"\n"):
                return
            yield Line(start, end, record, why)
        start = end


def _skip_line(file: BinaryIO) -> int | None:
    """How many bytes the rest of the line has; None where it has no end yet."""
    skipped = 0
    while raw := file.readline(_PIECE):
        skipped += len(raw)
        if raw.endswith(b"\n"):
            return skipped
    return None


def _object(raw: bytes) -> tuple[dict[str, object] | None, str]:
    try:
        if len(raw) > _MOST_COMMAS and raw.count(b",") > _MOST_COMMAS:
            return None, "a line holds too many values"
        value = json.loads(raw.removeprefix(_BYTE_ORDER_MARK).strip(_BLANK).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None, "a line is no JSON"
    return (value, "") if isinstance(value, dict) else (None, "a line is no JSON object")


def first_records(path: Path, looked_at: int) -> Iterator[dict[str, object]]:
    """The records that begin in the first `looked_at` bytes of the file at `path`; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            for line in read_json_lines(file, 0):
                if line.start > looked_at:
                    return
                if line.record is not None:
                    yield line.record
    except OSError:
        return
