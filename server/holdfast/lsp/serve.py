"""`holdfast serve`: LSP on standard input and output, and nothing else there."""

import logging
import os
import sys

from holdfast.lsp.features import build_server


def serve() -> None:
    """Serve until the client is gone. Whatever else prints goes to standard error."""
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    level = os.environ.get("HOLDFAST_LOG", "info").upper()
    if level not in logging.getLevelNamesMapping():
        level = "INFO"
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("holdfast").setLevel(level)
    # A cancel that comes after the answer is the normal course of typing, not a warning.
    logging.getLogger("pygls.protocol.json_rpc").setLevel(logging.ERROR)
    build_server().start_io(stdout=wire)
