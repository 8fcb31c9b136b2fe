"""Secrets as people have them in chats and tool output, and what only looks like them: written before the rules were read.

`fixtures/redaction/secrets.txt`, `later_secrets.txt` (written when the rules had learnt from the first) and `near_misses.txt` hold cases that begin with a line `=== name | chat` (or `tool`). Between
⟦ and ⟧ stands a secret; in it `%b16` are sixteen characters of base 32, and so on as in `_ALPHABETS`, made by seed, so that no
file of this repository holds what looks like a token; `%%` is a percent sign.
"""

import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent.parent / "fixtures" / "redaction"
_CASE: Final = re.compile(r"^=== (?P<name>[\w-]+) \| (?P<where>chat|tool)\n", re.MULTILINE)
_SECRET: Final = re.compile(r"⟦(.*?)⟧")
_RANDOM: Final = re.compile(r"%%|%(?P<kind>[abdhlsw])(?P<count>\d+)")
_FRAGMENT: Final = 10
_ALPHABETS: Final = {
    "a": string.ascii_letters + string.digits,
    "b": string.ascii_uppercase + "234567",
    "d": string.digits,
    "h": "0123456789abcdef",
    "l": string.ascii_lowercase + string.digits,
    "s": string.ascii_letters + string.digits + "+/",
    "w": string.ascii_letters + string.digits + "-_",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A text with its secrets, none where nothing may be taken out of it."""

    name: str
    text: str
    secrets: tuple[str, ...]
    is_conversation: bool

    def left_in(self, redacted: str) -> list[str]:
        """The secrets of which ten characters in a row (of a short one: all) are left."""
        return [secret for secret in self.secrets if any(piece in redacted for piece in _pieces(secret))]


def planted_contacts(seed: int) -> list[Contact]:
    """The first cases with secrets."""
    return list(_cases("secrets.txt", seed))


def later_contacts(seed: int) -> list[Contact]:
    """Those that came later."""
    return list(_cases("later_secrets.txt", seed))


def near_misses() -> list[Contact]:
    """The cases without."""
    return list(_cases("near_misses.txt", 0))


def _cases(file: str, seed: int) -> Iterator[Contact]:
    content = (_FOLDER / file).read_text(encoding="utf-8")
    heads = list(_CASE.finditer(content))
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        body = content[head.end() : after.start() if after is not None else len(content)]
        rng = random.Random(f"{seed} {head['name']}")
        # Odd places hold what stood between the brackets.
        parts = [_made(part, rng) if place % 2 else part for place, part in enumerate(_SECRET.split(body))]
        yield Contact(head["name"], "".join(parts), tuple(parts[1::2]), head["where"] == "chat")


def _made(secret: str, rng: random.Random) -> str:
    def part(match: re.Match[str]) -> str:
        if match["kind"] is None:
            return "%"
        return "".join(rng.choice(_ALPHABETS[match["kind"]]) for _ in range(int(match["count"])))

    return _RANDOM.sub(part, secret)


def _pieces(secret: str) -> Iterator[str]:
    return (secret[at : at + _FRAGMENT] for at in range(max(1, len(secret) - _FRAGMENT + 1)))
