"""JSON as tools let people write it: with comments and trailing commas (tsconfig.json, jsconfig.json)."""

import json
import re
from typing import Final

LARGEST_JSON: Final = 500_000
# Each alternative matches to the end of a torn text rather than failing, so that one pass is enough.
_COMMENTS: Final = re.compile(r'("(?:[^"\\\n]|\\.)*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_LAST_COMMA: Final = re.compile(r'("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])', re.DOTALL)


def loose_object(text: str) -> dict[str, object]:
    """The object a text holds; {} when it holds none, is torn, too deep or larger than LARGEST_JSON."""
    if len(text) > LARGEST_JSON:
        return {}
    plain = _COMMENTS.sub(lambda match: match[1] or " ", text.removeprefix("\ufeff"))
    plain = _LAST_COMMA.sub(lambda match: match[1] or "", plain)
    try:
        return table(json.loads(plain))
    except (ValueError, RecursionError):
        return {}


def table(value: object) -> dict[str, object]:
    """A value that should be an object, {} when it is none."""
    return value if isinstance(value, dict) else {}


def strings(value: object, most: int) -> list[str]:
    """The strings of a value in order, at any depth of lists and objects: the leaves of package.json's `exports`."""
    found: list[str] = []
    waiting = [value]
    while waiting and len(found) < most:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, list):
            waiting.extend(reversed(one[:most]))
        elif isinstance(one, dict):
            waiting.extend(reversed(list(one.values())[:most]))
    return found
