"""The client of llama.cpp's server over a real socket: what it asks, what it reads, and every way it fails."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from holdfast.errors import (
    AnswerTorn,
    GenerationFailed,
    ModelMissing,
    ModelUnsupported,
    PromptTooLong,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    UnexpectedAnswer,
)
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.llama_cpp.client import LlamaCppServer
from holdfast.inference.llama_cpp.wire import Slot
from holdfast.inference.model_server import Finished, GenerateRequest, ModelDetails, Piece
from scripted_answer import Answer, HangUp, Pause, Send, as_json, hanging, in_slices, page, raw, redirect
from scripted_models import QWEN_SPECIAL
from scripted_openai import MODEL, SSE, ScriptedLlamaCpp, event, events, generated, last_line, line, refused

ASK = GenerateRequest(model=MODEL, prompt="def add(a, b):\n    ", num_predict=64, num_ctx=2048)
ENDLESS = Answer(
    (Send(line({"content": "a"})), *(Pause(0.01), Send(line({"content": "b"}))) * 100_000), content_type=SSE
)


@pytest.fixture
def server() -> Iterator[ScriptedLlamaCpp]:
    with ScriptedLlamaCpp() as server:
        yield server


@pytest.fixture
async def client(server: ScriptedLlamaCpp) -> AsyncIterator[LlamaCppServer]:
    client = LlamaCppServer(parse_endpoint(server.endpoint), timeout_ms=5000)
    yield client
    await client.aclose()


@pytest.fixture
async def hasty(server: ScriptedLlamaCpp) -> AsyncIterator[LlamaCppServer]:
    """A client with no patience, for servers that never answer."""
    client = LlamaCppServer(parse_endpoint(server.endpoint), timeout_ms=400)
    yield client
    await client.aclose()


async def answer(client: LlamaCppServer, request: GenerateRequest = ASK) -> list[Piece | Finished]:
    async with aclosing(client.generate(request)) as items:
        return [item async for item in items]


async def failure(client: LlamaCppServer, request: GenerateRequest = ASK) -> tuple[str, ServerError]:
    """The text that came, and the error that followed it."""
    text = ""
    try:
        async with aclosing(client.generate(request)) as items:
            async for item in items:
                text += item.text if isinstance(item, Piece) else ""
    except ServerError as error:
        return text, error
    pytest.fail("the answer came to a good end")


async def test_an_answer_comes_piece_by_piece_and_ends_with_its_counts(
    server: ScriptedLlamaCpp, client: LlamaCppServer
) -> None:
    server.generate_by_llama_with(generated(["return", " a"], cache_n=90, prompt_n=10))

    assert await answer(client) == [
        Piece("return"),
        Piece(" a"),
        Finished("stop", 100, 2, 5_000_000, 3_000_000, 0, cached_tokens=90),
    ]


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (last_line(stop_type="eos"), "stop"),
        (last_line(stop_type="word"), "stop"),
        (last_line(stop_type="limit"), "length"),
        (line({"content": "", "stop": True, "stopped_limit": True}), "length"),
        (line({"content": "", "stop": True, "stopped_limit": False}), "stop"),
        (last_line(stop_type="some-new-type"), "some-new-type"),
    ],
    ids=["end-of-text", "stop-string", "limit", "older-limit", "older-stop", "new"],
)
async def test_the_reason_of_the_end(server: ScriptedLlamaCpp, client: LlamaCppServer, end: bytes, reason: str) -> None:
    server.generate_by_llama_with(events(end))

    (finished,) = await answer(client)

    assert isinstance(finished, Finished)
    assert finished.reason == reason


@pytest.mark.parametrize("size", [1, 3, 64])
async def test_an_answer_cut_anywhere_is_the_same(server: ScriptedLlamaCpp, client: LlamaCppServer, size: int) -> None:
    server.generate_by_llama_with(in_slices(generated("x = 'größe 日本 😀'"), size))

    items = await answer(client)

    assert "".join(item.text for item in items if isinstance(item, Piece)) == "x = 'größe 日本 😀'"


async def test_the_whole_request_uses_the_cache_and_keeps_control_tokens_visible_to_stop(
    server: ScriptedLlamaCpp, client: LlamaCppServer
) -> None:
    await answer(client, GenerateRequest(MODEL, "größe\ud83d", num_predict=96, num_ctx=4096, stop=("<|file_sep|>",)))

    (request,) = server.generations
    assert request.body == {
        "model": MODEL,
        "prompt": "größe?",
        "n_predict": 96,
        "temperature": 0.0,
        "stop": ["<|file_sep|>"],
        "preserved_tokens": ["<|file_sep|>"],
        "repeat_penalty": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "cache_prompt": True,
        "stream": True,
        "response_fields": [
            "content",
            "stop",
            "stop_type",
            "truncated",
            "tokens_evaluated",
            "tokens_predicted",
            "timings",
            "error",
        ],
    }


async def test_what_a_model_is(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    server.special = (*QWEN_SPECIAL[:6], "<EOT>")

    found = await client.details(MODEL)

    assert replace(found, special_tokens=()) == ModelDetails(
        name=MODEL,
        family="",
        architecture="",
        template="{{ '<|im_start|>' }}",
        capabilities=("completion", "insert"),
        context_length=2048,
        parameter_count=1_543_714_304,
        parameter_size="",
        quantization="Q4_K_M",
        special_tokens=(),
        is_remote=False,
    )
    assert sorted(found.special_tokens) == sorted(server.special)


async def test_the_version_is_the_build(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    assert await client.version() == "llama.cpp b11549-abc"
    server.props["build_info"] = "b0-unknown"
    assert await client.version() == "llama.cpp"


async def test_the_slots(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    server.answer_with("/slots", as_json([{"id": 0, "n_ctx": 2048, "is_processing": True, "params": {}}]))

    assert await client.slots() == (Slot(id=0, n_ctx=2048, is_processing=True),)


async def test_a_router_is_asked_about_the_model(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    server.props["role"] = "router"
    server.listed = [{"id": "a/b c", "owned_by": "llamacpp"}]
    loaded = {"total_slots": 1, "default_generation_settings": {"n_ctx": 512}, "chat_template": "of the model"}
    server.answer_with("/props?model=a%2Fb%20c", as_json(loaded))

    assert (await client.details("a/b c")).template == "of the model"
    assert await client.version() == "llama.cpp b11549-abc"


# A hole in a file, for a model whose family nobody knows.


@pytest.mark.parametrize(
    ("hole", "prompt", "tokens"),
    [
        (
            "<s><P>{prefix}<S>{suffix}<M>",
            "<P>a = <S>\nb<M>",
            ["<P>", "<S>", "<M>"],
        ),
        ("[SUFFIX]{suffix}[PREFIX]{prefix}", "[SUFFIX]\nb[PREFIX]a = ", ["[SUFFIX]", "[PREFIX]"]),
    ],
    ids=["prefix-first", "suffix-first"],
)
async def test_a_suffix_is_written_as_the_server_writes_it(
    server: ScriptedLlamaCpp, client: LlamaCppServer, hole: str, prompt: str, tokens: list[str]
) -> None:
    server.hole, server.props["bos_token"] = hole, "<s>"

    for _ in range(2):
        await answer(client, GenerateRequest(MODEL, "a = ", num_predict=8, num_ctx=512, suffix="\nb"))

    assert [(request.body["prompt"], request.body["stop"]) for request in server.generations] == [(prompt, tokens)] * 2
    assert len(server.received("/infill")) == 1


async def test_a_model_without_tokens_for_a_hole_is_refused(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    server.hole = ""

    _, error = await failure(client, GenerateRequest(MODEL, "a", num_predict=8, num_ctx=512, suffix="b"))

    assert type(error) is ModelUnsupported
    assert (await client.details(MODEL)).capabilities == ("completion",)


async def test_an_instruction_goes_to_the_conversation(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    delta = {"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]}
    server.answer_with("/v1/chat/completions", events(event(delta)))

    items = await answer(client, GenerateRequest(MODEL, "Fill.", num_predict=8, num_ctx=512, system="Code."))

    assert (items[0], server.generations) == (Piece("x"), [])


# The window.


@pytest.mark.parametrize(("size", "counted"), [(3900, 0), (4000, 1)], ids=["surely-fits", "may-not-fit"])
async def test_tokens_are_counted_only_where_they_may_not_fit(
    server: ScriptedLlamaCpp, client: LlamaCppServer, size: int, counted: int
) -> None:
    server.answer_with("/tokenize", as_json({"tokens": [1] * 1500}))

    await answer(client, GenerateRequest(MODEL, "x" * size, num_predict=64, num_ctx=4096))

    assert (len(server.received("/tokenize")), len(server.generations)) == (counted, 1)


async def test_a_prompt_over_the_window_is_refused_before_it_is_sent(
    server: ScriptedLlamaCpp, client: LlamaCppServer
) -> None:
    _, error = await failure(client, GenerateRequest(MODEL, "x" * 5000, num_predict=64, num_ctx=4096))

    assert (type(error), error.message, error.remedy, server.generations) == (
        PromptTooLong,
        "The prompt has 5000 tokens and the server's window 2048.",
        "Set holdfast.numCtx to 2048, or start the server with a larger --ctx-size.",
        [],
    )


async def test_a_prompt_that_an_older_server_cut_is_told(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    cut = last_line(cache_n=0, prompt_n=1000, predicted_n=1, truncated=True)
    server.generate_by_llama_with(events(line({"content": "x"}), cut))

    assert [type(end) for end in await failure(client)] == [str, PromptTooLong]


async def test_an_answer_that_fills_the_window_is_a_good_one(server: ScriptedLlamaCpp, client: LlamaCppServer) -> None:
    full = last_line(stop_type="limit", cache_n=2000, prompt_n=35, predicted_n=13, truncated=True)
    server.generate_by_llama_with(events(line({"content": "x"}), full))

    assert (await answer(client))[-1] == Finished("length", 2035, 13, 5_000_000, 3_000_000, 0, cached_tokens=2000)


# Failures.


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        pytest.param(refused(503, "Loading model", "unavailable_error"), ServerBusy, "", id="loading"),
        pytest.param(
            refused(400, "request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it"),
            PromptTooLong,
            "",
            id="too-long",
        ),
        pytest.param(refused(404, "model not found"), ModelMissing, "", id="model"),
        pytest.param(refused(500, "decode failed"), GenerationFailed, "", id="broken"),
        pytest.param(redirect("http://elsewhere.example/"), UnexpectedAnswer, "", id="redirect"),
        pytest.param(page("My Router"), UnexpectedAnswer, "", id="page"),
        pytest.param(events(), AnswerTorn, "", id="nothing"),
        pytest.param(events(line({"content": "a"})), AnswerTorn, "a", id="no-last-event"),
        pytest.param(Answer((*events(line({"content": "a"})).steps, HangUp())), ServerUnreachable, "a", id="hung-up"),
        pytest.param(
            events(line({"content": "a"}), b'error: {"code":500,"message":"gone"}\n\n'),
            GenerationFailed,
            "a",
            id="older-error",
        ),
        pytest.param(
            events(line({"content": "a"}), event({"error": {"message": "gone"}})), GenerationFailed, "a", id="error"
        ),
        pytest.param(events(event({"choices": []})), UnexpectedAnswer, "", id="another-api"),
        pytest.param(events(line({"content": 7})), UnexpectedAnswer, "", id="wrong-types"),
        pytest.param(events(b"data: {\n\n"), UnexpectedAnswer, "", id="torn-json"),
        pytest.param(events(b"data: [1]\n\n"), UnexpectedAnswer, "", id="not-an-object"),
        pytest.param(events(*[b"x" * 65536] * 17), UnexpectedAnswer, "", id="endless-line"),
    ],
)
async def test_every_failure_has_its_name(
    server: ScriptedLlamaCpp, client: LlamaCppServer, given: Answer, kind: type[ServerError], text: str
) -> None:
    server.generate_by_llama_with(given)

    came, error = await failure(client)

    assert (came, type(error), error.remedy.endswith(".")) == (text, kind, True)


@pytest.mark.parametrize("path", ["/props", "/tokenize", "/infill", "/slots", "/v1/models"])
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(page("My Router"), UnexpectedAnswer, id="page"),
        pytest.param(raw(b"[7]"), UnexpectedAnswer, id="json-of-another-shape"),
        pytest.param(raw(b"{"), UnexpectedAnswer, id="torn"),
        pytest.param(refused(503, "Loading model"), ServerBusy, id="loading"),
        pytest.param(refused(401, "Invalid API Key"), UnexpectedAnswer, id="key"),
        pytest.param(Answer((Send(b"{"), HangUp())), ServerUnreachable, id="hung-up"),
    ],
)
async def test_a_control_request_fails_as_clearly(
    server: ScriptedLlamaCpp, client: LlamaCppServer, path: str, given: Answer, kind: type[ServerError]
) -> None:
    server.answer_with(path, given)

    with pytest.raises(ServerError) as failed:
        await (client.slots() if path == "/slots" else client.details(MODEL))

    assert type(failed.value) is kind


@pytest.mark.parametrize("given", [hanging(headers_first=False), hanging((Send(line({"content": "a"})),))])
async def test_silence_ends_in_a_timeout(server: ScriptedLlamaCpp, hasty: LlamaCppServer, given: Answer) -> None:
    server.generate_by_llama_with(given)

    _, error = await failure(hasty)

    assert type(error) is ServerTimeout
    assert await asyncio.to_thread(server.generations[0].wait_for_end) == "client_closed"


async def test_closing_a_generation_closes_its_connection_and_no_other(
    server: ScriptedLlamaCpp, client: LlamaCppServer
) -> None:
    server.generate_by_llama_with(*[ENDLESS] * 12, generated("fine"))
    for _ in range(12):
        async with aclosing(client.generate(ASK)) as items:
            assert await anext(items) == Piece("a")

    assert (await answer(client))[0] == Piece("fine")
    assert await asyncio.to_thread(server.generations[0].wait_for_end) == "client_closed"
