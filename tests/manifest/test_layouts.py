"""Reading agrees with what Claude Code documents of its memory files: one table of layouts, one loop."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from manifest_workspace import ManifestWorkspace

TABLE = Path(__file__).parent.parent.parent / "fixtures" / "manifests" / "layouts.toml"
LAYOUTS = tomllib.loads(TABLE.read_text("utf-8"))["layout"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout["id"] for layout in LAYOUTS])
def test_what_applies(layout: Mapping[str, Any], tmp_path: Path) -> None:
    workspace = ManifestWorkspace(tmp_path, layout.get("name", "CLAUDE.md"))
    workspace.write(layout["files"])
    for path in layout.get("approved", ()):
        workspace.ledger.approve_outside(workspace.at(path))

    shown = workspace.shown(layout["asked"])
    workspace.manifests.close()

    assert shown == [line.replace("\n", "¶") for line in layout["shown"]]


def test_the_table_is_large_enough_and_names_each_layout_once() -> None:
    names = [layout["id"] for layout in LAYOUTS]

    assert len(set(names)) == len(names) >= 40
