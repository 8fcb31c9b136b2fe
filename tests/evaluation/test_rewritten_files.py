import threading
import time
from pathlib import Path

import pytest

from holdfast.evaluation.rewritten_files import being_rewritten, rewrite_in_turn

PATIENCE_S = 30.0


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"{name} with a space.py" for name in ("one", "two")]
    for file in made:
        file.write_bytes(b"first = 1\r\n")
    return made


def test_files_change_while_it_lasts_and_are_as_before_then(files: list[Path]) -> None:
    with being_rewritten(files, 200.0):
        until = time.monotonic() + PATIENCE_S
        while not all(b"def rewritten_" in file.read_bytes() for file in files) and time.monotonic() < until:
            time.sleep(0.01)
        seen = [file.read_bytes().startswith(b"first = 1\r\n\n\ndef rewritten_") for file in files]
    assert seen == [True, True]
    assert [file.read_bytes() for file in files] == [b"first = 1\r\n"] * 2


def test_nothing_is_written_once_it_is_stopped(files: list[Path]) -> None:
    stop = threading.Event()
    stop.set()
    assert rewrite_in_turn(files, 1.0, stop) == 0
