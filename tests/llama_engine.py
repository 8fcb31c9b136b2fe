"""A real llama.cpp on the tiny models that this repository makes, as a server process for a whole module of tests."""

import hashlib
import importlib.util
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from holdfast.inference.endpoint import Endpoint, parse_endpoint
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.llama_cpp.engine_child import command_line

MAKER: Final = Path(__file__).parent / "model" / "make_tiny_model.py"
TRAINED: Final = Path(__file__).parent.parent / "fixtures" / "models" / "tiny-qwen2.gguf"
"""What `model/train_tiny_model.py` wrote: it goes on with a name that stands in its prompt, and knows nothing else."""

_CACHE: Final = Path(__file__).parent.parent / "build" / "tiny-model"

needs_engine: Final = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None or importlib.util.find_spec("gguf") is None,
    reason="xllamacpp or gguf is not installed (`uv sync`): NOTHING was tested against a real llama.cpp",
)


def tiny_model() -> Path:
    """The file of the model with random weights, made anew when its script has changed."""
    path = _CACHE / f"tiny-{hashlib.sha256(MAKER.read_bytes()).hexdigest()[:16]}.gguf"
    if not path.exists():
        own = path.with_suffix(f".{os.getpid()}")  # another process may be making it too
        subprocess.run([sys.executable, str(MAKER), str(own)], check=True, timeout=120)
        own.replace(path)
    return path


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """Where it listens, and with which key."""

    endpoint: Endpoint
    key: str

    def client(self) -> LlamaCppServer:
        """A new client of it."""
        return LlamaCppServer(self.endpoint, timeout_ms=60_000, api_key=self.key)


@contextmanager
def running_engine(n_ctx: int, model: Path | None = None) -> Iterator[RunningEngine]:
    """The engine with a window of `n_ctx` tokens, as the product starts it; with random weights if no `model` is given."""
    key = secrets.token_urlsafe()
    order = {"path": str(model or tiny_model()), "name": "tiny", "n_ctx": n_ctx, "n_threads": 1, "key": key}
    with subprocess.Popen(
        command_line(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.flush()
        report = json.loads(child.stdout.readline())
        try:
            yield RunningEngine(parse_endpoint(report["address"]), key)
        finally:
            child.stdin.close()
            child.wait(timeout=30)
