"""Targets of a Makefile and recipes of a justfile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.project_facts.fact import Command, ProjectFacts
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText
from holdfast.manifest.project_facts.task_names import in_folder, is_plain_name, known_tasks, other_tasks

MAKEFILES: Final = ("GNUmakefile", "makefile", "Makefile")
JUSTFILES: Final = ("justfile", "Justfile", ".justfile")
_RULE: Final = re.compile(r"^(?P<targets>[^\s:=#$%][^:=#$%]*?)\s*::?(?![:=])(?P<rest>.*)$")
_ASSIGNS: Final = re.compile(r"\s*(?:(?:export|override|private)\s+)*[\w.-]+\s*(?:[?+!]|:{1,3})?=")
"""A variable for one target, which makes none."""
_DEFINE: Final = re.compile(r"\s*(?:(?:export|override)\s+)*define\b")
_UNKNOWN: Final = re.compile(r"^\s*-?s?include\s|^[^\t#=]*%[^=]*:|^[^\t:#=]*\$[({][^:=]*:(?!=)|\$\(eval\b|\$\(call\b")
_PHONY: Final = re.compile(r"^\.PHONY[ \t]*:(?P<names>(?:[^\\\n]|\\\n)*)", re.MULTILINE)
_RECIPE: Final = re.compile(r"^@?(?P<name>[A-Za-z_][\w-]*)(?P<parameters>[^:]*):(?!=)")
_MORE_THAN_BUILT: Final = re.compile(r":.*\b(?:test|check|lint)")
_ALIAS: Final = re.compile(r"^alias\s+(?P<name>[\w-]+)\s*:=")


@dataclass(frozen=True, slots=True)
class Tasks:
    """Names of targets or recipes to their lines (1-based). `is_whole`: there are no others, as far as the file says."""

    lines: Mapping[str, int]
    is_whole: bool


def make_targets(source: SourceText) -> Tasks:
    """The explicit targets; a file with includes, pattern rules or computed targets may have more."""
    lines: dict[str, int] = {}
    is_defining = False
    for number, line in enumerate(source.lines, start=1):
        is_defining = bool(_DEFINE.match(line)) or (is_defining and not line.lstrip().startswith("endef"))
        found = None if is_defining or line.startswith(("\t", ".")) else _RULE.match(line)
        if found and _ASSIGNS.match(found["rest"]):
            continue
        for target in found["targets"].split() if found else ():
            lines.setdefault(target, number)
    return Tasks(lines, not any(_UNKNOWN.search(line) for line in source.lines))


def just_recipes(source: SourceText) -> Tasks:
    """The recipes that need no argument, and aliases; a file with imports or modules may have more."""
    lines: dict[str, int] = {}
    needy = set()
    for number, line in enumerate(source.lines, start=1):
        found = _RECIPE.match(line) or _ALIAS.match(line)
        if found:
            lines.setdefault(found["name"], number)
            parameters = found.groupdict().get("parameters", "") or ""
            if any("=" not in word and not word.startswith("*") for word in parameters.split()):
                needy.add(found["name"])
    is_whole = not needy and not any(line.startswith(("import", "mod ")) for line in source.lines)
    return Tasks({name: line for name, line in lines.items() if name not in needy}, is_whole)


def read_makefiles(tree: ProjectTree) -> ProjectFacts:
    """The commands of Makefiles and justfiles."""
    commands: list[Command] = []
    for names, read, program in ((MAKEFILES, make_targets, "make"), (JUSTFILES, just_recipes, "just")):
        for source in tree.texts(*names):
            tasks = read(source).lines
            commands += [
                Command(
                    kind,
                    in_folder(source.folder, f"{program} {name}"),
                    source.line_proof(tasks[name]),
                    (source.path,),
                )
                for kind, name in (
                    *known_tasks(_telling(source, tasks)),
                    *(("also", name) for name in _others(source, tasks) if program == "make"),
                )
            ]
    return ProjectFacts(commands=tuple(commands))


def _others(source: SourceText, tasks: Mapping[str, int]) -> list[str]:
    """The other targets that stand behind .PHONY: those that are there to be typed."""
    phony = [word for found in _PHONY.finditer(source.text) for word in found["names"].replace("\\\n", " ").split()]
    named = {name for _, name in known_tasks(_telling(source, tasks))}
    return [name for name in other_tasks(dict.fromkeys(phony)) if name in tasks and name not in named]


def _telling(source: SourceText, tasks: Mapping[str, int]) -> list[str]:
    """The tasks whose name can be typed and says what they do; of several that one line defines, the first."""
    first: dict[int, str] = {}
    for name, line in tasks.items():
        is_more_than_its_name = name == "all" and _MORE_THAN_BUILT.search(source.lines[line - 1])
        if is_plain_name(name) and not is_more_than_its_name:
            first.setdefault(line, name)
    return list(first.values())
