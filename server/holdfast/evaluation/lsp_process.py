"""A language server as a process of its own, spoken to over its standard streams, with the time at which each answer came.

Times are `time.perf_counter()`, the same clock for whatever else is measured in this process.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, cast

from holdfast.evaluation.lsp_messages import Message, MessageSplitter, NotLsp, framed

_END_PATIENCE_S: Final = 15.0


class ServerEnded(Exception):
    """The process ended, or spoke something that is not LSP, before it had answered."""


class RequestRefused(Exception):
    """The server answered with an error."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and when its last byte was read."""

    result: Any
    at: float


class LspProcess(asyncio.SubprocessProtocol):
    """`async with await LspProcess.start(...)`; leaving it ends the process in order."""

    def __init__(self, settings: object) -> None:
        """`settings` are what `workspace/configuration` is answered with."""
        self.started_at = 0.0
        self.notifications: list[Message] = []
        self._settings = settings
        self._splitter = MessageSplitter()
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._next_id = 0
        self._ended = asyncio.Event()
        self._arrived = asyncio.Event()
        self._transport: asyncio.SubprocessTransport | None = None

    @classmethod
    async def start(cls, argv: Sequence[str], *, environment: Mapping[str, str], settings: object = None) -> Self:
        """Start it; `started_at` is the moment before. Its standard error is thrown away."""
        loop = asyncio.get_running_loop()
        process = cls(settings)
        process.started_at = time.perf_counter()
        await loop.subprocess_exec(
            lambda: process, *argv, stderr=asyncio.subprocess.DEVNULL, env=dict(environment), cwd="/"
        )
        return process

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._running.get_pid()

    def request(self, method: str, params: object) -> "Asked":
        """A request to send."""
        self._next_id += 1
        answer = self._waiting[self._next_id] = asyncio.get_running_loop().create_future()
        return Asked({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params}, answer)

    def send(self, *messages: "Asked | Message") -> float:
        """Write messages at once, all in one piece; the moment before."""
        data = framed(*(message.message if isinstance(message, Asked) else message for message in messages))
        standard_input = cast("asyncio.WriteTransport", self._running.get_pipe_transport(0))
        now = time.perf_counter()
        standard_input.write(data)
        return now

    async def ask(self, method: str, params: object) -> Any:
        """The result of one request."""
        asked = self.request(method, params)
        self.send(asked)
        return (await asked.answer).result

    async def until_notified(self, method: str, **fields: object) -> Message:
        """The next or, if it fits already, the last notification of `method` with these fields."""
        while True:
            fitting = [note["params"] for note in self.notifications if note["method"] == method]
            if fitting and all(fitting[-1].get(name) == value for name, value in fields.items()):
                return cast("Message", fitting[-1])
            if self._ended.is_set():
                raise ServerEnded(f"the server ended before it said {method} {fields}")
            self._arrived.clear()
            await self._arrived.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    async def end(self) -> None:
        """Say `shutdown` and `exit`, and wait; insist where that takes long."""
        with contextlib.suppress(TimeoutError, ServerEnded, RequestRefused):
            async with asyncio.timeout(_END_PATIENCE_S):
                await self.ask("shutdown", None)
                self.send(notification("exit", None))
                await self._ended.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it at once, if it lives."""
        if self._transport is not None:
            if not self._ended.is_set():
                with contextlib.suppress(ProcessLookupError):
                    self._transport.kill()
                await self._ended.wait()
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The process runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Some bytes came on its standard output."""
        at = time.perf_counter()
        del fd  # standard error is not piped
        try:
            for message in self._splitter.feed(data):
                self._take(message, at)
        except NotLsp as error:
            self._fail(ServerEnded(f"standard output carried something else: {error}"))

    def process_exited(self) -> None:
        """It has ended."""
        self._ended.set()
        self._fail(ServerEnded("the server ended"))

    @property
    def _running(self) -> asyncio.SubprocessTransport:
        if self._transport is None:
            raise ServerEnded("the server was not started")
        return self._transport

    def _take(self, message: Message, at: float) -> None:
        if "method" not in message:
            answer = self._waiting.pop(message["id"], None)
            if answer is not None and not answer.done():
                if "error" in message:
                    _refuse(answer, RequestRefused(message["error"]["message"]))
                else:
                    answer.set_result(Answer(message.get("result"), at))
            return
        if "id" in message:
            is_settings = message["method"] == "workspace/configuration"
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": [self._settings] if is_settings else None})
            return
        self.notifications.append(message)
        self._arrived.set()

    def _fail(self, error: ServerEnded) -> None:
        self._arrived.set()
        for answer in self._waiting.values():
            if not answer.done():
                _refuse(answer, error)
        self._waiting.clear()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's message, and its answer to come; raises ServerEnded or RequestRefused."""

    message: Message
    answer: asyncio.Future[Answer]


def _refuse(answer: asyncio.Future[Answer], error: Exception) -> None:
    answer.set_exception(error)
    answer.exception()  # whoever waits is told; nobody need wait


def notification(method: str, params: object) -> Message:
    """A notification's message."""
    return {"jsonrpc": "2.0", "method": method, "params": params}
