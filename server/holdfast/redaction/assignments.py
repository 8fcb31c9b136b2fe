"""Values of no published form that are assigned to something called a password, a key, a token.

The name is found first and the value looked at where it must stand, so that no pattern searches twice. Whether the value
is a secret depends on what the name says, on where the value stands and on how random it is: `token = parse(line)` is
code, `TOKEN=9f2c…` is not.
"""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.redaction.rule import Found
from holdfast.redaction.secret_names import STEMS, Says, what_says
from holdfast.redaction.secret_values import is_secret

_LONGEST_NAME: Final = 80
_LONGEST_STEM: Final = 8
_LONGEST_WORD: Final = 20
_WORD_BEFORE: Final = re.compile(r"([A-Za-z]{2,18}) \Z")
"""In speech a name has blanks: “the API key is”."""
_AFTER: Final = re.compile(r"[\w.\-]{0,80}")
_ASSIGNED: Final = re.compile(
    r"\\{0,2}[\"'`]?\]?(?:"
    r"[ \t]{0,8}(?::[ \t]{0,3}[A-Za-z][\w.\[\]|?]{0,40}[ \t]{0,3}=|=>|:=|=(?!=)|:|(?P<quoted>\(|,|[=!]==?))[ \t]{0,8}"
    r"|,?\s{0,40}[\"']?[Vv]alue[\"']?[ \t]{0,3}[:=][ \t]{0,3}"
    r"|(?P<said>[ \t]{1,3}(?:is|was|ist|lautet|est|es)[ \t:]{1,3})"
    r"|(?P<element>>)|(?P<option>[ \t]{1,4}))"
    r"[@bfruLBFRU]{0,2}\\{0,2}"
    r"(?:\"(?P<double>[^\"\r\n]{4,512})\"|'(?P<single>[^'\r\n]{4,512})'|`(?P<back>[^`\r\n]{4,512})`"
    r"|(?P<bare>[^\s\"'`,;(){}\[\]<>]{4,512}))"
)
_VARIABLE: Final = re.compile(
    r"(?:export |set |ENV |ARG |\$env:)?[A-Z][A-Z0-9_]{2,79}=(?P<value>[^\s\"'`][^\s]{3,511})"
)
_IN_QUOTES: Final = ("double", "single", "back")


def find_assignments(text: str, folded: str, start: int, stop: int) -> Iterator[Found]:
    """The secret values whose names begin in `text[start:stop]`, in order.

    `folded` is `text` from `start` on in lower case, character for character.
    """
    seen = start
    for stem in STEMS.finditer(folded, 0, stop - start + _LONGEST_STEM):
        at = start + stem.start()
        if at < seen:
            continue
        found, seen = _at_name(text, at)
        if found is not None:
            yield found


def judge(name: str, value: str, *, is_quoted: bool = True) -> str | None:
    """The rule by which `value` is a secret where it belongs to `name`; None where it is none."""
    says = what_says(name)
    if not is_secret(says, value, is_quoted=is_quoted):
        return None
    return "password" if says is Says.PASSWORD else "secret-value"


def _at_name(text: str, at: int) -> tuple[Found | None, int]:
    """The secret that is given to the name around `at`, and where to go on."""
    first, least = at, max(0, at - _LONGEST_NAME)
    while first > least and (text[first - 1].isalnum() or text[first - 1] in "_-."):
        first -= 1
    after = _AFTER.match(text, at)
    last = after.end() if after is not None else at
    name = text[first:last].strip(".-")
    spoken = what_says(name) is Says.NOTHING
    if spoken:
        before = _WORD_BEFORE.search(text, max(0, first - _LONGEST_WORD), first)
        name = f"{before[1]}_{name}" if before is not None else ""
        if what_says(name) is Says.NOTHING:
            return None, last
    whole = _VARIABLE.match(text, _line_start(text, first)) if text[last : last + 1] == "=" else None
    if whole is not None and whole.start("value") == last + 1:
        return _judged(name, text, *whole.span("value"), is_quoted=True), last
    value = _ASSIGNED.match(text, last)
    if (
        value is None
        or (spoken and value["said"] is None)
        or (value["option"] is not None and not text.startswith("--", first))
    ):
        return None, last
    for quotes in _IN_QUOTES:
        if value[quotes] is not None:
            return _judged(name, text, *value.span(quotes), is_quoted=True), last
    if value["quoted"] is not None:
        return None, last
    is_data = value["element"] is not None or value["option"] is not None
    start, end = value.span("bare")
    # A sentence may end here; the same secret has one pseudonym wherever it stands.
    end -= len(value["bare"]) - len(value["bare"].rstrip(".:"))
    return _judged(name, text, start, end, is_quoted=is_data), last


def _judged(name: str, text: str, start: int, end: int, *, is_quoted: bool) -> Found | None:
    while end > start and text[end - 1] == "\\":
        end -= 1
    rule = judge(name, text[start:end], is_quoted=is_quoted)
    return Found(start, end, rule) if rule is not None else None


def _line_start(text: str, at: int) -> int:
    """Where the line of `at` begins, if it begins near."""
    return max(text.rfind("\n", max(0, at - _LONGEST_NAME), at) + 1, at - _LONGEST_NAME, 0)
