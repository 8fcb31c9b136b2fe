"""Commands that a manifest names and the repository does not have: targets, recipes, scripts, and files they start."""

import re
import shlex
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText
from holdfast.manifest.project_facts.sources.makefile import JUSTFILES, MAKEFILES, Tasks, just_recipes, make_targets
from holdfast.manifest.project_facts.structured_text import json_table, table
from holdfast.manifest.project_facts.task_names import is_plain_name
from holdfast.manifest.writing.checks.code_texts import CodeText, MarkdownLine
from holdfast.manifest.writing.checks.finding import Finding
from holdfast.manifest.writing.checks.paths import KnownPaths

_PARTS: Final = re.compile(r"&&|\|\||[;|]")
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=\S*")
_OTHER_PLACE: Final = re.compile(
    r"^(?:-w|--workspaces?|--prefix|--cwd|-C|--dir|--filter|-F|--working-dir|-f|--file|--justfile|-d)(?:=|$)"
)
_SCRIPT_RUNNERS: Final = frozenset({"npm", "pnpm", "yarn", "bun"})
_INTERPRETERS: Final = frozenset({"python", "python3", "node", "bash", "sh", "ruby", "deno", "perl", "php", "pytest"})
_NPM_OWN: Final = frozenset({"env", "restart", "stop", "install", "prepublish", "prepare"})
_LONGEST: Final = 500
_REMEDY: Final = "Name the command as it is now, or delete the line."


@dataclass(frozen=True, slots=True)
class _TaskFile:
    names: tuple[str, ...]
    read: Callable[[SourceText], Tasks]
    what: str


_TASK_FILES: Final[Mapping[str, _TaskFile]] = {
    "make": _TaskFile(MAKEFILES, make_targets, "target of the Makefile"),
    "just": _TaskFile(JUSTFILES, just_recipes, "recipe of the justfile"),
}


def check_commands(known: KnownPaths, code: Iterable[CodeText], prose: Iterable[MarkdownLine]) -> Iterator[Finding]:
    """Every command in code that is plainly one of the repository's and is not there.

    After a `cd` to a place that is not in the repository nothing is judged, in a fence up to the next heading, in a span up to
    its end. A folder of the repository that is no longer there is told.
    """
    scripts, tasks = _Scripts(known.tree), _AllTasks(known.tree)
    headings = [line.line for line in prose if line.text.startswith("#")]
    away_until = 0.0
    for text in code:
        if len(text.text) > _LONGEST or text.text.startswith("#"):
            continue
        was_away_until = away_until
        for words in _commands(text.text):
            if words[0] == "cd" and len(words) > 1 and not _is_in_repository(known, words[1]):
                if text.is_block:
                    away_until = _next(headings, text.line)
                folder = _missing_folder(known, words[1], is_way_in=text.text.startswith("cd ") and "&&" in text.text)
                if folder is not None and text.line >= was_away_until:
                    yield Finding(text.line, "command", f"`{' '.join(words)}`: {folder} is not there.", _REMEDY)
                break
            if text.line < away_until:
                break
            message = tasks.missing(words) or scripts.missing(words) or _missing_file(known, words)
            if message is not None:
                yield Finding(text.line, "command", f"`{' '.join(words)}`: {message}", _REMEDY)


def _next(headings: list[int], line: int) -> float:
    place = bisect_right(headings, line)
    return headings[place] if place < len(headings) else float("inf")


def _missing_folder(known: KnownPaths, place: str, *, is_way_in: bool) -> str | None:
    """The folder that `cd` plainly means and that is gone; a single name only as the way into what is done there."""
    folder = place.rstrip("/")
    return (
        known.is_missing(f"{folder}/", is_listed=is_way_in) if "/" in folder.removeprefix("./") or is_way_in else None
    )


def _is_in_repository(known: KnownPaths, place: str) -> bool:
    """Whether `cd` to a place stays in the repository: in one of its folders, up again, or in the repository itself."""
    folder = place.removeprefix("./").rstrip("/")
    return folder in {"", ".", "..", "-", known.tree.root.name} or known.has(folder)


def _commands(line: str) -> Iterator[list[str]]:
    """The words of each simple command of a line, variables and `sudo` left out."""
    for part in _PARTS.split(line):
        try:
            words = shlex.split(part, comments=True)
        except ValueError:
            continue
        while words and (_ASSIGNMENT.fullmatch(words[0]) or words[0] in {"sudo", "time", "env"}):
            words = words[1:]
        if words:
            yield words


class _AllTasks:
    """Targets and recipes of every such file in the repository: a command may be meant for any folder."""

    def __init__(self, tree: ProjectTree) -> None:
        self._tree = tree
        self._known: dict[str, tuple[frozenset[str], bool]] = {}

    def missing(self, words: list[str]) -> str | None:
        program = words[0]
        if program not in _TASK_FILES or any(map(_OTHER_PLACE.match, words[1:])):
            return None
        names, is_whole = self._tasks(program)
        wanted = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        wanted = wanted[:1] if program == "just" else wanted
        if not is_whole or not all(map(is_plain_name, wanted)):
            return None
        gone = next(
            (word for word in wanted if word not in names and not _is_any(word) and not self._is_file(word)), None
        )
        return f"there is no {_TASK_FILES[program].what} named {gone}." if gone is not None else None

    def _is_file(self, word: str) -> bool:
        return self._tree.has(word) or self._tree.has_folder(word)

    def _tasks(self, program: str) -> tuple[frozenset[str], bool]:
        """(names, whether there can be no others); a repository without such a file may make one when it is built."""
        if program not in self._known:
            kind = _TASK_FILES[program]
            paths = [path for path in self._tree.files if path.rpartition("/")[2] in kind.names]
            texts = [self._tree.read(path) for path in paths]
            read = [kind.read(text) for text in texts if text is not None]
            is_whole = bool(read) and len(read) == len(paths) and all(tasks.is_whole for tasks in read)
            self._known[program] = (frozenset(name for tasks in read for name in tasks.lines), is_whole)
        return self._known[program]


class _Scripts:
    """Scripts of every package.json and composer.json."""

    def __init__(self, tree: ProjectTree) -> None:
        self._names = {
            "package.json": _script_names(tree, "package.json"),
            "composer.json": _script_names(tree, "composer.json"),
        }

    def missing(self, words: list[str]) -> str | None:
        program = words[0]
        file = "package.json" if program in _SCRIPT_RUNNERS else "composer.json" if program == "composer" else ""
        names = self._names.get(file)
        if names is None or any(map(_OTHER_PLACE.match, words[1:])):
            return None
        match words[1:]:
            case ["run" | "run-script", name, *_] if is_plain_name(name) and not _is_any(name):
                pass
            case ["test" | "start" as name, *_] if program in {"npm", "pnpm"}:
                pass
            case _:
                return None
        return None if name in names or name in _NPM_OWN else f"no {file} has a script named {name}."


def _script_names(tree: ProjectTree, file: str) -> frozenset[str] | None:
    """None where there is no such file: the command may be meant for another repository."""
    texts = [tree.read(path) for path in tree.files if path.rpartition("/")[2] == file]
    if not texts or None in texts:
        return None
    return frozenset(name for text in texts if text for name in table(json_table(text).get("scripts")))


def _missing_file(known: KnownPaths, words: list[str]) -> str | None:
    """A file that the command starts or is given, and that is not there."""
    given = words[:1] if words[0].startswith("./") else []
    given += [word for word in words[1:] if "/" in word] if words[0] in _INTERPRETERS else []
    gone = next((path for word in given if (path := known.is_missing(word)) is not None), None)
    return f"{gone} is not there." if gone is not None else None


def _is_any(word: str) -> bool:
    """Whether a word stands for any: `TARGET`, `name`, `x`."""
    return word.isupper() or word.lower() in {"target", "name", "script", "task", "x", "foo", "bar", "recipe"}
