"""`holdfast manifest`: what of CLAUDE.md and its like applies to a file, what its block says, and what waits for approval."""

import difflib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from holdfast.cli.manifest_root import manifest_root
from holdfast.cli.output import new_console, print_json, printable
from holdfast.cli.project import Project, open_project
from holdfast.errors import HoldfastError, PositionError
from holdfast.inference.token_estimate import estimate_tokens
from holdfast.manifest.approve import approve_changes, approve_path
from holdfast.manifest.consent import HeldChange
from holdfast.manifest.locate import Homes, shown_path
from holdfast.manifest.other_tools import find_other_tools
from holdfast.manifest.project_block import read_project_block, value_at
from holdfast.manifest.section import ManifestSection
from holdfast.manifest.workspace_manifests import Reading, WorkspaceManifests
from holdfast.workspace_folder import manifests_of

app = typer.Typer(no_args_is_help=True, help="CLAUDE.md and what belongs to it: what is read, and what waits.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A project, the file that is asked about (relative to it), and what applies there."""

    project: Project
    path: str
    manifests: WorkspaceManifests
    reading: Reading


class _NotTrusted(HoldfastError):
    """Nothing of the project is read."""


@app.command("show")
def show(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", readable=False, help="For which file; for a new one here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show every section that applies to a file, in order; what was found and not read is said on standard error."""
    sections: tuple[ManifestSection, ...] = ()
    try:
        with _asked(file) as asked:
            sections = asked.reading.sections_for(asked.path)
            _say_what_waits(asked)
    except _NotTrusted as error:
        _say(str(error))
    if as_json:
        print_json([_section_json(section) for section in sections])
        return
    if not sections:
        print("No manifest applies here.")
        return
    table = Table("Tokens", "Scope", "Where", "Section", box=None, pad_edge=False)
    for section in sections:
        where = f"{section.path}:{section.first_line}-{section.last_line}"
        tokens = str(estimate_tokens(section.text))
        table.add_row(tokens, section.scope, *(Text(printable(part)) for part in (where, section.heading)))
    console = new_console()
    console.print(table)
    total = sum(estimate_tokens(section.text) for section in sections)
    console.print(f"\n{total} tokens in all. `holdfast context FILE:LINE:COL` shows what of it fits into a prompt.")


@app.command("get")
def get(key: Annotated[str, typer.Argument(metavar="KEY", help="For example budgets.contextTokens.")]) -> None:
    """Print a value of the `json holdfast` block as JSON."""
    with _asked(None) as asked:
        block = read_project_block(asked.reading.files_for(""))
    for problem in block.problems:
        _say(problem)
    try:
        print_json(value_at(block.data, key))
    except KeyError:
        known = ", ".join(block.data) or "nothing"
        raise HoldfastError(
            f"The manifest does not say “{printable(key)}”.", remedy=f"Its `json holdfast` block says: {known}."
        ) from None


@app.command("diff")
def diff() -> None:
    """Show the changes by other people that wait: what is used now against what the files say."""
    with _asked(None) as asked:
        held = _held(asked)
        for change in held:
            print(printable(_diff(asked.project.root, change)), end="")
    if not held:
        _say("No change waits for approval.")


@app.command("approve")
def approve(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", readable=False, help="One file or folder; all waiting changes when left out."),
    ] = None,
) -> None:
    """Let waiting changes be used, or a file outside of the workspace be read."""
    waiting = _waiting_at(path) if path is not None else None
    if waiting is not None:
        print(f"approved: {printable(waiting)}")
        return
    target = _existing(path) if path is not None else None
    is_inside = target is not None and target.is_relative_to(manifest_root(None))
    with _asked(target if is_inside else None) as asked:
        root, source = asked.project.root, asked.manifests.source
        if target is None:
            held = _held(asked)
            approve_changes(source, held)
            done = [_shown(root, change.file) for change in held]
        else:
            done = [_shown(root, approve_path(source, target, _held(asked)))]
    print("\n".join(f"approved: {printable(name)}" for name in done) or "No change waits for approval.")


def _waiting_at(path: Path) -> str | None:
    """Let the change of a link or of a deleted file be used, which no resolved path names; None where none waits there."""
    spelled = path.expanduser().absolute()
    place = spelled.parent.resolve() / spelled.name
    if place.exists() and not place.is_symlink():
        return None
    with _asked(None) as asked:
        change = next((change for change in _held(asked) if change.file == place), None)
        if change is None:
            return None
        approve_changes(asked.manifests.source, [change])
        return _shown(asked.project.root, change.file)


@contextmanager
def _asked(file: Path | None) -> Iterator[_Asked]:
    """What applies to `file`, or to a new file of the current folder."""
    project = open_project(manifest_root(file))
    if not project.trusted:
        remedy = f"Run `holdfast trust {project.root}` if this project is yours."
        raise _NotTrusted(f"{project.root} is not trusted, so its manifests are not read.", remedy=remedy)
    here = file.absolute() if file is not None else Path.cwd() / "new file"
    place = here.parent.resolve() / here.name
    if not place.is_relative_to(project.root):
        raise PositionError(f"{here} does not lie in {project.root}.", remedy="Name a file of the project.")
    path = place.relative_to(project.root).as_posix()
    manifests = manifests_of(project.root, project.locations, project.resolved.settings.context_file)
    try:
        yield _Asked(project, path, manifests, manifests.read(path))
    finally:
        manifests.close()


def _held(asked: _Asked) -> list[HeldChange]:
    """Every change in the project that waits, each once."""
    readings = (*asked.manifests.read_all(), asked.reading)
    return list({change.file: change for reading in readings for change in reading.held}.values())


def _say_what_waits(asked: _Asked) -> None:
    reading, root = asked.reading, asked.project.root
    for problem in reading.problems:
        _say(problem)
    for change in reading.held:
        used = "it is used as it was before" if change.before else "it is not used"
        _say(
            f"{_shown(root, change.file)} was changed by {', '.join(change.authors)}; {used}. "
            "`holdfast manifest diff` shows the change, `holdfast manifest approve` lets it pass."
        )
    for name in reading.outside.values():
        _say(f"`holdfast manifest approve {name}` lets {name} be read.")
    for found in find_other_tools(root, asked.path, reading.files_for(asked.path)):
        _say(f"{found.path} ({found.tool}) is not read. To adopt it, add this line to {found.into}: @{found.target}")


def _section_json(section: ManifestSection) -> dict[str, object]:
    return {
        "path": section.path,
        "scope": section.scope,
        "heading": section.heading,
        "text": section.text,
        "tokens": estimate_tokens(section.text),
    }


def _diff(root: Path, change: HeldChange) -> str:
    name = _shown(root, change.file)
    before, after = (text.splitlines(keepends=True) for text in (change.before, change.after))
    lines = difflib.unified_diff(before, after, f"{name} (approved)", f"{name} (by {', '.join(change.authors)})")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _existing(path: Path) -> Path:
    try:
        return path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise PositionError(f"There is no file {path}.", remedy="Check the path.") from error


def _shown(root: Path, file: Path) -> str:
    return shown_path(file, root, Homes.of(os.environ).home)


def _say(words: str) -> None:
    print(f"holdfast: {printable(words)}", file=sys.stderr)
