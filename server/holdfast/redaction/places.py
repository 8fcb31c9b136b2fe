"""Names of this machine and its owner, which leave with no text that is shared."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_ANY_HOME: Final = re.compile(
    r"(?<![\w.~/\\])(?:/home/|/Users/|[A-Za-z]:[\\/]{1,4}Users[\\/]{1,4})[^/\\\s:\"'<>|*?]{1,64}"
)
_FEWEST_CHARACTERS: Final = 3
_EVERYBODYS: Final = frozenset(
    {"root", "user", "admin", "home", "localhost", "runner", "ubuntu", "debian", "code", "node", "dev", "app"}
)


@dataclass(frozen=True)
class Places:
    """Whose machine this is: the home directory, the user's name and the machine's."""

    home: str
    user: str
    host: str

    def hidden(self, text: str) -> str:
        """`text` with homes as `~`, the user as `user` and the machine as `host`, where they stand as words."""
        if len(self.home) >= _FEWEST_CHARACTERS:
            text = text.replace(self.home, "~")
        text = _ANY_HOME.sub("~", text)
        return self._names.sub(self._plain, text) if self._names is not None else text

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        names = {name for name in (self.user, self.host) if len(name) >= _FEWEST_CHARACTERS and name not in _EVERYBODYS}
        words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.compile(rf"(?<![\w.\-])(?:{words})(?![\w\-])") if words else None

    def _plain(self, match: re.Match[str]) -> str:
        return "user" if match[0] == self.user else "host"
