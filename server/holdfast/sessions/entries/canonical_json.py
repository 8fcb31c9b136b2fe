"""One text for one value: the canonical form whose hash is an entry's id.

It is RFC 8785 (JSON Canonicalization Scheme) without its fractions: keys sorted by UTF-16 code units, no
white space, nothing escaped that need not be, whole numbers that every JSON reader holds exactly. A
floating-point number has several spellings across languages, so there is none: what is counted is counted in whole units.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = Mapping[str, JsonValue]

LARGEST_INTEGER: Final = 2**53 - 1
DEEPEST_NESTING: Final = 64


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
