"""Values of no published form that are assigned to something called a password, a key, a token.

The name is found first and the value looked at where it must stand, so that no pattern searches twice. Whether the value
is a secret depends on what the name says, on where the value stands and on how random it is: `token = parse(line)` is
code, `TOKEN=9f2c…` is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from holdfast.redaction.rule import Found
from holdfast.redaction.secret_names import STEMS, Says, what_says
from holdfast.redaction.secret_values import is_mixed, is_random, is_secret

_LONGEST_NAME: Final = 80
_LONGEST_STEM: Final = 8
_LONGEST_WORDS: Final = 38
_WORDS_BEFORE: Final = re.compile(r"(?:[A-Za-z]{2,18} ){1,2}\Z")
"""In speech a name has blanks: “the API key is”."""
_AFTER: Final = re.compile(r"[\w.\-]{0,80}")
_VERB: Final = r"(?:is|was|to|ist|war|lautet|est|es|è|é)"
_ASSIGNED: Final = re.compile(
    r"\\?(?P<closed>[\"'`])?\]?(?:"
    r"[ \t]{0,8}(?::[ \t]{0,3}[A-Za-z][\w.\[\]|?]{0,40}[ \t]{0,3}=|=>|:=|=(?!=)|:|(?P<quoted>\(|,|[=!]==?))[ \t]{0,8}"
    r"|[ \t]{0,40}\|[ \t]{1,8}"
    r"|,?\s{0,40}[\"']?[Vv]alue[\"']?[ \t]{0,3}[:=][ \t]{0,3}"
    rf"|(?P<said>[ \t]{{1,3}}{_VERB}[ \t:]{{1,3}})"
    rf"|(?P<late>(?:[ \t]{{1,3}}[^\W\d_]{{1,20}}){{1,5}}(?:[ \t]{{1,3}}{_VERB}[ \t:]|:[ \t])[ \t]{{0,2}})"
    r"|(?P<element>>)|(?P<option>[ \t]{1,24}))"
    r"(?:[@bfruLBFRU]{1,2}(?=[\\\"'`]))?(?P<escaped>\\)?"
    r"(?:\"(?P<double>(?(escaped)[^\"\r\n]{4,2048}|(?:[^\"\\\r\n]|\\[^\r\n]){4,2048}))\""
    r"|'(?P<single>(?(escaped)[^'\r\n]{4,2048}|(?:[^'\\\r\n]|\\[^\r\n]){4,2048}))'"
    r"|`(?P<back>[^`\r\n]{4,2048})`"
    r"|(?P<bare>[^\s\"'`,;(){}\[\]<>]{4,2048}))"
)
"""What gives a value to a name that has just ended. Quotes that are escaped end where the next one is, others may hold some."""
_VARIABLE: Final = re.compile(
    r"(?:export |set |ENV |ARG |\$env:)?[A-Z][A-Z0-9_]{2,79}=(?P<value>[^\s\"'`][^\s]{3,2047})"
)
_IN_QUOTES: Final = ("double", "single", "back")
_ATTRIBUTE: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_NEXT_FIELD: Final = re.compile(r"&[A-Za-z][\w.\-]{0,40}=")
_FREE: Final = 16_384
_FREE_A_CHARACTER: Final = 4
_GLANCE: Final = 32
_NEXT_NAME: Final = re.compile(rf"(?:{STEMS.pattern})[\w.\-]{{0,20}}[=:]")
"""A text may be names in a row, each with all that follows for its value. When the values that were looked at have four times
the length of the text, and some, the rest is judged by how it begins, and a name passed over where the next one is near."""


class _Stands(Enum):
    """How a value stands, which says what else it could be."""

    QUOTED = auto()
    BARE = auto()
    ALONE = auto()
    """`password=…` with a blank or the line's end behind it, of a log or a command, hardly of code; or quoted in speech."""
    IN_SPEECH = auto()
    BEHIND_NAME = auto()
    """A name and a value with nothing but a blank between them."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What stands from `start` to `end` is given to `name`."""

    name: str
    start: int
    end: int
    stands: _Stands

    def judged(self, text: str, longest: int) -> Found | None:
        """The value as a secret, if it is one by its first `longest` characters."""
        value = text[self.start : min(self.end, self.start + longest)]
        is_quoted = self.stands is _Stands.QUOTED
        if self.stands is _Stands.ALONE:
            is_quoted = is_mixed(value) and not _ATTRIBUTE.fullmatch(value)
        if (self.stands is _Stands.IN_SPEECH and not is_mixed(value)) or (
            self.stands is _Stands.BEHIND_NAME and not is_random(value)
        ):
            return None
        rule = judge(self.name, value, is_quoted=is_quoted)
        return Found(self.start, self.end, rule) if rule is not None else None


def find_assignments(text: str, folded: str, start: int, stop: int) -> Iterator[Found]:
    """The secret values whose names begin in `text[start:stop]`, in order.

    `folded` is `text` from `start` on in lower case, character for character.
    """
    seen, looked = start, 0
    for stem in STEMS.finditer(folded, 0, stop - start + _LONGEST_STEM):
        at = start + stem.start()
        if at < seen:
            continue
        is_glance = looked > _FREE + _FREE_A_CHARACTER * (at - start)
        if is_glance and _NEXT_NAME.search(folded, stem.end() + 1, stem.end() + 1 + 2 * _GLANCE):
            continue
        given, seen = _at_name(text, at)
        if given is None:
            continue
        looked += _GLANCE if is_glance else given.end - given.start
        found = given.judged(text, _GLANCE if is_glance else len(text))
        if found is not None:
            yield found


def judge(name: str, value: str, *, is_quoted: bool = True) -> str | None:
    """The rule by which `value` is a secret where it belongs to `name`; None where it is none."""
    says = what_says(name)
    if not is_secret(says, value, is_quoted=is_quoted):
        return None
    return "password" if says is Says.PASSWORD else "secret-value"


def _at_name(text: str, at: int) -> tuple[_Given | None, int]:
    """What is given to the name around `at`, and where to go on."""
    first, least = at, max(0, at - _LONGEST_NAME)
    while first > least and (text[first - 1].isalnum() or text[first - 1] in "_-."):
        first -= 1
    after = _AFTER.match(text, at)
    last = after.end() if after is not None else at
    name = text[first:last].strip(".-")
    is_spoken = what_says(name) is Says.NOTHING
    if is_spoken:
        before = _WORDS_BEFORE.search(text, max(0, first - _LONGEST_WORDS), first)
        name = f"{before[0]}{name}" if before is not None else ""
        if what_says(name) is Says.NOTHING:
            return None, last
    whole = _VARIABLE.match(text, _line_start(text, first)) if text[last : last + 1] == "=" else None
    if whole is not None and whole.start("value") == last + 1:
        return _given(name, text, whole.span("value"), _Stands.QUOTED), last
    value = _ASSIGNED.match(text, last)
    if value is None or (is_spoken and value["said"] is None):
        return None, last
    return _value(name, text, value, is_option=text[first] == "-"), last


def _value(name: str, text: str, assigned: re.Match[str], *, is_option: bool) -> _Given | None:
    """What `assigned` gives to `name`; None where it stands as no value of it does."""
    is_loose = assigned["late"] is not None or (assigned["option"] is not None and not is_option)
    if assigned["late"] is not None and what_says(name) is not Says.PASSWORD:
        return None
    for quotes in _IN_QUOTES:
        if assigned[quotes] is not None:
            # `"random_password" "main-db-2"` are two words of a configuration.
            is_apart = assigned["option"] is not None and assigned["closed"] is not None
            stands = _Stands.ALONE if is_loose else _Stands.QUOTED
            return None if is_apart else _given(name, text, assigned.span(quotes), stands)
    if assigned["quoted"] is not None:
        return None
    start, end = assigned.span("bare")
    # A sentence, or a field of a form, may end here: the same secret has one pseudonym wherever it stands.
    field = _NEXT_FIELD.search(text, start, end)
    end = field.start() if field is not None else start + len(assigned["bare"].rstrip(".:"))
    return _given(name, text, (start, end), _how_bare(text, assigned, is_option=is_option))


def _how_bare(text: str, assigned: re.Match[str], *, is_option: bool) -> _Stands:
    """How a value without quotes stands."""
    if assigned["element"] is not None or (assigned["option"] is not None and is_option):
        return _Stands.QUOTED
    if assigned["option"] is not None:
        return _Stands.BEHIND_NAME
    if assigned["late"] is not None:
        return _Stands.IN_SPEECH
    is_tight = text[assigned.start() : assigned.start("bare")] == "="
    is_last = assigned.end() == len(text) or text[assigned.end()].isspace()
    return _Stands.ALONE if is_tight and is_last else _Stands.BARE


def _given(name: str, text: str, span: tuple[int, int], stands: _Stands) -> _Given | None:
    start, end = span
    while end > start and text[end - 1] == "\\":
        end -= 1
    return _Given(name, start, end, stands) if end > start else None


def _line_start(text: str, at: int) -> int:
    """Where the line of `at` begins, if it begins near."""
    return max(text.rfind("\n", max(0, at - _LONGEST_NAME), at) + 1, at - _LONGEST_NAME, 0)
