"""`holdfast init [DIR]`: a CLAUDE.md from what the repository proves; one that is there is never touched."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.output import print_json, printable
from holdfast.cli.place import readable_folder

if TYPE_CHECKING:
    from holdfast.manifest.writing.compose import Proposal


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="The repository; this folder when left out.")
    ] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it; write nothing.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Show each line with what proves it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Accepted; nothing is asked, as nothing is ever overwritten.")
    ] = False,
) -> None:
    """Write CLAUDE.md from what the repository proves; where there is one, show as a diff what it lacks."""
    from holdfast.repository_facts import look_at  # noqa: PLC0415 - readers of forty kinds of files, a tenth of a second

    del yes
    repository = look_at(readable_folder(folder))
    proposal = repository.propose()
    is_new = proposal.before is None
    is_written = is_new and not dry_run
    if is_written:
        repository.create_manifest(proposal)
    if as_json:
        print_json(_json(proposal, is_written=is_written))
        return
    if why:
        print(*_reasons(proposal), sep="\n")
    elif dry_run or not is_new:
        print(printable(proposal.diff), end="")
    print(_summary(proposal, is_written=is_written), file=sys.stdout if is_written else sys.stderr)


def _json(proposal: "Proposal", *, is_written: bool) -> dict[str, object]:
    lines = [
        {"line": number, "text": line.text, "evidence": asdict(line.evidence) if line.evidence else None}
        for number, line in enumerate(proposal.lines, start=1)
    ]
    return {
        "path": proposal.path,
        "written": is_written,
        "exists": proposal.before is not None,
        "diff": proposal.diff,
        "lines": lines,
    }


def _reasons(proposal: "Proposal") -> Iterator[str]:
    """Each line that says something of the repository, and under it what proves it."""
    for line in proposal.lines:
        if line.evidence is not None:
            yield printable(line.text)
            yield f"    {printable(str(line.evidence))}"


def _summary(proposal: "Proposal", *, is_written: bool) -> str:
    if is_written:
        return f"{proposal.path} is written: {len(proposal.lines)} lines. `holdfast init --why` says what proves each."
    if proposal.before is None:
        return f"Nothing was written; without --dry-run this becomes {proposal.path}."
    if proposal.diff:
        # What the terminal is not shown as it is, a patch would write as it was shown.
        is_exact = proposal.is_patchable and printable(proposal.diff) == proposal.diff
        how = "`holdfast init | patch -p1` takes it over" if is_exact else "copy from it by hand"
        return f"{proposal.path} is there and stays as it is; the diff shows what it lacks ({how})."
    return f"{proposal.path} is there and lacks nothing."
