"""`holdfast serve`: LSP on standard input and output, and nothing else there."""

import logging
import os
import sys
from typing import Final

from holdfast.lsp.garbage import wait_for_start
from holdfast.lsp.kept_code import KeptCode, beside

wait_for_start()
_kept_code: Final = KeptCode(beside(__file__))
_kept_code.stand_in()

from holdfast.lsp.features import build_server  # noqa: E402 - after what makes importing it quick
from holdfast.lsp.standard_input import serve_on  # noqa: E402 - the same

_SWITCH_SECONDS: Final = 0.0005
"""For so long the loop waits at most, each time, for a thread that gathers context or counts words (else 5 ms)."""


def serve() -> None:
    """Serve until the client is gone. Whatever else prints goes to standard error."""
    if sys.stdin is None or sys.stdout is None:
        sys.exit("holdfast: serve needs standard input and output.")
    sys.setswitchinterval(_SWITCH_SECONDS)
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    level = os.environ.get("HOLDFAST_LOG", "info").upper()
    if level not in logging.getLevelNamesMapping():
        level = "INFO"
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("holdfast").setLevel(level)
    # A cancel that comes after the answer is the normal course of typing, not a warning.
    logging.getLogger("pygls.protocol.json_rpc").setLevel(logging.ERROR)
    serve_on(build_server(_kept_code), sys.stdin.buffer, wire)
