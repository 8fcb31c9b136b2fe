"""Raw JSON of another program, read field by field: what is not there, or is of another type, is None, and nothing raises."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from holdfast.redaction.cut_text import cut

_FIRST_MS: Final = 100_000_000_000
"""1973 in milliseconds; a smaller number is one of seconds (which reach it in the year 5138)."""
_LAST_MS: Final = 7_258_118_400_000
"""The year 2200: a time beyond it is nonsense."""
_MOST_UNKNOWN: Final = 4_096


def record(value: object) -> Mapping[str, object]:
    """`value` when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def members(value: object) -> list[object]:
    """`value` when it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Mapping[str, object], *names: str) -> str | None:
    """The first of these fields that holds text other than white space; it can be written as UTF-8."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found and not found.isspace():
            return writable(found)
    return None


def writable(said: str) -> str:
    """`said` without halves of surrogate pairs, which JSON can hold and UTF-8 cannot."""
    return said if said.isascii() else said.encode("utf-8", "replace").decode()


def millis(value: object) -> int | None:
    """A time in milliseconds since 1970, from a number of seconds or milliseconds or an ISO date; None if it is none."""
    if isinstance(value, str):
        return _from_text(value.strip()[:40])
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    if not math.isfinite(number) or number <= 0:
        return None
    whole = int(number * 1000) if number < _FIRST_MS else int(number)
    return whole if whole < _LAST_MS else None


def _from_text(value: str) -> int | None:
    if value.isdecimal() and value.isascii():
        return millis(int(value))
    try:
        moment = datetime.fromisoformat(value)
        stamp = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    whole = round(stamp * 1000)
    return whole if 0 < whole < _LAST_MS else None


def as_json(value: object) -> str:
    """`value` as JSON text in the order of the source; "" for what nests too deep to be written."""
    try:
        return writable(json.dumps(value, ensure_ascii=False, default=str))
    except (RecursionError, ValueError):
        return ""


def unknown_text(value: object) -> str:
    """What is kept of a record that no rule reads: its JSON, at most 4 KiB of it."""
    return cut(as_json(value), _MOST_UNKNOWN)
