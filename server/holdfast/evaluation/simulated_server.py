"""An Ollama by the clock of its event loop, virtual or real: prefix cache, prefill and decode speed, one slot.

It reads 8,000 bytes of prompt a second beyond the longest common prefix with what it holds, and says 400 bytes a second
(both can be set). A connection that closes frees the slot at once; what was read until then stays in the cache.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

import httpx

PREFILL_BYTES_PER_SECOND: Final = 8_000.0
DECODE_BYTES_PER_SECOND: Final = 400.0
_BYTES_PER_TOKEN: Final = 4
_PIECE_BYTES: Final = 8
_PREFILL_STEP_SECONDS: Final = 0.02
_MODEL: Final = "qwen2.5-coder:1.5b-base"

Answers = Callable[[str, str], str]
"""What the model says after a prefix and before a suffix, as the prompt gives them."""


@dataclass(slots=True)
class ServerMeter:
    """What the server was asked to do. `primed_bytes` are of requests for one token, counted apart.

    `open_now` generations have a connection, at most `most_open` ever had.
    """

    requests: int = 0
    primings: int = 0
    prefilled_bytes: int = 0
    primed_bytes: int = 0
    open_now: int = 0
    most_open: int = 0

    @property
    def read_bytes(self) -> int:
        """All bytes of prompts that were not held already."""
        return self.prefilled_bytes + self.primed_bytes


@dataclass(slots=True)
class SimulatedServer(httpx.AsyncBaseTransport):
    """The transport under a client of Ollama; `answers` is the model."""

    answers: Answers
    prefill: float = PREFILL_BYTES_PER_SECOND
    decode: float = DECODE_BYTES_PER_SECOND
    meter: ServerMeter = field(default_factory=ServerMeter)
    cache: bytes = b""
    slot: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of Ollama's API."""
        body = json.loads(await request.aread() or b"{}")
        match request.url.path:
            case "/api/version":
                return _whole(200, {"version": "0.33.0"})
            case "/api/tags":
                return _whole(200, {"models": [{"name": _MODEL, "size": 1, "digest": "0"}]})
            case "/api/show":
                return _whole(200, {"capabilities": ["completion", "insert"], "details": {"family": "qwen2"}})
            case "/api/ps":
                return _whole(200, {"models": [{"name": _MODEL}]})
            case "/api/generate":
                generated = self._generate(body["prompt"], body["options"]["num_predict"])
                return httpx.Response(200, stream=_Stream(generated, self.meter))
        return _whole(404, {"error": "not found"})

    async def _generate(self, prompt: str, num_predict: int) -> AsyncGenerator[bytes, None]:
        async with self.slot:
            wanted = prompt.encode()
            held = _common_prefix(self.cache, wanted)
            is_priming = num_predict == 1
            self.meter.requests += not is_priming
            self.meter.primings += is_priming
            await self._read(wanted, held, is_priming=is_priming)
            text = self.answers(*_prefix_and_suffix(prompt)).encode()
            limit = num_predict * _BYTES_PER_TOKEN
            said, due = 0, asyncio.get_running_loop().time()
            while said < min(len(text), limit):
                piece = text[said : min(said + _PIECE_BYTES, limit)]
                piece = piece.decode("utf-8", "ignore").encode() or text[said : said + _PIECE_BYTES + 3]
                due = await _wait_until(due + len(piece) / self.decode)
                said += len(piece)
                self.cache = wanted + text[:said]
                yield _line({"model": _MODEL, "response": piece.decode("utf-8", "ignore"), "done": False})
            reason = "stop" if said >= len(text) else "length"
            tokens = len(wanted) // _BYTES_PER_TOKEN
            yield _line(
                {"model": _MODEL, "response": "", "done": True, "done_reason": reason, "prompt_eval_count": tokens}
            )

    async def _read(self, wanted: bytes, held: int, *, is_priming: bool) -> None:
        """Prefill in steps, so that a closed connection leaves what was read."""
        due = asyncio.get_running_loop().time()
        while held < len(wanted):
            step = min(len(wanted) - held, max(1, int(self.prefill * _PREFILL_STEP_SECONDS)))
            due = await _wait_until(due + step / self.prefill)
            held += step
            self.cache = wanted[:held]
            if is_priming:
                self.meter.primed_bytes += step
            else:
                self.meter.prefilled_bytes += step


class _Stream(httpx.AsyncByteStream):
    """The body of a generation; its connection counts as open until it is closed."""

    def __init__(self, chunks: AsyncGenerator[bytes, None], meter: ServerMeter) -> None:
        self._chunks = chunks
        self._meter: ServerMeter | None = meter
        meter.open_now += 1
        meter.most_open = max(meter.most_open, meter.open_now)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def aclose(self) -> None:
        await self._chunks.aclose()
        if self._meter is not None:
            self._meter.open_now -= 1
            self._meter = None


def _whole(status: int, value: dict[str, object]) -> httpx.Response:
    """A response of one JSON value that, as one from the network, is not read yet."""
    stream = httpx.ByteStream(json.dumps(value).encode())
    return httpx.Response(status, headers={"content-type": "application/json"}, stream=stream)


async def _wait_until(due: float) -> float:
    """Sleep until the loop's time is `due`, which is returned: steps that wait for it in turn do not add up delays."""
    await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
    return due


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _prefix_and_suffix(prompt: str) -> tuple[str, str]:
    _, _, hole = prompt.rpartition("<|fim_prefix|>")
    prefix, _, rest = hole.partition("<|fim_suffix|>")
    return prefix, rest.removesuffix("<|fim_middle|>")


def _common_prefix(left: bytes, right: bytes) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
