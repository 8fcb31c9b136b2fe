"""`holdfast trust [DIR]`: let a folder's CLAUDE.md and `.env.local` count."""

import os
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.output import print_json
from holdfast.cli.place import readable_folder
from holdfast.locations import Locations, find_locations
from holdfast.manifest.locate import DEFAULT_NAME
from holdfast.trust import trust as trust_folder
from holdfast.trust import trusted_folders
from holdfast.workspace_folder import manifests_of


def trust(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", readable=False, help="The folder; this one when left out.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Trust a folder and all below it: its CLAUDE.md is sent along and its .env.local read."""
    root = readable_folder(folder)
    locations = find_locations(os.environ)
    trust_folder(locations, root)
    _accept_what_is_there(root, locations)
    if as_json:
        print_json({"trusted": [str(path) for path in trusted_folders(locations)]})
    else:
        print(
            f"{root} is trusted: its CLAUDE.md is sent along and its .env.local read. Kept in {locations.trusted_folders}."
        )


def _accept_what_is_there(root: Path, locations: Locations) -> None:
    """Read the manifests once: what another person's commit changes from now on waits."""
    manifests = manifests_of(root, locations, DEFAULT_NAME)
    try:
        manifests.read("")
    finally:
        manifests.close()
