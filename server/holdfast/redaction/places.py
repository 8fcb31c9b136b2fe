"""Names of this machine and its owner, which leave with no text that is shared."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from holdfast.redaction.json_values import Json

_FEWEST_CHARACTERS: Final = 3
_DEEPEST: Final = 200
_EVERYBODYS: Final = frozenset(
    {"root", "user", "admin", "home", "localhost", "runner", "ubuntu", "debian", "code", "node", "dev", "app"}
)
_ANY_HOME: Final = re.compile(
    r"(?<![\w.~])(?P<before>file://)?(?:/mnt/[a-z]|/[a-z]|/var|/private|[A-Za-z]:)?(?:/home/|/Users/|[\\/]{1,4}Users[\\/]{1,4})"
    r"(?!Shared\b|Public\b)[^/\\\s:\"'`<>|*?,;)\]}]{1,64}"
)
"""Homes by the folders that systems keep them in; of Windows also as WSL, Git Bash and JSON write them."""


@dataclass(frozen=True)
class Places:
    """Whose machine this is: the home directory, the user's name and the machine's."""

    home: str
    user: str
    host: str

    def hidden(self, text: str) -> str:
        """`text` with homes as `~`, the user as `user` and the machine as `host`, where they stand as words."""
        if self._home is not None:
            text = self._home.sub("~", text)
        text = _ANY_HOME.sub(lambda home: f"{home['before'] or ''}~", text)
        return self._names.sub(self._plain, text) if self._names is not None else text

    def hidden_in(self, value: Json, depth: int = 0) -> Json:
        """`value` with every string of it, names too, so written; what is nested deeper than any format nests goes."""
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, dict | list) and depth >= _DEEPEST:
            return None
        if isinstance(value, list):
            return [self.hidden_in(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {self.hidden(key): self.hidden_in(item, depth + 1) for key, item in value.items()}
        return value

    @cached_property
    def _home(self) -> re.Pattern[str] | None:
        r"""The home as it is, with `\\` doubled or turned, and as tools make one name of a path (`-home-ada-shop`)."""
        home = self.home.rstrip("/\\")
        if len(home) < _FEWEST_CHARACTERS:
            return None
        forms = {home, home.replace("\\", "\\\\"), home.replace("\\", "/"), re.sub(r"[^A-Za-z0-9]", "-", home)}
        words = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE if ":" in home else 0)

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        names = {name for name in (self.user, self.host) if len(name) >= _FEWEST_CHARACTERS and name not in _EVERYBODYS}
        words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.compile(rf"(?<![\w.\-])(?:{words})(?![\w\-])", re.IGNORECASE) if words else None

    def _plain(self, match: re.Match[str]) -> str:
        return "user" if match[0].lower() == self.user.lower() else "host"
