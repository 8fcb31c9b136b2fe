"""Facts as the rows that a template line is written for: placeholders and their values, with what proves them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Described, Evidence, Pinned, ProjectFacts, Said

Rows = Mapping[str, tuple["Row", ...]]
"""Rows by the first placeholder of the lines they fill."""


@dataclass(frozen=True, slots=True)
class Row:
    """Values by placeholder, and their evidence."""

    values: Mapping[str, str]
    evidence: Evidence


_MOST_COMMANDS: Final[dict[CommandKind, int]] = {"setup": 1, "build": 2, "test": 2, "one_test": 2, "lint": 3, "run": 2}
_MOST_ALSO: Final = 8
_MOST_LANGUAGES: Final = 5
_MOST_FRAMEWORKS: Final = 8
_MOST_MANAGERS: Final = 3
_MOST_FOLDERS: Final = 16
_MOST_OTHERS: Final = 4
_MOST_FOCUS: Final = 2


def rows_of(facts: ProjectFacts) -> Rows:
    """What each line of the template can be filled with, bounded so that the whole stays under 120 lines."""
    rows: dict[str, tuple[Row, ...]] = {
        "project": tuple(Row({"project": said.text}, said.evidence) for said in facts.name[:1]),
        "purpose": tuple(
            Row({"purpose": said.text, "purpose_file": said.evidence.path}, said.evidence) for said in facts.purpose[:1]
        ),
        "audience": _said("audience", facts.audience[:1]),
        "language": _pinned("language", facts.languages[:_MOST_LANGUAGES]),
        "framework": _pinned("framework", facts.frameworks[:_MOST_FRAMEWORKS]),
        "package_manager": _pinned("package_manager", facts.managers[:_MOST_MANAGERS]),
        "path": _described("path", "path_purpose", facts.folders[:_MOST_FOLDERS]),
        "convention": _said("convention", facts.conventions[:_MOST_OTHERS]),
        "protected_path": _described("protected_path", "protected_reason", facts.protected[:_MOST_OTHERS]),
        "generated_path": _described("generated_path", "generator_command", facts.generated[:_MOST_OTHERS]),
        "focus": tuple(
            Row({"focus": said.text, "focus_file": said.evidence.path}, said.evidence)
            for said in facts.versions[:_MOST_FOCUS]
        ),
        "document": _described("document", "document_title", facts.documents[:_MOST_OTHERS]),
    }
    commands = {f"{kind}_command": _commands(kind, most, facts.commands) for kind, most in _MOST_COMMANDS.items()}
    return rows | commands | {"also_commands": _also(facts.commands)}


def _also(commands: Iterable[Command]) -> tuple[Row, ...]:
    """The other tasks on one line, each a span of code."""
    others = [command for command in commands if command.kind == "also"][:_MOST_ALSO]
    spans = ", ".join(f"`{command.text}`" for command in others)
    return (Row({"also_commands": spans}, others[0].evidence),) if others else ()


def _commands(kind: CommandKind, most: int, commands: Iterable[Command]) -> tuple[Row, ...]:
    chosen = [command for command in commands if command.kind == kind][:most]
    return tuple(Row({f"{kind}_command": command.text}, command.evidence) for command in chosen)


def _pinned(name: str, facts: Iterable[Pinned]) -> tuple[Row, ...]:
    return tuple(Row({name: fact.name, f"{name}_version": fact.version}, fact.evidence) for fact in facts)


def _described(path: str, words: str, facts: Iterable[Described]) -> tuple[Row, ...]:
    return tuple(Row({path: fact.path, words: fact.words}, fact.evidence) for fact in facts)


def _said(name: str, facts: Iterable[Said]) -> tuple[Row, ...]:
    return tuple(Row({name: fact.text}, fact.evidence) for fact in facts)
