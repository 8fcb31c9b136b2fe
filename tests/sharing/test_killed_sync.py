"""A sync that is killed anywhere is completed by the next one: nothing lost, nothing twice, nothing parked."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "killed_sync.py"
POINTS = 24


@pytest.mark.parametrize("place", ["folder", "git"])
def test_a_sync_that_is_killed_at_any_step_is_completed_by_the_next(tmp_path: Path, place: str) -> None:
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), str(POINTS), place],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    *rounds, killed = ran.stdout.splitlines()
    assert rounds == ["same"] * POINTS, ran.stderr
    assert int(killed.removeprefix("killed ")) > POINTS // 2
