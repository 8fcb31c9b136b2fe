"""How far something is, said on a terminal and once it lasts."""

import sys
from pathlib import Path

import pytest

from cli_process import run_python
from typed_terminal import type_command

LASTS = """
import time
from holdfast.cli.shown_progress import shown_while
with shown_while("Checking:") as progress:
    time.sleep({seconds})
    progress(1, 4)
print("done")
"""


def nobody(_screen: str) -> None:
    """Nothing is asked."""


@pytest.mark.parametrize(
    ("seconds", "screen"),
    [pytest.param(1.1, "Checking: 25 % done\n", id="long"), pytest.param(0, "done\n", id="short")],
)
def test_on_a_terminal_it_is_said_once_it_lasts(tmp_path: Path, seconds: float, screen: str) -> None:
    typed = type_command([sys.executable, "-c", LASTS.format(seconds=seconds)], nobody, cwd=tmp_path, environment={})

    assert typed.screen == screen


def test_elsewhere_nothing_is_said(tmp_path: Path) -> None:
    ran = run_python("-c", LASTS.format(seconds=1.1), cwd=tmp_path)

    assert (ran.out, ran.err) == ("done\n", "")
