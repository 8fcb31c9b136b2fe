"""Every kind of server is asked for the probabilities of tokens, and goes on working where it knows nothing of them."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import pytest

from holdfast.errors import ServerError, UnexpectedAnswer
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.model_server import Attempt, Finished, GenerateRequest, ModelServer, Piece, ScoredToken
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.openai.client import OpenAiServer
from scripted_answer import Answer, last_line, line, raw, refusal
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama
from scripted_openai import DONE, ScriptedLlamaCpp, ScriptedOpenAi, chunk, event, events, refused
from scripted_openai import MODEL as OTHER_MODEL
from scripted_openai import last_line as last_event

SCORED = (Piece("a", tokens=(ScoredToken("a", -0.25),)), Piece(" b", tokens=(ScoredToken(" b", -1.5),)))
UNSCORED = (Piece("a"), Piece(" b"))
ENTRIES = ({"token": "a", "logprob": -0.25}, {"token": " b", "logprob": -1.5})
PIECES = ("a", " b")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of server: what it is, who asks it, how an answer with and without scores looks, how it refuses them."""

    server: Callable[[], ScriptedOllama]
    client: Callable[[str], ModelServer]
    request: GenerateRequest
    path: str
    field: str
    value: object
    scored: Answer
    unscored: Answer
    refuses: Answer
    held_back: Answer
    breaks: Answer


def ollama_line(text: str, **more: object) -> bytes:
    return line({"model": "m", "response": text, "done": False, **more})


def openai_chunk(text: str, logprobs: object) -> bytes:
    return event({"choices": [{"index": 0, "text": text, "logprobs": logprobs, "finish_reason": None}]})


KINDS = {
    "ollama": Kind(
        ScriptedOllama,
        lambda url: OllamaServer(parse_endpoint(url), timeout_ms=5000),
        GenerateRequest(ScriptedModel().name, "x = ", 16, 2048),
        *("/api/generate", "logprobs", True),
        scored=raw(*(ollama_line(PIECES[n], logprobs=[ENTRIES[n]]) for n in (0, 1)), last_line()),
        unscored=raw(*map(ollama_line, PIECES), last_line()),
        refuses=refusal(400, 'json: unknown field "logprobs"'),
        held_back=raw(ollama_line("", logprobs=[ENTRIES[0]]), ollama_line("a b", logprobs=[ENTRIES[1]]), last_line()),
        breaks=raw(ollama_line("a", logprobs=[ENTRIES[0]]), line({"error": "NaN in logprobs"})),
    ),
    "openai": Kind(
        ScriptedOpenAi,
        lambda url: OpenAiServer(parse_endpoint(url), timeout_ms=5000),
        GenerateRequest(OTHER_MODEL, "x = ", 16, 2048),
        *("/v1/completions", "logprobs", 1),
        scored=events(
            openai_chunk("a", {"tokens": ["a"], "token_logprobs": [-0.25], "text_offset": [0]}),
            openai_chunk(" b", {"content": [ENTRIES[1]]}),
            chunk("", "stop"),
            DONE,
        ),
        unscored=events(*map(chunk, PIECES), chunk("", "stop"), DONE),
        refuses=refused(400, "Requested sample logprobs of 1, which is greater than max allowed: 0"),
        held_back=events(
            openai_chunk("", {"content": [ENTRIES[0]]}),
            openai_chunk("a b", {"content": [ENTRIES[1]]}),
            chunk("", "stop"),
            DONE,
        ),
        breaks=events(
            openai_chunk("a", {"content": [ENTRIES[0]]}), event({"error": {"message": "NaN in logprobs", "code": 500}})
        ),
    ),
    "llamacpp": Kind(
        ScriptedLlamaCpp,
        lambda url: LlamaCppServer(parse_endpoint(url), timeout_ms=5000),
        GenerateRequest(OTHER_MODEL, "x = ", 16, 2048),
        *("/completion", "n_probs", 1),
        scored=events(
            *(event({"content": PIECES[n], "completion_probabilities": [ENTRIES[n]]}) for n in (0, 1)), last_event()
        ),
        unscored=events(*(event({"content": text}) for text in PIECES), last_event()),
        refuses=refused(400, "n_probs is not supported here"),
        held_back=events(
            event({"content": "", "completion_probabilities": [ENTRIES[0]]}),
            event({"content": "a b", "completion_probabilities": [ENTRIES[1]]}),
            last_event(),
        ),
        breaks=events(
            event({"content": "a", "completion_probabilities": [ENTRIES[0]]}),
            event({"error": {"message": "NaN in logprobs", "code": 500}}),
        ),
    ),
}


@pytest.fixture(params=list(KINDS.values()), ids=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    assert isinstance(request.param, Kind)
    return request.param


@pytest.fixture
def server(kind: Kind) -> Iterator[ScriptedOllama]:
    with kind.server() as server:
        yield server


@pytest.fixture
async def client(kind: Kind, server: ScriptedOllama) -> AsyncIterator[ModelServer]:
    client = kind.client(server.endpoint)
    yield client
    await client.aclose()


async def pieces(client: ModelServer, request: GenerateRequest) -> tuple[Piece, ...]:
    async with aclosing(client.generate(request)) as items:
        found = [item async for item in items]
    assert isinstance(found[-1], Finished)
    return tuple(item for item in found if isinstance(item, Piece))


async def test_scores_come_with_their_text_where_they_were_asked_for(
    kind: Kind, server: ScriptedOllama, client: ModelServer
) -> None:
    server.answer_with(kind.path, kind.scored)

    assert await pieces(client, replace(kind.request, with_logprobs=True)) == SCORED
    assert [request.body[kind.field] for request in server.received(kind.path)] == [kind.value]


async def test_nobody_is_asked_for_what_nobody_wants(kind: Kind, server: ScriptedOllama, client: ModelServer) -> None:
    server.answer_with(kind.path, kind.unscored)

    assert await pieces(client, kind.request) == UNSCORED
    assert [kind.field in request.body for request in server.received(kind.path)] == [False]


async def test_a_server_that_leaves_them_out_answers_as_ever(
    kind: Kind, server: ScriptedOllama, client: ModelServer
) -> None:
    server.answer_with(kind.path, kind.unscored)

    assert await pieces(client, replace(kind.request, with_logprobs=True)) == UNSCORED


async def test_a_server_that_refuses_them_is_asked_without_from_then_on(
    kind: Kind, server: ScriptedOllama, client: ModelServer
) -> None:
    server.answer_with(kind.path, kind.refuses, kind.unscored)
    wanted = replace(kind.request, with_logprobs=True)

    assert await pieces(client, wanted) == UNSCORED
    assert await pieces(client, wanted) == UNSCORED
    assert [kind.field in request.body for request in server.received(kind.path)] == [True, False, False]


async def test_each_attempt_is_told_with_what_came_of_it(
    kind: Kind, server: ScriptedOllama, client: ModelServer
) -> None:
    server.answer_with(kind.path, kind.refuses, kind.scored, kind.breaks)
    told: list[Attempt] = []
    wanted = replace(kind.request, with_logprobs=True, told=told.append)

    await pieces(client, wanted)
    with pytest.raises(ServerError):
        await pieces(client, wanted)

    ends = [(attempt.pieces, attempt.tokens, attempt.finished is not None, attempt.error is None) for attempt in told]
    assert ends == [(0, 0, False, False), (2, 2, True, True), (1, 1, False, False)]
    assert {attempt.model for attempt in told} == {kind.request.model}


async def test_another_refusal_stays_one(kind: Kind, server: ScriptedOllama, client: ModelServer) -> None:
    server.answer_with(kind.path, Answer(raw(b'{"error": "nay"}').steps, status=400))

    with pytest.raises(UnexpectedAnswer):
        await pieces(client, replace(kind.request, with_logprobs=True))
    assert len(server.received(kind.path)) == 1


async def test_scores_of_held_back_tokens_go_with_their_text(
    kind: Kind, server: ScriptedOllama, client: ModelServer
) -> None:
    server.answer_with(kind.path, kind.held_back)

    assert await pieces(client, replace(kind.request, with_logprobs=True)) == (
        Piece("a b", tokens=(ScoredToken("a", -0.25), ScoredToken(" b", -1.5))),
    )


async def test_what_was_said_already_is_not_asked_for_again(
    kind: Kind, server: ScriptedOllama, client: ModelServer
) -> None:
    server.answer_with(kind.path, kind.breaks, kind.unscored)
    found: list[Piece | Finished] = []

    async def hear() -> None:
        async with aclosing(client.generate(replace(kind.request, with_logprobs=True))) as items:
            async for item in items:
                found.append(item)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(ServerError):
        await hear()

    assert found == [SCORED[0]]
    assert len(server.received(kind.path)) == 1
