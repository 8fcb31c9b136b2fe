"""An editor that goes away while the sidecar is still starting."""

import json
import subprocess

import pytest

from lsp_client import SERVE


def framed(message: dict[str, object]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


INITIALIZE = framed({"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
INITIALIZED = framed({"method": "initialized", "params": {}})


@pytest.mark.parametrize("sent", [b"", INITIALIZE, INITIALIZE + INITIALIZED], ids=["nothing", "asked", "starting"])
def test_a_hang_up_while_starting_ends_the_sidecar_without_a_word(sent: bytes) -> None:
    ended = subprocess.run(SERVE, input=sent, capture_output=True, timeout=60, check=False)

    assert (ended.returncode, ended.stderr.decode()) == (0, "")
