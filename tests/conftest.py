"""Fixtures every test shares: nobody's real data or cache directory, nobody's real environment."""

from pathlib import Path

import pytest

from holdfast.settings import ENVIRONMENT_NAMES


@pytest.fixture(autouse=True)
def private_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data and cache in a folder of this test; no variable of the machine reaches it."""
    place = tmp_path_factory.mktemp("holdfast")
    for variables in ENVIRONMENT_NAMES.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    # Where this is set, each process that a test starts would compile all it imports anew: a third of its time and more.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(place / "data"))
    monkeypatch.setenv("HOLDFAST_CACHE_DIR", str(place / "cache"))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(place / "claude"))
    return place
