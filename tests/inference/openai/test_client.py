"""The client against a real server that speaks OpenAI's completions API, in the dialects of several products."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from holdfast.errors import ModelMissing, ModelUnsupported, PromptTooLong, ServerUnreachable, UnexpectedAnswer
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import (
    EmbedRequest,
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    Piece,
    RunningModel,
)
from holdfast.inference.openai.client import OpenAiServer
from scripted_answer import Answer, HangUp, Pause, Send, as_json, hanging, in_slices, raw
from scripted_openai import DONE, MODEL, SSE, ScriptedOpenAi, chunk, completion, event, events, refused, usage

ASK = GenerateRequest(model=MODEL, prompt="def add(a, b):\n    ", num_predict=64, num_ctx=2048)
ENDLESS = Answer((Send(chunk("a")), *(Pause(0.01), Send(chunk("b"))) * 100_000), content_type=SSE)


@pytest.fixture
def server() -> Iterator[ScriptedOpenAi]:
    with ScriptedOpenAi() as server:
        yield server


@pytest.fixture
async def client(server: ScriptedOpenAi) -> AsyncIterator[OpenAiServer]:
    client = OpenAiServer(parse_endpoint(server.endpoint), timeout_ms=5000)
    yield client
    await client.aclose()


async def answer(client: OpenAiServer, request: GenerateRequest = ASK) -> list[Piece | Finished]:
    async with aclosing(client.generate(request)) as items:
        return [item async for item in items]


async def test_an_answer_comes_piece_by_piece_and_ends_with_its_counts(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    server.complete_with(completion(["return", " a", " +", " b"], prompt_tokens=9))

    assert await answer(client) == [
        Piece("return"),
        Piece(" a"),
        Piece(" +"),
        Piece(" b"),
        Finished("stop", prompt_tokens=9, generated_tokens=4, prompt_ns=0, generate_ns=0, load_ns=0),
    ]


async def test_the_counts_and_times_of_llama_cpp_are_read_where_it_puts_them(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    timings = {"cache_n": 5, "prompt_n": 1, "prompt_ms": 0.5, "predicted_n": 1, "predicted_ms": 0.25}
    server.complete_with(events(chunk("x"), chunk("", "length", usage=usage(6, 1), timings=timings), DONE))

    assert await answer(client) == [Piece("x"), Finished("length", 6, 1, 500_000, 250_000, 0, cached_tokens=5)]


async def test_the_tokens_of_the_prompt_that_vllm_had_in_its_cache_are_told(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    counts = usage(6, 1) | {"prompt_tokens_details": {"cached_tokens": 4}}
    server.complete_with(events(chunk("x", "stop"), event({"choices": [], "usage": counts}), DONE))

    assert (await answer(client))[-1] == Finished("stop", 6, 1, 0, 0, 0, cached_tokens=4)


@pytest.mark.parametrize(
    ("answer_given", "end"),
    [
        pytest.param(completion("a b"), Finished("stop", 0, 2, 0, 0, 0), id="no-counts"),
        pytest.param(events(chunk("a"), chunk("", "stop")), Finished("stop", 0, 1, 0, 0, 0), id="no-done"),
        pytest.param(events(chunk("a", "stop"), DONE), Finished("stop", 0, 1, 0, 0, 0), id="reason-with-the-text"),
        pytest.param(
            events(b": keep-alive\n\n", b"id: 7\nretry: 10\n", chunk("a"), b":\n\n", chunk("", "stop"), DONE),
            Finished("stop", 0, 1, 0, 0, 0),
            id="comments-and-other-fields",
        ),
        pytest.param(
            events(
                *(part.replace(b"\n", b"\r\n").replace(b"data: ", b"data:") for part in (chunk("a"), chunk("", "stop")))
            ),
            Finished("stop", 0, 1, 0, 0, 0),
            id="other-line-ends-and-no-blank",
        ),
        pytest.param(
            Answer((*events(chunk("a"), chunk("", "stop")).steps, HangUp())),
            Finished("stop", 0, 1, 0, 0, 0),
            id="broken-off-after-its-end",
        ),
        pytest.param(
            hanging(events(chunk("a"), chunk("", "stop")).steps),
            Finished("stop", 0, 1, 0, 0, 0),
            id="open-after-its-end",
        ),
        pytest.param(
            events(chunk("a", usage=None), event({"choices": [{"text": None}]}), chunk("", "stop", usage=usage(3, 1))),
            Finished("stop", 3, 1, 0, 0, 0),
            id="nulls",
        ),
    ],
)
async def test_every_way_to_end_an_answer(
    server: ScriptedOpenAi, client: OpenAiServer, answer_given: Answer, end: Finished
) -> None:
    server.complete_with(answer_given)

    assert (await answer(client))[-1] == end


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_an_answer_cut_anywhere_even_inside_a_character_is_the_same(
    server: ScriptedOpenAi, client: OpenAiServer, size: int
) -> None:
    server.complete_with(in_slices(completion("x = 'größe 日本 😀'", prompt_tokens=5), size))

    items = await answer(client)

    assert "".join(item.text for item in items if isinstance(item, Piece)) == "x = 'größe 日本 😀'"


@pytest.mark.parametrize(
    ("owner", "more"),
    [
        ("vllm", {"skip_special_tokens": False}),
        ("llama-swap", {"cache_prompt": True, "preserved_tokens": ["<|endoftext|>", "<|file_sep|>"]}),
        ("organization_owner", {}),
        ("", {}),
    ],
    ids=["vllm", "llama-swap", "lm-studio", "unknown"],
)
async def test_the_whole_request_and_what_each_product_needs_to_be_told(
    server: ScriptedOpenAi, client: OpenAiServer, owner: str, more: dict[str, object]
) -> None:
    server.listed = [{"id": MODEL, "owned_by": owner}]
    prompt = '<|fim_prefix|>größe = "日本"\n<|fim_suffix|><|fim_middle|>'
    stop = ("<|endoftext|>", "<|file_sep|>")

    await answer(client, GenerateRequest(MODEL, prompt, num_predict=96, num_ctx=4096, stop=stop, keep_alive="30m"))

    (request,) = server.completions
    assert request.body == {
        "model": MODEL,
        "prompt": prompt,
        "max_tokens": 96,
        "temperature": 0.0,
        "stop": list(stop),
        "stream": True,
        "stream_options": {"include_usage": True},
        **more,
    }


async def test_a_server_that_does_not_know_how_to_count_is_asked_without_and_not_again(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    server.complete_with(refused(400, "Unrecognized request argument: stream_options"), completion("a"))

    texts = [await answer(client) for _ in range(2)]

    assert [items[0] for items in texts] == [Piece("a")] * 2
    assert ["stream_options" in request.body for request in server.completions] == [True, False, False]


async def test_an_instruction_goes_to_the_conversation(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    delta = {"choices": [{"index": 0, "delta": {"content": "x = 1"}, "finish_reason": None}]}
    start = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}]}
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    server.answer_with("/v1/chat/completions", events(event(start), event(delta), event(end), DONE))

    items = await answer(client, GenerateRequest(MODEL, "Fill it.", num_predict=8, num_ctx=512, system="Code only."))

    (request,) = server.received("/v1/chat/completions")
    assert items == [Piece("x = 1"), Finished("stop", 0, 1, 0, 0, 0)]
    assert request.body["messages"] == [
        {"role": "system", "content": "Code only."},
        {"role": "user", "content": "Fill it."},
    ]
    assert request.body["chat_template_kwargs"] == {"enable_thinking": False}


async def test_a_suffix_is_refused_as_most_servers_would_leave_it_out(client: OpenAiServer) -> None:
    with pytest.raises(ModelUnsupported, match="fills no middle by itself"):
        await answer(client, GenerateRequest(MODEL, "a", num_predict=8, num_ctx=512, suffix="b"))


async def test_the_key_goes_with_every_request_and_into_no_message(server: ScriptedOpenAi) -> None:
    client = OpenAiServer(parse_endpoint(server.endpoint), timeout_ms=5000, api_key="sk-secret-1")
    server.complete_with(refused(401, "Incorrect API key provided: sk-secret-1."))

    with pytest.raises(Exception, match="HOLDFAST_API_KEY") as failed:
        await answer(client)

    await client.aclose()
    assert {request.headers.get("authorization") for request in server.requests} == {"Bearer sk-secret-1"}
    assert "secret" not in str(failed.value)
    assert "secret" not in repr(vars(client))


async def test_without_a_key_none_is_sent(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    await answer(client)

    assert {request.headers.get("authorization") for request in server.requests} == {None}


async def test_what_vllm_says_of_its_model(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    server.listed = [{"id": "Qwen/Qwen2.5-Coder-1.5B", "owned_by": "vllm", "max_model_len": 8192, "permission": [{}]}]

    assert await client.version() == "vllm"
    assert await client.models() == (InstalledModel("Qwen/Qwen2.5-Coder-1.5B", "", "", "", "", 0, is_remote=False),)
    assert await client.running() == (RunningModel("Qwen/Qwen2.5-Coder-1.5B", 0, 0, 8192),)
    assert await client.details("Qwen/Qwen2.5-Coder-1.5B") == ModelDetails(
        "Qwen/Qwen2.5-Coder-1.5B", "", "", "", ("completion",), 8192, 0, "", "", (), is_remote=False
    )


async def test_what_lm_studio_says_of_its_models(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    server.listed = [{"id": name, "object": "model", "owned_by": "organization_owner"} for name in ("coder", "nomic")]
    coder = {"id": "coder", "type": "llm", "arch": "qwen2", "quantization": "Q4_K_M", "state": "loaded"}
    server.studio = [
        coder | {"max_context_length": 32768, "loaded_context_length": 4096},
        {"id": "nomic", "type": "embeddings", "arch": "nomic-bert", "state": "not-loaded", "max_context_length": 2048},
    ]

    assert await client.version() == "LM Studio"
    assert [model.name for model in await client.running()] == ["coder"]
    assert await client.details("coder") == ModelDetails(
        "coder", "qwen2", "qwen2", "", ("completion",), 4096, 0, "", "Q4_K_M", (), is_remote=False
    )
    assert (await client.details("nomic")).capabilities == ("embedding",)


@pytest.mark.parametrize("answer", [refused(404, "Unexpected endpoint"), raw(b'{"error": "Unexpected endpoint"}')])
async def test_an_lm_studio_without_that_path_has_models_all_the_same(
    server: ScriptedOpenAi, client: OpenAiServer, answer: Answer
) -> None:
    server.listed = [{"id": "coder", "object": "model", "owned_by": "organization_owner"}]
    server.answer_with("/api/v0/models", answer)

    assert [model.name for model in await client.running()] == ["coder"]
    assert (await client.details("coder")).capabilities == ("completion",)


async def test_a_router_of_llama_cpp_has_loaded_what_it_says(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    server.listed = [
        {"id": "a", "owned_by": "llamacpp", "status": {"value": "unloaded", "args": []}},
        {"id": "b", "owned_by": "llamacpp", "status": {"value": "loaded"}, "meta": {"n_ctx": 4096, "size": 7}},
        {"id": "c", "owned_by": "llamacpp", "status": "odd", "meta": None},
    ]

    assert await client.running() == (RunningModel("b", 7, 0, 4096), RunningModel("c", 0, 0, 0))


async def test_a_model_that_a_proxy_passes_on_to_its_maker_runs_elsewhere(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    server.listed = [{"id": "gpt-5", "owned_by": "openai"}, {"id": MODEL, "owned_by": "me"}, {"id": "x"}]

    assert [model.is_remote for model in await client.models()] == [True, False, False]
    assert (await client.details("gpt-5")).is_remote


async def test_ollama_is_not_asked_in_openais_words_which_are_not_raw_there(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    server.listed = [{"id": "me/mine:1b", "owned_by": "me"}, {"id": "qwen2.5-coder:1.5b", "owned_by": "library"}]

    with pytest.raises(UnexpectedAnswer, match="is Ollama, which would put a raw prompt into a template"):
        await answer(client)

    assert server.completions == []


async def test_a_model_that_is_not_listed(client: OpenAiServer) -> None:
    with pytest.raises(ModelMissing, match="does not have the model nope"):
        await client.details("nope")


async def test_a_prompt_that_cannot_fit_is_refused_before_it_is_sent(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    server.listed = [{"id": MODEL, "owned_by": "vllm", "max_model_len": 1024}]
    await client.details(MODEL)

    with pytest.raises(PromptTooLong, match="5000 bytes does not fit into the 1024 tokens") as failed:
        await answer(client, GenerateRequest(MODEL, "x" * 5000, num_predict=64, num_ctx=4096))

    assert (server.completions, failed.value.remedy) == (
        [],
        "Set holdfast.numCtx to 1024, or give the server a larger window.",
    )


@pytest.mark.parametrize(
    ("given", "prompt_tokens"),
    [(completion("a b", prompt_tokens=300), 300), (completion("", prompt_tokens=1200), 1200)],
    ids=["fewer-tokens-than-the-text-has", "no-room-to-answer"],
)
async def test_a_prompt_that_the_server_cut_without_a_word_is_told(
    server: ScriptedOpenAi, client: OpenAiServer, given: Answer, prompt_tokens: int
) -> None:
    server.listed = [{"id": MODEL, "owned_by": "vllm", "max_model_len": 1200}]
    await client.details(MODEL)
    server.complete_with(given)

    with pytest.raises(PromptTooLong, match=f"The server read {prompt_tokens} tokens"):
        await answer(client, GenerateRequest(MODEL, "x" * 4000, num_predict=64, num_ctx=4096))


async def test_embeddings_in_the_order_of_the_texts(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    vectors = [{"index": 1, "embedding": [0.0, 1.0]}, {"index": 0, "embedding": [1.0, 0.0]}]
    server.answer_with("/v1/embeddings", as_json({"object": "list", "data": vectors}))

    found = await client.embed(EmbedRequest("nomic", ("a", "b")), patience_ms=5000)

    assert found == [[1.0, 0.0], [0.0, 1.0]]
    assert server.received("/v1/embeddings")[0].body == {"model": "nomic", "input": ["a", "b"]}


async def test_control_requests_share_a_connection_and_no_answer_comes_over_a_used_one(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    """llama.cpp's server closes the connection behind an answer, so that the next request on it may be lost."""
    for _ in range(3):
        await client.version()
    for _ in range(3):
        await answer(client)

    assert [request.connection for request in server.requests] == [1, 1, 1, 1, 2, 3]
    assert {request.headers.get("connection") for request in server.completions} == {"close"}


async def test_a_connection_that_was_closed_meanwhile_is_tried_once_more(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    listed = as_json({"object": "list", "data": [{"id": "m"}]})
    server.answer_with("/v1/models", listed, Answer(before_head=(HangUp(),)), listed)
    await client.models()

    assert [model.name for model in await client.models()] == ["m"]
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "given",
    [hanging(headers_first=False), hanging(), ENDLESS],
    ids=["before-the-head", "before-a-token", "in-the-middle"],
)
async def test_cancelling_closes_the_connection(server: ScriptedOpenAi, client: OpenAiServer, given: Answer) -> None:
    await client.version()
    server.complete_with(given)
    reading = asyncio.create_task(answer(client))
    await asyncio.to_thread(server.wait_for_requests, 2)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert await asyncio.to_thread(server.completions[0].wait_for_end) == "client_closed"


async def test_a_closed_generation_leaves_the_client_as_it_was(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    """More often than there are connections, so that one that leaked would show as a wait without end."""
    server.complete_with(*[ENDLESS] * 12, completion("fine"))
    for _ in range(12):
        async with aclosing(client.generate(ASK)) as items:
            await anext(items)

    assert (await answer(client))[0] == Piece("fine")


async def test_closing_the_client_ends_what_still_runs(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    server.complete_with(hanging((Send(chunk("a")),)))
    items = client.generate(ASK)
    await anext(items)
    waiting = asyncio.create_task(anext(items))

    await client.aclose()

    with pytest.raises(ServerUnreachable):
        await waiting


async def test_the_environment_sends_no_prompt_through_a_proxy(
    server: ScriptedOpenAi, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedOpenAi() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.endpoint)
        monkeypatch.setenv("no_proxy", "")
        client = OpenAiServer(parse_endpoint(server.endpoint), timeout_ms=5000)
        await answer(client)
        await client.aclose()

        assert (len(server.completions), proxy.requests) == (1, [])
