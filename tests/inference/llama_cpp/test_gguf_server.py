"""A model file served by an engine in a child process: its life, its death, and files that are none."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Final

import pytest

from holdfast.errors import ModelMissing, ServerError, ServerUnreachable, UnexpectedAnswer
from holdfast.inference.llama_cpp import gguf_server
from holdfast.inference.llama_cpp.gguf_server import GgufServer
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.server_health import ServerHealth, ServerState
from index_runs import eventually
from llama_engine import needs_engine, tiny_model

N_CTX = 1024


@pytest.fixture
async def server() -> AsyncIterator[GgufServer]:
    server = GgufServer(tiny_model(), num_ctx=N_CTX, timeout_ms=60_000, n_threads=1)
    yield server
    await server.aclose()


def request(prompt: str = "def f", num_predict: int = 4) -> GenerateRequest:
    return GenerateRequest(tiny_model().stem, prompt, num_predict=num_predict, num_ctx=N_CTX)


async def answer(server: GgufServer) -> list[Piece | Finished]:
    async with aclosing(server.generate(request())) as items:
        return [item async for item in items]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if sys.platform == "linux" else True


@needs_engine
async def test_the_model_is_served_under_the_name_of_its_file(server: GgufServer) -> None:
    version = await server.version()
    (model,) = await server.models()
    (running,) = await server.running()
    details = await server.details(model.name)

    assert (version, model.name) == ("llama.cpp", tiny_model().stem)
    assert (running.context_length, details.context_length) == (N_CTX, N_CTX)
    assert isinstance((await answer(server))[-1], Finished)


@needs_engine
async def test_a_generation_waits_for_no_model_to_be_read(server: GgufServer) -> None:
    with pytest.raises(ServerUnreachable, match="is not running"):
        await answer(server)

    assert server.pid is None


@needs_engine
async def test_asking_twice_starts_one_engine(server: GgufServer) -> None:
    await asyncio.gather(server.version(), server.version())
    pid = server.pid
    await server.version()

    assert server.pid == pid


@needs_engine
async def test_a_killed_engine_is_a_lost_server_that_is_found_again(server: GgufServer) -> None:
    states: list[ServerState] = []
    found = asyncio.Event()

    def changed(state: ServerState) -> None:
        states.append(state)
        if len(states) == 2:
            found.set()

    health = ServerHealth(server.version, on_change=changed, sleep=lambda _: asyncio.sleep(0))
    await health.check()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await until_ended(server)

    with pytest.raises(ServerUnreachable) as failed:
        await answer(server)
    health.failed(failed.value)
    await found.wait()

    await health.aclose()
    assert [state.is_lost for state in states] == [True, False]
    assert isinstance((await answer(server))[-1], Finished)


@needs_engine
async def test_an_engine_that_dies_while_it_generates_ends_the_answer(server: GgufServer) -> None:
    await server.version()
    assert server.pid is not None
    async with aclosing(server.generate(request("<|fim_prefix|>def f<|fim_suffix|><|fim_middle|>", 900))) as items:
        await anext(items)
        os.kill(server.pid, signal.SIGSTOP)  # it says nothing more …
        os.kill(server.pid, signal.SIGKILL)  # … and is gone
        with pytest.raises(ServerUnreachable):
            async for _ in items:
                pass


@needs_engine
async def test_closing_ends_the_engine_and_it_stays_ended(server: GgufServer) -> None:
    await server.version()
    pid = server.pid
    assert pid is not None

    await server.aclose()

    assert (is_alive(pid), server.pid) == (False, None)
    with pytest.raises(ServerUnreachable, match="has been closed"):
        await server.version()


_SIDECAR = """
import asyncio, sys
from pathlib import Path
from holdfast.inference.llama_cpp.gguf_server import GgufServer

async def main():
    server = GgufServer(Path(sys.argv[1]), num_ctx=512, timeout_ms=60_000)
    await server.version()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@needs_engine
def test_the_engine_of_a_killed_sidecar_ends_too() -> None:
    with subprocess.Popen([sys.executable, "-c", _SIDECAR, str(tiny_model())], stdout=subprocess.PIPE) as sidecar:
        assert sidecar.stdout is not None
        pid = int(sidecar.stdout.readline())
        was_alive = is_alive(pid)

        sidecar.kill()

    eventually(lambda: not is_alive(pid))
    assert (was_alive, is_alive(pid)) == (True, False)


_LOADING: Final = """
import json, subprocess, sys, time
from holdfast.inference.llama_cpp.engine_child import command_line
child = subprocess.Popen(command_line(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
order = {"path": sys.argv[1], "name": "m", "n_ctx": 512, "n_threads": 1, "key": "k"}
child.stdin.write(json.dumps(order).encode() + b"\\n")
child.stdin.flush()
print(child.pid, flush=True)
time.sleep(60)
"""


@needs_engine
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process that holds the interpreter's lock")
def test_the_engine_of_a_sidecar_that_is_killed_while_the_model_is_read_ends_too(tmp_path: Path) -> None:
    endless = tmp_path / "endless.gguf"
    os.mkfifo(endless)
    with subprocess.Popen([sys.executable, "-c", _LOADING, str(endless)], stdout=subprocess.PIPE) as sidecar:
        assert sidecar.stdout is not None
        pid = int(sidecar.stdout.readline())
        with endless.open("wb"):  # returns when the engine has begun to read
            was_alive = is_alive(pid)

            sidecar.kill()

            eventually(lambda: not is_alive(pid))
    assert (was_alive, is_alive(pid)) == (True, False)


# Files that are no model, and no engine.


def no_file(folder: Path) -> Path:
    return folder / "gone.gguf"


def a_folder(folder: Path) -> Path:
    return folder


def text(folder: Path) -> Path:
    path = folder / "text.gguf"
    path.write_text("not a model")
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.gguf"
    path.touch()
    return path


def torn(folder: Path) -> Path:
    path = folder / "torn.gguf"
    path.write_bytes(tiny_model().read_bytes()[:300_000])
    return path


def garbled(folder: Path) -> Path:
    path = folder / "garbled.gguf"
    path.write_bytes(b"GGUF" + b"\xff" * 4096)
    return path


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        pytest.param(no_file, ModelMissing, "cannot be read: No such file or directory", id="no-file"),
        pytest.param(a_folder, ModelMissing, "cannot be read: Is a directory", id="folder"),
        pytest.param(text, UnexpectedAnswer, "is not a GGUF file", id="text"),
        pytest.param(empty, UnexpectedAnswer, "is not a GGUF file", id="empty"),
        pytest.param(torn, UnexpectedAnswer, "llama.cpp does not load torn.gguf", marks=needs_engine, id="torn"),
        pytest.param(
            garbled, UnexpectedAnswer, "llama.cpp does not load garbled.gguf", marks=needs_engine, id="garbled"
        ),
    ],
)
async def test_what_is_no_model_file_is_said(tmp_path: Path, make: object, kind: type[ServerError], words: str) -> None:
    assert callable(make)
    server = GgufServer(make(tmp_path), num_ctx=N_CTX, timeout_ms=60_000)

    with pytest.raises(kind, match=words) as failed:
        await server.version()

    await server.aclose()
    assert (failed.value.remedy.endswith("."), server.pid) == (True, None)


@pytest.mark.parametrize(
    ("program", "words", "remedy"),
    [
        pytest.param(
            "import os; os.abort()", "llama.cpp ended while it loaded", "the log has the engine's words", id="crash"
        ),
        pytest.param(
            "print('what?')", "llama.cpp ended while it loaded", "the log has the engine's words", id="nonsense"
        ),
        pytest.param(
            'print(\'{"problem": "missing", "words": "No module named xllamacpp"}\')',
            "is not installed",
            r"pip install 'holdfast\[gguf\]'",
            id="not-installed",
        ),
    ],
)
async def test_an_engine_that_does_not_start_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, words: str, remedy: str
) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(gguf_server, "command_line", lambda: [sys.executable, "-c", program])
    server = GgufServer(tmp_path / "m.gguf", num_ctx=N_CTX, timeout_ms=60_000)

    with pytest.raises(UnexpectedAnswer, match=words) as failed:
        await server.version()

    await server.aclose()
    assert failed.match(remedy)


async def test_an_engine_that_does_not_start_is_not_started_at_every_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    program = f"open({str(tmp_path / 'starts')!r}, 'a').write('x')"
    monkeypatch.setattr(gguf_server, "command_line", lambda: [sys.executable, "-c", program])
    server = GgufServer(tmp_path / "m.gguf", num_ctx=N_CTX, timeout_ms=60_000)

    for question in (server.version, server.models, server.running, server.version):
        with pytest.raises(UnexpectedAnswer, match="ended while it loaded"):
            await question()

    await server.aclose()
    assert (tmp_path / "starts").read_text() == "x"


async def test_closing_while_the_engine_loads_does_not_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(gguf_server, "END_S", 0.1)
    program = "import sys, time; sys.stdin.readline(); time.sleep(600)"
    monkeypatch.setattr(gguf_server, "command_line", lambda: [sys.executable, "-c", program])
    server = GgufServer(tmp_path / "m.gguf", num_ctx=N_CTX, timeout_ms=60_000)
    asking = asyncio.create_task(server.version())
    await asyncio.sleep(0.2)

    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await server.aclose()

    assert server.pid is None


async def until_ended(server: GgufServer) -> None:
    for _ in range(500):
        if server.pid is None:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the killed engine is still there")
