import subprocess
import sys

PROGRAM = """
import gc
import holdfast.lsp.serve
from holdfast.lsp.garbage import leave_alone_what_is_there
print(gc.isenabled(), gc.get_freeze_count() > 10_000)
leave_alone_what_is_there()
print(gc.isenabled(), gc.get_freeze_count() > 10_000)
"""


def test_nothing_is_looked_through_until_the_start_is_over_and_what_is_there_never() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False", "True True"]
