"""One text for one value: the canonical form whose hash is an entry's id.

It is RFC 8785 (JSON Canonicalization Scheme) without its fractions: keys sorted by UTF-16 code units, no
white space, nothing escaped that need not be, whole numbers that every JSON reader holds exactly. A
floating-point number has several spellings across languages, so there is none: what is counted is counted in whole units.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = Mapping[str, JsonValue]

LARGEST_INTEGER: Final = 2**53 - 1
DEEPEST_NESTING: Final = 64
_BEYOND_SURROGATES: Final = re.compile("[\ud800-\U0010ffff]")


def canonical_json(value: JsonValue) -> str:
    """The canonical text of `value`, always encodable as UTF-8.

    Raises ValueError for what has no canonical form: floats, integers beyond 2**53 - 1, lone surrogates,
    keys that are not strings, nesting deeper than 64, anything that is not JSON.
    """
    text = json.dumps(_ordered(value, 0), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a lone surrogate has no canonical form") from error
    return text


def has_canonical_form(text: str) -> bool:
    """Whether `text` is the canonical text of what it says. Raises ValueError for what has none, or is not JSON."""
    if text.count("{") + text.count("[") <= DEEPEST_NESTING and not _BEYOND_SURROGATES.search(text):
        # One pass in C: for such text the order of code points is that of UTF-16, and nothing can be nested too deep.
        value = json.loads(text, parse_int=_whole, parse_float=_refuse, parse_constant=_refuse)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) == text
    return canonical_json(json.loads(text)) == text


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) > LARGEST_INTEGER:
        raise ValueError(f"{number} is beyond what every JSON reader holds exactly")
    return number


def _refuse(spelled: str) -> None:
    raise ValueError(f"{spelled} has no canonical form")


def _ordered(value: object, depth: int) -> object:
    if depth > DEEPEST_NESTING:
        raise ValueError(f"nesting deeper than {DEEPEST_NESTING} has no canonical form")
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise ValueError(f"{value} is beyond what every JSON reader holds exactly")
            return value
        case Mapping():
            return {key: _ordered(value[key], depth + 1) for key in sorted(value, key=_utf16_units)}
        case list() | tuple():
            return [_ordered(item, depth + 1) for item in value]
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical form")


def _utf16_units(key: object) -> bytes:
    if not isinstance(key, str):
        raise ValueError(f"a key of type {type(key).__name__} has no canonical form")  # noqa: TRY004  one error for all
    return key.encode("utf-16-be", "surrogatepass")
