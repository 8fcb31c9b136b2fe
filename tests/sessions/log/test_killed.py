"""`kill -9` before every single statement of a change: the log is as before or as after, and doing it again ends it."""

import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "killed_log.py"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("add", ["before", "after"]),
        ("forget", ["before", "after"]),
        ("forget_entry", ["before", "after"]),
        ("keep", ["before", "after"]),
        ("rebuild", ["before"]),
    ],
)
def test_a_change_that_is_killed_is_done_whole_or_not_at_all(tmp_path: Path, action: str, expected: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), action, str(tmp_path)], capture_output=True, text=True, check=False, timeout=100
    )

    assert ([told for told, _ in groupby(ran.stdout.split("\n")[:-1])], ran.stderr) == (expected, "")
    assert len(ran.stdout.split("\n")) > 15
