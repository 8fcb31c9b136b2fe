import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from holdfast.index_child import command_line

WHAT_COMES = """
import sys
from holdfast.index_child import command_line
print(sorted({name.split(".")[0] for name in sys.modules} & {"watchfiles", "multiprocessing", "numpy"}))
"""


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="priorities are POSIX's")
def test_the_indexer_gives_way_to_the_editor(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    child = subprocess.Popen(command_line(root, tmp_path / "data"), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        while os.getpriority(os.PRIO_PROCESS, child.pid) == os.getpriority(os.PRIO_PROCESS, 0) and child.poll() is None:
            time.sleep(0.01)
        nicer = os.getpriority(os.PRIO_PROCESS, child.pid) - os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        child.communicate()

    assert (nicer, child.returncode) == (10, 0)


def test_who_starts_an_indexer_imports_none() -> None:
    done = subprocess.run([sys.executable, "-c", WHAT_COMES], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
