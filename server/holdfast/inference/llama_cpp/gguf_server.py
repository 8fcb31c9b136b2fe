"""A model file that the user names, served by llama.cpp in a child process, as a ModelServer.

The child is started by the first question and not by a generation, so that no key waits for a model to be read: an
engine that crashed is a lost server, which ServerHealth asks for its version until it is back. One that does not start
is tried again after longer and longer pauses. It listens on loopback, with a key made for it alone, and ends with this
process.
"""

import asyncio
import logging
import os
import secrets
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from holdfast.errors import ModelMissing, ServerError, ServerTimeout, ServerUnreachable, UnexpectedAnswer
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.late_server import LateServer
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.llama_cpp.engine_child import MISSING, EngineOrder, EngineReport, command_line
from holdfast.inference.model_advice import OF_A_FILE, ModelAdvice
from holdfast.inference.model_server import (
    Finished,
    GenerateRequest,
    Piece,
)
from holdfast.inference.readable import readable

START_S: Final = 180.0
"""A large model is read from a slow disk."""
LONGEST_PAUSE_S: Final = 300.0
_FIRST_PAUSE_S: Final = 2.5
END_S: Final = 3.0
_MAGIC: Final = b"GGUF"
_WORDS_KEPT: Final = 20
_MOST_WORDS: Final = 1 << 16

_log = logging.getLogger(__name__)


class GgufServer(LateServer):
    """The model of `path`, with a window of `num_ctx` tokens. `n_threads` 0: half of the cores, as decoding wants."""

    def __init__(self, path: Path, *, num_ctx: int, timeout_ms: int, n_threads: int = 0) -> None:
        self.path = path
        self._name = path.stem.replace(",", "_") or path.name  # the engine takes a comma for a second name
        self._num_ctx = num_ctx
        self._timeout_ms = timeout_ms
        self._n_threads = n_threads or max(1, _cores() // 2)
        self._child: asyncio.subprocess.Process | None = None
        self._client: LlamaCppServer | None = None
        self._log_reader: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=_WORDS_KEPT)
        self._starting = asyncio.Lock()
        self._is_closed = False
        self._failure: ServerError | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._try_at = 0.0

    @property
    def advice(self) -> ModelAdvice:
        """Another file."""
        return OF_A_FILE

    async def generate(
        self, request: GenerateRequest, *, first_token_ms: int | None = None
    ) -> AsyncGenerator[Piece | Finished, None]:
        """The answer as it comes; ServerUnreachable where the engine has ended."""
        async with aclosing(self._running_client().generate(request, first_token_ms=first_token_ms)) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        """Close every connection and end the child."""
        self._is_closed = True
        async with self._starting:
            await self._end()

    @property
    def pid(self) -> int | None:
        """The process of the engine, while there is one."""
        return self._child.pid if self._child is not None and self._is_alive else None

    @property
    def _is_alive(self) -> bool:
        return self._child is not None and self._child.returncode is None and self._client is not None

    async def _server(self) -> LlamaCppServer:
        """The engine's client, after starting it where it is not there; the last failure while a pause lasts."""
        async with self._starting:
            if not self._is_alive:
                now = asyncio.get_running_loop().time()
                if self._failure is not None and now < self._try_at:
                    raise self._failure
                try:
                    await self._start()
                except ServerError as error:
                    self._failure = error
                    self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
                    self._try_at = now + self._pause_s
                    raise
                self._failure, self._pause_s = None, _FIRST_PAUSE_S
        return self._running_client()

    def _running_client(self) -> LlamaCppServer:
        if self._client is None or not self._is_alive:
            raise ServerUnreachable(
                f"The engine for {self.path.name} is not running. {self._said()}".rstrip(),
                remedy="It is started again by itself.",
            )
        return self._client

    async def _start(self) -> None:
        if self._is_closed:
            raise ServerUnreachable("The engine has been closed.")
        await self._end()
        await asyncio.to_thread(_check_file, self.path)
        key = secrets.token_urlsafe(32)
        self._child = await asyncio.create_subprocess_exec(
            *command_line(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._log_reader = asyncio.create_task(self._read_log(self._child), name="engine's log")
        try:
            report = await self._order(self._child, key)
        except BaseException:
            await self._end()
            raise
        if not report.address:
            await self._end()
            raise _why_not(report, self.path, self._said())
        endpoint = parse_endpoint(report.address, setting="the engine's address")
        self._client = LlamaCppServer(endpoint, timeout_ms=self._timeout_ms, api_key=key)
        _log.info("llama.cpp serves %s at %s, process %d", self.path, endpoint, self._child.pid)

    async def _order(self, child: asyncio.subprocess.Process, key: str) -> EngineReport:
        """Tell the child what to serve; what it came to."""
        order = EngineOrder(
            path=self.path.absolute(), name=self._name, n_ctx=self._num_ctx, n_threads=self._n_threads, key=key
        )
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101
        try:
            child.stdin.write(f"{order.model_dump_json()}\n".encode())
            async with asyncio.timeout(START_S):
                await child.stdin.drain()
                line = await child.stdout.readline()
            return EngineReport.model_validate_json(line)
        except TimeoutError as error:
            raise ServerTimeout(
                f"llama.cpp has not loaded {self.path.name} within {START_S:.0f} s.",
                remedy="Choose a smaller model file.",
            ) from error
        except (ConnectionError, ValidationError, ValueError) as error:
            raise UnexpectedAnswer(
                f"llama.cpp ended while it loaded {self.path.name}. {self._said()}".rstrip(),
                remedy="Try another model file; the log has the engine's words.",
            ) from error

    async def _read_log(self, child: asyncio.subprocess.Process) -> None:
        """The engine's words to the log; the last are kept for an error."""
        assert child.stderr is not None  # noqa: S101 - it is a pipe
        while data := await child.stderr.read(_MOST_WORDS):
            for line in data.decode("utf-8", "replace").splitlines():
                if line.strip():
                    self._last_words.append(readable(line))
                    _log.debug("llama.cpp: %s", readable(line))

    def _said(self) -> str:
        words = next((words for words in reversed(self._last_words) if "rror" in words or "fail" in words), "")
        return f"It said: {words}" if words else ""

    async def _end(self) -> None:
        """Close the connections, then the child's standard input, then, if it stays, the child."""
        client, self._client = self._client, None
        child, self._child = self._child, None
        if client is not None:
            await client.aclose()
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            async with asyncio.timeout(END_S):
                await child.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        if self._log_reader is not None:
            await asyncio.wait({self._log_reader})


def _cores() -> int:
    """The logical cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def _check_file(path: Path) -> None:
    """ModelMissing for no file, UnexpectedAnswer for one that is no GGUF, before an engine is started for it."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise ModelMissing(
            f"The model file {path} cannot be read: {error.strerror}.",
            remedy="Set holdfast.ggufFile to a GGUF file of yours.",
        ) from error
    if magic != _MAGIC:
        raise UnexpectedAnswer(
            f"{path} is not a GGUF file.",
            remedy="Set holdfast.ggufFile to a GGUF file, such as Ollama or LM Studio keep.",
        )


def _why_not(report: EngineReport, path: Path, said: str) -> ServerError:
    if report.problem == MISSING:
        return UnexpectedAnswer(
            "The engine for model files is not installed.", remedy="Run `pip install 'holdfast[gguf]'`."
        )
    words = f"{readable(report.words)}. {said}".rstrip()
    return UnexpectedAnswer(f"llama.cpp does not load {path.name}: {words}", remedy="Try another model file.")
