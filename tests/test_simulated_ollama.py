"""The simulated model server over real sockets; its speeds are high, so that nothing takes long."""

import asyncio
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import aclosing
from pathlib import Path

import pytest

from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.typing_answers import Accuracy
from holdfast.evaluation.typing_trace import Passage, Session, SourceFile
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer
from simulated_ollama import SimulatedOllama
from typed_session import SessionModel, TypedSession, read_session, write_session

SHOP = "def total(order):\n    return order.net + order.tax\n\n\ndef net(order):\n    return sum(order.items)\n"
BANK = "class Account:\n    def pay(self, cents):\n        self.balance -= cents\n        return self.balance\n"
PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fast(server: SimulatedServer) -> SimulatedOllama:
    server.prefill = server.decode = 1e7
    return SimulatedOllama(server)


def prompt_of(prefix: str) -> str:
    return f"<|fim_prefix|>{prefix}<|fim_suffix|>after<|fim_middle|>"


async def said(client: OllamaServer, prompt: str, num_predict: int = 64) -> tuple[str, str]:
    text, reason = "", "closed"
    async with aclosing(client.generate(GenerateRequest("m", prompt, num_predict, 4096))) as stream:
        async for item in stream:
            if isinstance(item, Piece):
                text += item.text
            elif isinstance(item, Finished):
                reason = item.reason
    return text, reason


def call(url: str, body: bytes | None = None) -> tuple[int, object]:
    request = urllib.request.Request(url, body)  # noqa: S310 - a loopback URL
    try:
        with PLAIN.open(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def session_of(tmp_path: Path, accuracy: Accuracy) -> TypedSession:
    files = (SourceFile("shop.py", "python", SHOP), SourceFile("bank.py", "python", BANK))
    for file in files:
        (tmp_path / file.path).write_text(file.text)
    passages = (
        Passage(files[0], SHOP.index("return"), len(SHOP) - 1),
        Passage(files[1], BANK.index("def"), len(BANK) - 1),
    )
    return TypedSession(tmp_path, Session(passages), accuracy, seed=7)


async def test_a_client_of_ollama_finds_its_model_and_is_answered() -> None:
    with fast(SimulatedServer(lambda prefix, suffix: f"{prefix}|{suffix}")) as ollama:
        client = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=5_000)
        names = [model.name for model in await client.models()]
        details = await client.details(names[0])
        answers = [await said(client, prompt_of("before")), await said(client, prompt_of("before"), num_predict=2)]
        await client.aclose()

    assert (names, details.capabilities) == (["qwen2.5-coder:1.5b-base"], ("completion", "insert"))
    assert answers == [("before|after", "stop"), ("before|a", "length")]


async def test_a_client_that_leaves_frees_the_slot_while_the_server_reads_and_while_it_speaks() -> None:
    server = SimulatedServer(lambda _, __: "y" * 4_000, prefill=1e7, decode=1e7)
    with SimulatedOllama(server) as ollama:
        client = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=60_000)
        server.decode = 40.0  # 100 s for the answer
        async with aclosing(client.generate(GenerateRequest("m", prompt_of("x"), 1000, 4096))) as stream:
            first = await anext(stream)
        server.decode, server.prefill = 1e7, 1.0  # hours for the prompt
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await said(client, prompt_of("z" * 9_000))
        server.prefill = 1e7
        answer = await said(client, prompt_of("x"), num_predict=3)
        await client.aclose()

    assert isinstance(first, Piece)
    assert answer == ("y" * 12, "length")
    assert (ollama.meter.requests, ollama.meter.most_open) == (3, 1)


async def test_the_meter_is_read_and_reset_over_http() -> None:
    with fast(SimulatedServer(lambda _, __: "y")) as ollama:
        client = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=5_000)
        await said(client, prompt_of("x" * 100), num_predict=1)
        await said(client, prompt_of("x" * 100 + "more"))
        await client.aclose()
        read = await asyncio.to_thread(call, f"{ollama.endpoint}/meter")
        await asyncio.to_thread(call, f"{ollama.endpoint}/meter/reset", b"")
        anew = await asyncio.to_thread(call, f"{ollama.endpoint}/meter")

    asked = len(prompt_of("x" * 100))
    more = len("more<|fim_suffix|>after<|fim_middle|>")
    assert read == (
        200,
        {"requests": 1, "primings": 1, "prefilled_bytes": more, "primed_bytes": asked, "most_open": 1},
    )
    assert anew == (
        200,
        {"requests": 0, "primings": 0, "prefilled_bytes": 0, "primed_bytes": 0, "most_open": 0},
    )


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/api/nothing", None, 404), ("/api/generate", b"{", 400), ("/api/generate", b"{}", 400)],
    ids=["unknown address", "no JSON", "no prompt"],
)
def test_what_it_cannot_answer_it_refuses(path: str, body: bytes | None, status: int) -> None:
    with fast(SimulatedServer(lambda _, __: "")) as ollama:
        assert call(ollama.endpoint + path, body)[0] == status
        assert call(f"{ollama.endpoint}/api/version") == (200, {"version": "0.33.0"})


def test_a_session_is_read_as_it_was_written(tmp_path: Path) -> None:
    session = session_of(tmp_path, "half right")
    write_session(session, tmp_path / "session.json")

    assert read_session(tmp_path / "session.json") == session


@pytest.mark.parametrize(
    ("prefix", "answer"),
    [
        pytest.param(SHOP[: SHOP.index("net")], "net + order.tax", id="in the middle of a line"),
        pytest.param(BANK[: BANK.index("pay")], "pay(self, cents):", id="in the other file"),
        pytest.param("    return order.net + order.tax\n\n\n", "def net(order):", id="after a window that begins late"),
        pytest.param(SHOP[:-1], "", id="where nothing is left"),
        pytest.param("import nothing\n", "", id="of no file"),
    ],
)
def test_the_model_of_a_session_finds_the_place_by_itself(tmp_path: Path, prefix: str, answer: str) -> None:
    model = SessionModel(session_of(tmp_path, "right"))

    assert model(prefix, "").split("\n")[0] == answer


def test_of_places_that_look_alike_the_model_takes_the_one_nearest_to_the_last(tmp_path: Path) -> None:
    text = "\n".join(f"x = {name}()" for name in ("a", "b", "c"))
    file = SourceFile("alike.py", "python", text)
    (tmp_path / file.path).write_text(text)
    model = SessionModel(TypedSession(tmp_path, Session((Passage(file, 0, len(text)),))))

    answers = [model(prefix, "").split("\n")[0] for prefix in ("x = ", text[: text.index("c")], "x = ")]
    assert answers == ["a()", "c()", "c()"]


def test_it_runs_as_a_process(tmp_path: Path) -> None:
    write_session(session_of(tmp_path, "right"), tmp_path / "session.json")
    script = Path(__file__).with_name("simulated_ollama.py")
    arguments = [sys.executable, str(script), "--session", str(tmp_path / "session.json"), "--decode", "1e7"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip()
        body = {"prompt": prompt_of(SHOP[: SHOP.index("order.net")]), "options": {"num_predict": 64}}
        with PLAIN.open(f"{endpoint}/api/generate", json.dumps(body).encode(), timeout=10) as answer:
            lines = [json.loads(line) for line in answer]
        process.send_signal(signal.SIGTERM)

    assert "".join(line["response"] for line in lines) == SHOP[SHOP.index("order.net") : -1]
    assert (lines[-1]["done"], process.returncode) == (True, 0)
