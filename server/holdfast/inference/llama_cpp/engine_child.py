"""llama.cpp's server for one model file, in a process of its own: `python -m holdfast.inference.llama_cpp.engine_child`.

The engine is C++ in the interpreter's process: a crash or an endless loop in it must take nobody else with it. What it
is to serve comes as one line of JSON on standard input (so that the key stands in no process list), what it came to
goes out as one line of JSON. It ends when standard input is closed, so also when the sidecar is killed.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path
from threading import Thread
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

MISSING: Final = "missing"
BROKEN: Final = "broken"
_PR_SET_PDEATHSIG: Final = 1


class EngineOrder(BaseModel):
    """What to serve: a GGUF file, its name to clients, the window in tokens, threads, the key requests must bring."""

    model_config = ConfigDict(frozen=True)

    path: Path
    name: str
    n_ctx: int
    n_threads: int
    key: str


class EngineReport(BaseModel):
    """Where it listens, or what is in the way: `missing` (no engine is installed) or `broken`, with the engine's words."""

    model_config = ConfigDict(frozen=True)

    address: str = ""
    problem: str = ""
    words: str = ""


def command_line() -> list[str]:
    """What starts the engine with the interpreter that runs now."""
    return [sys.executable, "-m", "holdfast.inference.llama_cpp.engine_child"]


def main() -> None:
    """Serve until standard input is closed. The engine prints where it likes, so standard output is kept from it."""
    _die_with_parent()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    order = EngineOrder.model_validate_json(sys.stdin.readline())
    # From here on, also while a large model is read: when nobody holds the other end any more, all of this ends.
    watcher = Thread(target=_end_with_parent, name="end with the parent", daemon=True)
    watcher.start()
    server: Any = None
    try:
        server = _start(order)
        report = EngineReport(address=server.listening_address)
    except ImportError as error:
        report = EngineReport(problem=MISSING, words=str(error))
    except Exception as error:  # noqa: BLE001 - whatever the engine throws is told to the parent, in its words
        report = EngineReport(problem=BROKEN, words=str(error))
    answers.write(f"{report.model_dump_json()}\n")
    answers.flush()
    if server is None:
        os._exit(1)
    watcher.join()


def _die_with_parent() -> None:
    """Let the kernel end this process with the one that started it, where it can.

    While the engine reads a model it holds the interpreter's lock, and the thread that watches standard input rests.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with_parent() -> None:
    sys.stdin.read()
    # The engine's threads may be in the middle of a batch; nobody waits for them.
    os._exit(0)


def _start(order: EngineOrder) -> Any:
    import xllamacpp  # noqa: PLC0415 - an optional extra, which only this process loads

    params = xllamacpp.CommonParams()
    params.model.path = str(order.path)
    params.model_alias = [order.name]
    params.n_ctx = order.n_ctx
    params.n_parallel = 1  # one slot: the whole window, and one prompt cache, for the one who types
    params.n_predict = -1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order.key]
    params.ui = False
    params.ctx_shift = False
    params.cache_ram_mib = 256
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.n_threads
    params.verbosity = 1
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
