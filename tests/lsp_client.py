"""A small LSP client over a real sidecar process: raw JSON, so that tests may also send what no client should."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SERVE = (sys.executable, "-m", "holdfast", "serve", "--stdio")
PATIENCE_S = 30.0

Json = dict[str, Any]


class LspError(Exception):
    """An error response; `code` as in JSON-RPC."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.code = int(error["code"])


class LspClient:
    """`async with LspClient() as client` starts `holdfast serve` and ends it."""

    def __init__(self, *, settings: Json | None = None, environment: dict[str, str] | None = None) -> None:
        self.settings = settings
        self.notifications: list[tuple[str, Json]] = []
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(environment or {})}
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._arrived = asyncio.Condition()
        self._next_id = 0
        self._versions: dict[str, int] = {}
        self.process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            *SERVE, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=self._environment
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self.process
        assert process is not None
        assert self._reading is not None
        if process.returncode is None:
            with suppress(TimeoutError, LspError, ConnectionError):
                async with asyncio.timeout(15):
                    await self.request("shutdown", None)
                    self.notify("exit", None)
                    await process.wait()
        if process.returncode is None:
            process.kill()
        await process.wait()
        await self._reading

    async def hang_up(self) -> None:
        """Close the pipe without a word, as an editor that crashed; returns when the sidecar has ended."""
        process = self.process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(30):
            await process.wait()

    async def initialize(
        self, root: Path | None, *, options: Json | None = None, capabilities: Json | None = None, **more: Any
    ) -> Json:
        """The handshake; `settings` given to the client are what `workspace/configuration` answers."""
        default: Json = {
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
            "window": {"workDoneProgress": True},
        }
        folders = [{"uri": root.as_uri(), "name": root.name}] if root is not None else None
        result: Json = await self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root.as_uri() if root is not None else None,
                "workspaceFolders": folders,
                "capabilities": capabilities or default,
                "clientInfo": {"name": "test editor"},
                "initializationOptions": {"workspaceTrusted": True, **(self.settings or {}), **(options or {})},
                **more,
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python") -> None:
        self._versions[uri] = 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        self._versions[uri] += 1
        places = [{"line": line, "character": character} for line, character in (start, end)]
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": self._versions[uri]},
                "contentChanges": [{"range": {"start": places[0], "end": places[1]}, "text": text}],
            },
        )

    async def complete(self, uri: str, line: int, character: int, *, kind: int = 2, **context: Any) -> list[Json]:
        result = await self.request("textDocument/inlineCompletion", self.ask(uri, line, character, kind, **context))
        return list(result)

    def ask(self, uri: str, line: int, character: int, kind: int = 2, **context: Any) -> Json:
        return {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": character},
            "context": {"triggerKind": kind, **context},
        }

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})

    async def preview(self, uri: str, line: int, character: int, holds: str) -> Json:
        """What `holdfast.showContext` shows, once `holds` is in its prompt: a gathering that takes long ends behind the answer."""
        place = {"uri": uri, "position": {"line": line, "character": character}}
        async with asyncio.timeout(PATIENCE_S):
            while True:
                shown: Json = await self.command("holdfast.showContext", place)
                if holds in shown["prompt"]:
                    return shown

    async def request(self, method: str, params: Any) -> Any:
        """The result; raises LspError. Cancelling sends `$/cancelRequest`, as editors do."""
        self._next_id += 1
        number = self._next_id
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await future
        except asyncio.CancelledError:
            self.notify("$/cancelRequest", {"id": number})
            raise

    def notify(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    async def wait_for(self, method: str, matches: Callable[[Json], bool] = lambda _: True) -> Json:
        """The first notification of `method` so far or to come that matches."""
        async with asyncio.timeout(PATIENCE_S), self._arrived:
            while True:
                for name, params in self.notifications:
                    if name == method and matches(params):
                        return params
                await self._arrived.wait()

    async def wait_for_state(self, *states: str) -> Json:
        """Wait until the latest status is one of `states`."""
        async with asyncio.timeout(PATIENCE_S), self._arrived:
            while True:
                reports = [params for name, params in self.notifications if name == "holdfast/status"]
                if reports and reports[-1]["state"] in states:
                    return reports[-1]
                await self._arrived.wait()

    def _send(self, message: Json) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        with suppress(ConnectionError):
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        stream = self.process.stdout
        while True:
            try:
                header = await stream.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as end:
                if end.partial:
                    raise AssertionError(f"stdout carried something else: {end.partial!r}") from end
                break
            length = next(
                int(line[15:]) for line in header.split(b"\r\n") if line.lower().startswith(b"content-length")
            )
            await self._take(json.loads(await stream.readexactly(length)))
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("the sidecar ended"))

    async def _take(self, message: Json) -> None:
        if "method" not in message:
            future = self._waiting.pop(message["id"], None)
            if future is not None and not future.done():
                if "error" in message:
                    future.set_exception(LspError(message["error"]))
                else:
                    future.set_result(message.get("result"))
            return
        if "id" in message:
            asked = message["method"] == "workspace/configuration"
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": [self.settings] if asked else None})
        async with self._arrived:
            self.notifications.append((message["method"], message.get("params") or {}))
            self._arrived.notify_all()
