"""What the usual names of targets, recipes and scripts do."""

import re
from collections.abc import Iterable
from typing import Final

from holdfast.manifest.project_facts.fact import CommandKind

_NAMES: Final[dict[CommandKind, tuple[str, ...]]] = {
    "setup": ("setup", "bootstrap", "install-dev", "develop"),
    "build": ("build", "all", "compile", "dist", "bundle"),
    "test": ("test", "tests", "check", "unittest", "test-unit", "test:unit"),
    "lint": ("lint", "format", "fmt", "lint:fix", "typecheck", "type-check", "check-types", "style", "vet"),
    "run": ("run", "dev", "start", "serve", "watch"),
}
_MOST: Final[dict[CommandKind, int]] = {"lint": 3}
_NOT_TOLD: Final = re.compile(
    r"(?:pre|post)\w*|all|default|help|.*(?:clean|install|release|publish|deploy|upload|push|force).*", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9][\w:.-]{0,60}", re.ASCII)


def known_tasks(names: Iterable[str], *, without: Iterable[CommandKind] = ()) -> list[tuple[CommandKind, str]]:
    """(kind, name) of the tasks among `names` whose name says what they do: the plainest name of each kind."""
    present = set(names)
    left_out = set(without)
    return [
        (kind, name)
        for kind, usual in _NAMES.items()
        if kind not in left_out
        for name in [each for each in usual if each in present][: _MOST.get(kind, 1)]
    ]


def other_tasks(names: Iterable[str], *, without: Iterable[CommandKind] = ()) -> list[str]:
    """The names among `names` that `known_tasks` left out and that a person may type; not what tools call, deletes or publishes."""
    names = list(names)
    named = {name for _, name in known_tasks(names, without=without)}
    return [name for name in names if name not in named and is_plain_name(name) and not _NOT_TOLD.fullmatch(name)]


def is_plain_name(name: str) -> bool:
    """Whether a task's name can be typed in a shell as it is."""
    return _PLAIN.fullmatch(name) is not None


def in_folder(folder: str, command: str) -> str:
    """`command` as it is typed in the repository's root for a part that lies in `folder`."""
    return f"cd {folder} && {command}" if folder else command
