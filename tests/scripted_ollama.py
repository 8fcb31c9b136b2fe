"""An Ollama whose answers a test writes: a real HTTP server on 127.0.0.1 with the real one's contract.

    with ScriptedOllama() as ollama:
        ollama.generate_with("return a + b")
        ...
        assert ollama.prompts == ["<|fim_prefix|>…"]

It runs in a thread of its own, so that synchronous tests and other processes can talk to it too. What the contract
refuses (an unknown model, a prompt over the window, a suffix that the model cannot use) it refuses before the script
is asked. `python tests/scripted_ollama.py --answer TEXT` runs it as a process.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import threading
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from scripted_answer import Answer, as_json, embeddings, pieces, refusal, stream
from scripted_connection import BAD_REQUEST, NotHttp, Player, Received, WatchedProtocol, requests_of
from scripted_models import ScriptedModel, toy_vector

Script = str | Answer | Callable[[Received], str | Answer]
BYTES_PER_TOKEN = 4
_MAX_BUFFER = 64 << 20


class ScriptedOllama:
    """The server; everything it received is in `requests`, in order of arrival."""

    def __init__(
        self, *, port: int = 0, models: Sequence[ScriptedModel] = (ScriptedModel(),), token_delay_s: float = 0.0
    ) -> None:
        self.port = port
        self.models = list(models)
        self.version = "0.33.0"
        self.token_delay_s = token_delay_s
        self.requests: list[Received] = []
        self.on_end: Callable[[Received], None] = lambda _: None
        self._scripts: dict[str, list[Script]] = {}
        self._loaded: dict[str, int] = {}
        self._connections = 0
        self._arrived = threading.Condition()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failures: list[OSError] = []

    # What a test says and asks.

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self.port}"

    def generate_with(self, *scripts: Script) -> None:
        """Answer the next generations with these, one each, and all later ones with the last."""
        self.answer_with("/api/generate", *scripts)

    def answer_with(self, path: str, *scripts: Script) -> None:
        """The same for any path; what the contract would refuse is not refused there any more."""
        self._scripts[path] = list(scripts)

    def answer_by_contract(self, path: str) -> None:
        """Forget what a test wrote for a path."""
        self._scripts.pop(path, None)

    def received(self, path: str) -> list[Received]:
        """The requests for `path`."""
        return [request for request in self.requests if request.path == path]

    @property
    def generations(self) -> list[Received]:
        """The requests for text."""
        return self.received("/api/generate")

    @property
    def prompts(self) -> list[str]:
        """The prompts of those, whole."""
        return [str(request.body["prompt"]) for request in self.generations]

    def wait_for_requests(self, count: int, timeout_s: float = 10.0) -> None:
        """Wait, in another thread than a test's loop, until `count` have arrived; TimeoutError if they do not."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= count, timeout_s):
                raise TimeoutError(f"{len(self.requests)} of {count} requests arrived in {timeout_s} s")

    def wait_for(self, path: str, timeout_s: float = 10.0) -> None:
        """The same for the first request for `path`: who still asks for an earlier server at this port asks for others."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: self.received(path), timeout_s):
                raise TimeoutError(f"nothing asked for {path} in {timeout_s} s")

    # Its life.

    def start(self) -> None:
        """Listen; after `stop`, on the same port again."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="scripted ollama", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failures:
            self._thread.join()
            raise self._failures.pop()

    def stop(self) -> None:
        """Go away as a killed process does: nobody listens, every connection is reset. What was received stays."""
        thread, self._thread = self._thread, None
        if thread is not None and self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.stop()

    # Its inside: everything below runs in its own thread.

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as error:
            self._failures.append(error)
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = loop.create_task(self._client(reader, writer))
            clients[task] = writer
            task.add_done_callback(clients.pop)

        def protocol() -> WatchedProtocol:
            return WatchedProtocol(asyncio.StreamReader(limit=_MAX_BUFFER, loop=loop), accepted)

        server = await loop.create_server(protocol, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopping.wait()
        server.close()
        for task, writer in list(clients.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        await server.wait_closed()
        self._loaded.clear()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        protocol = writer.transport.get_protocol()
        assert isinstance(protocol, WatchedProtocol)
        self._connections += 1
        try:
            async for request in requests_of(reader, self._connections):
                with self._arrived:
                    self.requests.append(request)
                    self._arrived.notify_all()
                try:
                    request.ending = await Player(writer, protocol.gone).play(self._answer(request))
                finally:
                    request.ending = "hung_up" if request.ending == "open" else request.ending
                    self.on_end(request)
                    request.ended.set()
                if request.ending != "complete":
                    break
        except NotHttp:
            writer.write(BAD_REQUEST)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, request: Received) -> Answer:
        if request.path == "/api/generate":
            return self._generation(request)
        if request.path in self._scripts:
            answer = self._scripted(request)
            return answer if isinstance(answer, Answer) else as_json(json.loads(answer))
        return self._control(request)

    def _control(self, request: Received) -> Answer:
        match request.path:
            case "/api/version":
                return as_json({"version": self.version})
            case "/api/tags":
                return as_json({"models": [model.tag() for model in self.models]})
            case "/api/ps":
                running = [
                    model.loaded(self._loaded[model.name]) for model in self.models if model.name in self._loaded
                ]
                return as_json({"models": running})
            case "/api/show":
                body = request.body
                model = self._model(str(body.get("model")))
                return as_json(model.show(verbose=body.get("verbose") is True)) if model else _not_found(body)
            case "/api/embed":
                return self._embeddings(request.body)
            case _:
                return Answer(status=404, content_type="text/plain")

    def _embeddings(self, body: dict[str, object]) -> Answer:
        model = self._model(str(body.get("model")))
        if model is None:
            return _not_found(body)
        if "embedding" not in model.capabilities:
            return refusal(501, f"registry.ollama.ai/library/{model.name} does not support embeddings")
        given = body.get("input")
        texts = [str(text) for text in given] if isinstance(given, list) else [str(given)]
        self._loaded[model.name] = model.context_length
        return embeddings([toy_vector(text) for text in texts])

    def _generation(self, request: Received) -> Answer:
        body = request.body
        model = self._model(str(body.get("model")))
        options = body.get("options")
        options = options if isinstance(options, dict) else {}
        prompt_tokens = -(-len(str(body.get("prompt", "")).encode()) // BYTES_PER_TOKEN)
        if model is None:
            return _not_found(body)
        if body.get("raw") and (body.get("template") or body.get("system") or body.get("context")):
            return refusal(400, "raw mode does not support template, system, or context")
        if body.get("suffix") and "insert" not in model.capabilities:
            return refusal(400, f"registry.ollama.ai/library/{model.name} does not support insert")
        num_ctx = min(int(options.get("num_ctx", 4096)), model.context_length)
        if prompt_tokens > num_ctx and body.get("truncate") is False:
            return refusal(400, "the input length exceeds the context length")
        self._loaded[model.name] = num_ctx
        answer = self._scripted(request)
        return answer if isinstance(answer, Answer) else _spoken(answer, options, prompt_tokens, self.token_delay_s)

    def _scripted(self, request: Received) -> str | Answer:
        scripts = self._scripts.get(request.path, [])
        if not scripts:
            return ""
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        return script if isinstance(script, str | Answer) else script(request)

    def _model(self, name: str) -> ScriptedModel | None:
        return next((model for model in self.models if name in {model.name, model.name.removesuffix(":latest")}), None)


def _not_found(body: dict[str, object]) -> Answer:
    return refusal(404, f"model '{body.get('model')}' not found")


def _spoken(text: str, options: dict[str, object], prompt_tokens: int, delay_s: float) -> Answer:
    """`text` as a model says it: up to a stop string, and `num_predict` tokens of it."""
    stops = options.get("stop")
    ends = [text.find(str(stop)) for stop in stops if str(stop) in text] if isinstance(stops, list) else []
    tokens = pieces(text[: min(ends)] if ends else text)
    limit = options.get("num_predict")
    is_cut = isinstance(limit, int) and 0 <= limit < len(tokens)
    return stream(
        tokens[:limit] if isinstance(limit, int) and is_cut else tokens,
        done_reason="length" if is_cut else "stop",
        prompt_tokens=prompt_tokens,
        delay_s=delay_s,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; the endpoint is the first line on stdout."""
    parser = argparse.ArgumentParser(description="An Ollama that always says the same.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--answer", default="", help="the text of every generation")
    parser.add_argument("--delay-ms", type=int, default=0, help="pause before each token")
    parser.add_argument("--model", default=ScriptedModel().name, help="the name of its only model")
    parser.add_argument("--record", type=Path, help="append each request to this file, one JSON object a line")
    options = parser.parse_args(arguments)
    models = [ScriptedModel(name=options.model)]
    with ScriptedOllama(port=options.port, models=models, token_delay_s=options.delay_ms / 1000) as ollama:
        ollama.generate_with(options.answer)
        if options.record is not None:
            ollama.on_end = lambda request: _record(options.record, request)
        sys.stdout.write(f"{ollama.endpoint}\n")
        sys.stdout.flush()
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        over.wait()


def _record(file: Path, request: Received) -> None:
    entry = {"method": request.method, "path": request.path, "body": request.body, "ending": request.ending}
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    main()
