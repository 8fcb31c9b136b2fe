"""Whoever asks is told of each attempt that was sent, once it has ended, and of no other."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from heard_answers import hear, let_go_of
from holdfast.errors import AnswerTorn, ModelMissing, ServerBusy, ServerError, ServerTimeout, ServerUnreachable
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.endpoint import Endpoint, parse_endpoint
from holdfast.inference.fallback_server import Case, FallbackServer
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.local_models import LocalModels
from holdfast.inference.model_server import Attempt, Finished, GenerateRequest, ModelServer, Piece
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.openai.client import OpenAiServer
from holdfast.inference.recognised_server import server_at
from holdfast.inference.several_servers import NamedServer, SeveralServers
from played_server import PlayedServer
from scripted_answer import hanging
from scripted_ollama import ScriptedOllama
from scripted_openai import ScriptedLlamaCpp, ScriptedOpenAi

ASK = GenerateRequest("m", "twelve bytes", num_predict=16, num_ctx=2048)
END = Finished("stop", 3, 1, 0, 0, 0)


def to_other(request: GenerateRequest) -> GenerateRequest:
    return replace(request, model="other")


HANGS: dict[str, tuple[Callable[[], ScriptedOllama], str, Callable[[Endpoint], ModelServer]]] = {
    "the version": (ScriptedOllama, "/api/version", lambda url: server_at("auto", url, timeout_ms=100)),
    "its list": (ScriptedOpenAi, "/v1/models", lambda url: OpenAiServer(url, timeout_ms=100)),
    "its window": (ScriptedLlamaCpp, "/props", lambda url: LlamaCppServer(url, timeout_ms=100)),
    "what the model is": (
        ScriptedOllama,
        "/api/show",
        lambda url: LocalModels(OllamaServer(url, timeout_ms=100), ()),
    ),
}


@pytest.mark.parametrize(("kind", "path", "client"), HANGS.values(), ids=HANGS.keys())
async def test_a_server_that_hangs_before_it_is_sent_the_prompt_is_told_of_none(
    kind: Callable[[], ScriptedOllama], path: str, client: Callable[[Endpoint], ModelServer]
) -> None:
    told: list[Attempt] = []
    with kind() as scripted:
        scripted.answer_with(path, hanging(headers_first=False))
        await let_go_of(scripted, path, client(parse_endpoint(scripted.endpoint)), replace(ASK, told=told.append))

    assert told == []


@pytest.mark.parametrize("name", ["its list", "its window"])
async def test_nor_does_one_that_is_waited_for_until_patience_ends(name: str) -> None:
    kind, path, client = HANGS[name]
    told: list[Attempt] = []
    with kind() as scripted:
        scripted.answer_with(path, hanging(headers_first=False))
        server = client(parse_endpoint(scripted.endpoint))
        with pytest.raises(ServerTimeout):
            await anext(server.generate(replace(ASK, told=told.append)))
        await server.aclose()

    assert told == []


@pytest.mark.parametrize("seed", range(8))
def test_every_prompt_that_is_sent_is_told_once_whatever_becomes_of_it(seed: int) -> None:
    draw = random.Random(seed)
    kinds = (ServerBusy, ServerTimeout, ServerUnreachable, AnswerTorn, ModelMissing)
    told: list[Attempt] = []
    servers = {name: PlayedServer(names=("m", "other")) for name in ("a", "b", "box")}

    def failures(most: int) -> list[ServerError]:
        return [draw.choice(kinds)("It failed.") for _ in range(draw.randint(0, most))]

    async def play() -> None:
        first = SeveralServers([NamedServer(name, LocalModels(servers[name], ())) for name in ("a", "b")])
        cases: tuple[Case, ...] = ("failed", "timeout")
        box = NamedServer("box", servers["box"])
        server = FallbackServer(first, box, model="other", cases=cases, rewrite=to_other)
        for _ in range(60):
            for one in servers.values():
                one.errors = failures(2)
                one.items = [Piece("a"), Piece("b"), *failures(1), END]
            asked = [server.generate(replace(ASK, told=told.append)) for _ in range(draw.randint(1, 2))]
            await asyncio.gather(*(hear(stream, pieces=draw.choice((None, 1, 2))) for stream in asked))
            await asyncio.sleep(draw.choice((0.0, 0.7, 12.0)))
        await server.aclose()

    run_virtually(play())

    assert Counter(attempt.server for attempt in told) == {name: len(one.asked) for name, one in servers.items()}
    assert [one.open_now for one in servers.values()] == [0, 0, 0]
    assert {(attempt.model, attempt.is_fallback) for attempt in told} == {("m", False), ("other", True)}
