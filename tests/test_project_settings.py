"""What a manifest's block leaves out stays left out while nobody can say that it says otherwise."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from holdfast.index.declared_rules import declared_rules
from holdfast.locations import Locations, find_locations
from holdfast.project_settings import resolve_window

BLOCK = '```json holdfast\n{"ignore": ["generated/"]}\n```\n'


@pytest.fixture
def locations() -> Locations:
    return find_locations(os.environ)


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, ...]:
    """Two folders of a window, each with a block."""
    folders = (tmp_path / "first", tmp_path / "second")
    for folder in folders:
        folder.mkdir()
        (folder / "CLAUDE.md").write_text(BLOCK)
    return folders


def rules(roots: tuple[Path, ...], locations: Locations) -> list[str]:
    return [declared_rules(locations.workspace_cache(root)).read_text() for root in roots]


def test_a_window_that_is_not_trusted_takes_no_rules_back(roots: tuple[Path, ...], locations: Locations) -> None:
    resolve_window(roots, locations, trusted=True)
    resolve_window(roots, locations, trusted=False)

    assert rules(roots, locations) == ["generated/\n", "generated/\n"]


def test_a_block_that_says_no_longer_so_takes_them_back(roots: tuple[Path, ...], locations: Locations) -> None:
    resolve_window(roots, locations, trusted=True)
    for root in roots:
        (root / "CLAUDE.md").write_text("Nothing.")
    resolve_window(roots, locations, trusted=True)

    assert rules(roots, locations) == ["", ""]


def test_what_a_locked_ledger_keeps_from_being_read_takes_no_rules_back(
    roots: tuple[Path, ...], locations: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_window(roots, locations, trusted=True)
    for root in roots:
        (root / "CLAUDE.md").write_text(f"Changed.\n{BLOCK}")
    monkeypatch.setattr("holdfast.sqlite.connection.BUSY_TIMEOUT_MS", 10)
    with locked(locations.data / "manifests.db"):
        resolve_window(roots, locations, trusted=True)

    assert rules(roots, locations) == ["generated/\n", "generated/\n"]


@contextmanager
def locked(database: Path) -> Iterator[None]:
    other = sqlite3.connect(database, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        other.close()
