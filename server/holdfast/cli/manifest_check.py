"""`holdfast manifest check [DIR]` and `holdfast manifest refresh [DIR]`: what has gone stale in CLAUDE.md, and putting it right."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.output import print_json, printable
from holdfast.cli.place import readable_folder
from holdfast.errors import PositionError

if TYPE_CHECKING:
    from holdfast.manifest.writing.checks.check import CheckedManifest
    from holdfast.repository_facts import Repository

Folder = Annotated[
    Path, typer.Argument(metavar="[DIR]", readable=False, help="The repository; this folder when left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def check(folder: Folder = Path(), as_json: AsJson = False) -> None:
    """Say which commands, paths and versions in CLAUDE.md no longer exist. Exit 1 where any does not: it can run in CI."""
    repository = _look_at(folder)
    checked = repository.check(_manifest_of(repository))
    if as_json:
        findings = [asdict(finding) for finding in checked.findings]
        ok = not checked.is_stale
        print_json({"path": checked.path, "ok": ok, "lines": checked.lines, "findings": findings})
    else:
        _print(checked)
    if checked.is_stale:
        raise typer.Exit(1)


def refresh(folder: Folder = Path(), as_json: AsJson = False) -> None:
    """Rewrite what stands between the holdfast marks of CLAUDE.md; the rest stays byte for byte."""
    repository = _look_at(folder)
    place = _manifest_of(repository)
    refreshed = repository.refresh_manifest(place)
    if as_json:
        changes = [asdict(change) for change in refreshed.changes]
        print_json({"path": place, "regions": refreshed.regions, "changes": changes})
        return
    for change in refreshed.changes:
        print(f"{place}:{change.line}: {change.name}")
        print(
            *(f"  - {printable(line)}" for line in change.removed),
            *(f"  + {printable(line)}" for line in change.added),
            sep="\n",
        )
    if not refreshed.regions:
        print(f"{place} has no marked region, so nothing was written. `holdfast init` shows one to take over.")
    elif not refreshed.changes:
        print(f"{place} is up to date.")


def _look_at(folder: Path) -> "Repository":
    from holdfast.repository_facts import look_at  # noqa: PLC0415 - readers of forty kinds of files, a tenth of a second

    return look_at(readable_folder(folder))


def _manifest_of(repository: "Repository") -> str:
    place = repository.manifest
    if place is None:
        raise PositionError("There is no CLAUDE.md.", remedy="`holdfast init` writes one.")
    return place


def _print(checked: "CheckedManifest") -> None:
    for finding in checked.findings:
        advice = "" if finding.is_stale else "advice: "
        print(f"{checked.path}:{finding.line}: {advice}{printable(finding.message)} {finding.remedy}")
    stale = sum(finding.is_stale for finding in checked.findings)
    said = {0: "nothing is stale", 1: "one thing is stale"}.get(stale, f"{stale} things are stale")
    print(f"{checked.path}: {checked.lines} lines, {said}.")
