"""A unified diff for a person to look at: what reads like a secret is masked, and a line's end alone is no difference."""

import difflib
import re
from collections.abc import Iterator
from typing import Final

_Change = tuple[str, int, int, int, int]
"""As difflib's opcodes: what, and the lines of the old and of the new text, ends excluded."""

_MASK: Final = "********"
_SECRET: Final = "(?:KEY|TOKEN|SECRET|PASSWORD)"  # noqa: S105 - what such a name is made of
_STRING: Final = r'"(?:[^"\\\n]|\\.)*"'
_OBJECT: Final = re.compile(rf'\{{(?:[^{{}}"]|{_STRING})*\}}')
"""One that holds no other, such as a name and its value."""
_NAMES_SECRET: Final = re.compile(rf'"name"\s*:\s*"[^"\n]{{0,200}}{_SECRET}', re.IGNORECASE)
_VALUE: Final = re.compile(rf'("value"\s*:\s*){_STRING}')
_MEMBER: Final = re.compile(rf'("[^"\n]{{0,200}}{_SECRET}[^"\n]{{0,200}}"\s*:\s*){_STRING}', re.IGNORECASE)
_VARIABLE: Final = re.compile(
    rf"^([ \t]*(?:export[ \t]+)?\w{{0,200}}{_SECRET}\w{{0,200}}[ \t]*=[ \t]*)\S.*$", re.IGNORECASE
)
_LINE_STARTS: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


def lines_of(text: str) -> list[str]:
    """The lines with their ends, which are LF, CRLF or CR; other separators are text."""
    return [line for line in _LINE_STARTS.split(text) if line]


def shown_diff(path: str, before: str | None, after: str, *, is_private: bool) -> str:
    """The diff; "" where nothing but line ends differs. Of a private file no line is shown that stays on its place."""
    old, new = _bare(before or ""), _bare(after)
    old_shown, new_shown = _bare(_masked(before or "")), _bare(_masked(after))
    shown: list[str] = []
    groups = _by_place(old, new) if is_private else difflib.SequenceMatcher(None, old, new).get_grouped_opcodes()
    for group in groups:
        shown.append(f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@")
        for what, first, end, new_first, new_end in group:
            if what == "equal":
                shown += (f" {line}" for line in old_shown[first:end])
                continue
            shown += (f"-{line}" for line in old_shown[first:end])
            shown += (f"+{line}" for line in new_shown[new_first:new_end])
    source = f"a/{path}" if before is not None else "/dev/null"
    return "".join(f"{line}\n" for line in [f"--- {source}", f"+++ b/{path}", *shown]) if shown else ""


def _by_place(old: list[str], new: list[str]) -> Iterator[list[_Change]]:
    """Each line against the one of its number: the guesses of a diff may show a line as moved that never was."""
    shared = min(len(old), len(new))
    number = 0
    while number < shared:
        first = number
        while number < shared and old[number] != new[number]:
            number += 1
        if number > first:
            yield [("replace", first, number, first, number)]
        number += 1
    if len(old) != len(new):
        yield [("replace", shared, len(old), shared, len(new))]


def _bare(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in lines_of(text)]


def _range(first: int, end: int) -> str:
    """Lines as diff(1) writes them."""
    length = end - first
    return str(first + 1) if length == 1 else f"{first + bool(length)},{length}"


def _masked(text: str) -> str:
    """The same lines without the values of names that read like a secret's, in JSON and in lines of NAME=VALUE."""
    text = _MEMBER.sub(rf'\1"{_MASK}"', _OBJECT.sub(_masked_object, text))
    ends = [(line, line[len(line.rstrip("\r\n")) :]) for line in lines_of(text)]
    return "".join(_VARIABLE.sub(rf"\1{_MASK}", line.removesuffix(end)) + end for line, end in ends)


def _masked_object(found: re.Match[str]) -> str:
    return _VALUE.sub(rf'\1"{_MASK}"', found[0]) if _NAMES_SECRET.search(found[0]) else found[0]
