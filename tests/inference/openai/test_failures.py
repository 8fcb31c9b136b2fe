"""Every way such a server fails, over a real socket: which error, what it says and what it tells to do."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from holdfast.errors import (
    AnswerTorn,
    GenerationFailed,
    ModelMissing,
    PromptTooLong,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    UnexpectedAnswer,
)
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import EmbedRequest, GenerateRequest, Piece
from holdfast.inference.openai.client import OpenAiServer
from scripted_answer import Answer, HangUp, Pause, Send, hanging, page, pieces, raw, redirect, refusal
from scripted_openai import MODEL, SSE, ScriptedOpenAi, chunk, completion, event, events, refused

ASK = GenerateRequest(model=MODEL, prompt="x", num_predict=64, num_ctx=2048)
CHECK = "Set holdfast.endpoint to the address of the model server itself, and holdfast.provider to what it is."
START = "Start it, or set holdfast.endpoint to where it listens."
SHORTER = "Lower holdfast.numCtx to the window that the server has, or give the server a larger one."


@pytest.fixture
def server() -> Iterator[ScriptedOpenAi]:
    with ScriptedOpenAi() as server:
        yield server


@pytest.fixture
async def client(server: ScriptedOpenAi) -> AsyncIterator[OpenAiServer]:
    client = OpenAiServer(parse_endpoint(server.endpoint), timeout_ms=5000)
    yield client
    await client.aclose()


@pytest.fixture
async def hasty(server: ScriptedOpenAi) -> AsyncIterator[OpenAiServer]:
    """A client with no patience, for servers that never answer."""
    client = OpenAiServer(parse_endpoint(server.endpoint), timeout_ms=400)
    yield client
    await client.aclose()


async def failure(client: OpenAiServer, request: GenerateRequest = ASK) -> tuple[str, ServerError]:
    """The text that came, and the error that followed it."""
    text = ""
    try:
        async with aclosing(client.generate(request)) as items:
            async for item in items:
                text += item.text if isinstance(item, Piece) else ""
    except ServerError as error:
        return text, error
    pytest.fail("the answer came to a good end")


@pytest.mark.parametrize(
    ("answer", "kind", "words", "remedy"),
    [
        pytest.param(
            refused(404, "The model `x` does not exist."),
            ModelMissing,
            "{url} said: The model `x` does not exist.",
            "Load it there, or set holdfast.model to one that `holdfast models` lists.",
            id="model-missing",
        ),
        pytest.param(
            refused(503, "Loading model", "unavailable_error"),
            ServerBusy,
            "{url} said: Loading model.",
            "It is asked again until it is ready.",
            id="loading",
        ),
        pytest.param(
            refused(400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"),
            PromptTooLong,
            "{url} said: This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
            SHORTER,
            id="too-long",
        ),
        pytest.param(
            refusal(500, "\x1b[2Jgone\n" + "x" * 5000),
            GenerationFailed,
            "{url} said: [2Jgone " + "x" * 191 + "….",
            "The server's own log says why.",
            id="error-text-is-only-text",
        ),
        pytest.param(
            page("502 Bad Gateway", status=502),
            ServerUnreachable,
            "{url} answered with status 502.",
            START,
            id="gateway",
        ),
        pytest.param(
            page("My Router"),
            UnexpectedAnswer,
            "{url}/v1/completions answered a web page titled “My Router” where a model server sends its JSON.",
            CHECK,
            id="page",
        ),
        pytest.param(
            redirect("https://elsewhere.example/v1/completions"),
            UnexpectedAnswer,
            "{url} redirects to https://elsewhere.example/v1/completions, and redirects are not followed.",
            "Set holdfast.endpoint to the address of the model server itself.",
            id="redirect",
        ),
        pytest.param(
            Answer(before_head=(HangUp(),)),
            ServerUnreachable,
            "{url} closed the connection before its answer was complete.",
            START,
            id="hung-up-before-the-head",
        ),
        pytest.param(
            events(b'data: {"choices": [{"te\n\n'),
            UnexpectedAnswer,
            '{url}/v1/completions answered “{{"choices": [{{"te” where a model server sends its JSON.',
            CHECK,
            id="malformed-json",
        ),
        pytest.param(
            events(event({"choices": [{"text": 7}]})),
            UnexpectedAnswer,
            '{url}/v1/completions answered “{{"choices": [{{"text": 7}}]}}” where a model server sends its JSON.',
            CHECK,
            id="json-of-another-shape",
        ),
        pytest.param(
            raw(b'{"response": "a", "done": false}\n'),
            UnexpectedAnswer,
            '{url}/v1/completions answered “{{"response": "a", "done": false}}” where a model server sends its JSON.',
            CHECK,
            id="another-api",
        ),
        pytest.param(
            raw(b"<html><body>hi</body></html>"),
            UnexpectedAnswer,
            "{url}/v1/completions answered a web page where a model server sends its JSON.",
            CHECK,
            id="page-that-does-not-say-so",
        ),
        pytest.param(
            events(b'data: {"choices":[{"text":"\xff\xfe"}]}\n\n'),
            UnexpectedAnswer,
            '{url}/v1/completions answered “{{"choices":[{{"text":"\ufffd\ufffd"}}]}}” where a model server sends its JSON.',
            CHECK,
            id="invalid-utf-8",
        ),
        pytest.param(
            events(*[b"x" * 65536] * 17),
            UnexpectedAnswer,
            "{url} sent more than 1 MiB in one line.",
            CHECK,
            id="endless-line",
        ),
        pytest.param(
            events(*[chunk("x" * 60000)] * 80),
            UnexpectedAnswer,
            "{url} sent more than 4 MiB in one answer.",
            CHECK,
            id="endless-answer",
        ),
        pytest.param(
            events(),
            AnswerTorn,
            "{url} ended its answer without saying why.",
            "The next request may go well.",
            id="empty-stream",
        ),
        pytest.param(
            events(b"data: [DONE]\n\n"),
            AnswerTorn,
            "{url} ended its answer without saying why.",
            "The next request may go well.",
            id="done-at-once",
        ),
    ],
)
async def test_a_failure_says_what_happened_and_what_to_do(
    server: ScriptedOpenAi, client: OpenAiServer, answer: Answer, kind: type[ServerError], words: str, remedy: str
) -> None:
    server.complete_with(answer)

    _, error = await failure(client)

    expected = words.format(url=server.endpoint) if "{url}" in words else words
    assert (type(error), error.message, error.remedy) == (kind, expected, remedy)


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        pytest.param((Send(event({"error": {"message": "engine died", "code": 500}})),), GenerationFailed, id="error"),
        pytest.param((Send(event({"error": "engine died"})),), GenerationFailed, id="error-as-text"),
        pytest.param((Send(b'error: {"message":"gone"}\n\n'),), GenerationFailed, id="older-llama-cpp"),
        pytest.param(
            (Send(b'event: error\ndata: {"error":{"message":"greater than the context length."}}\n\n'),),
            PromptTooLong,
            id="lm-studio",
        ),
        pytest.param((Send(b"event: error\ndata: {}\n\n"),), GenerationFailed, id="an-error-without-words"),
        pytest.param((), AnswerTorn, id="no-reason"),
        pytest.param((HangUp(),), ServerUnreachable, id="hung-up"),
        pytest.param((Send(b'data: {"cho'), HangUp()), ServerUnreachable, id="hung-up-inside-a-line"),
        pytest.param((Send(b'data: {"cho'),), UnexpectedAnswer, id="ended-inside-a-line"),
    ],
)
async def test_a_failure_in_mid_stream_comes_after_the_text_before_it(
    server: ScriptedOpenAi, client: OpenAiServer, after: tuple[Send | HangUp, ...], kind: type[ServerError]
) -> None:
    good = tuple(Send(chunk(piece)) for piece in pieces("return a"))
    server.complete_with(Answer((*good, *after), content_type=SSE))

    text, error = await failure(client)

    assert (text, type(error)) == ("return a", kind)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param(hanging(headers_first=False), "", id="before-the-head"),
        pytest.param(hanging(), "", id="before-the-first-token"),
        pytest.param(hanging((Send(chunk("a")),)), "a", id="between-tokens"),
        pytest.param(
            Answer((Send(chunk("a")), *(Send(b": alive\n\n"), Pause(0.01)) * 1000), content_type=SSE),
            "a",
            id="keep-alive",
        ),
    ],
)
async def test_silence_ends_in_a_timeout_and_lets_the_server_go(
    server: ScriptedOpenAi, hasty: OpenAiServer, answer: Answer, text: str
) -> None:
    server.complete_with(answer)

    came, error = await failure(hasty)

    assert (came, type(error)) == (text, ServerTimeout)
    assert await asyncio.to_thread(server.completions[0].wait_for_end) == "client_closed"


async def test_a_first_token_may_be_given_more_time_than_the_others(
    server: ScriptedOpenAi, hasty: OpenAiServer
) -> None:
    server.complete_with(completion("a").after(Pause(0.6)))

    async with aclosing(hasty.generate(ASK, first_token_ms=20_000)) as items:
        assert await anext(items) == Piece("a")


@pytest.mark.parametrize("path", ["/v1/models", "/v1/embeddings"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(page("My Router"), UnexpectedAnswer, id="page"),
        pytest.param(raw(b"[]"), UnexpectedAnswer, id="json-of-another-shape"),
        pytest.param(raw(b'{"data": [7]}'), UnexpectedAnswer, id="wrong-types"),
        pytest.param(raw(b'{"data'), UnexpectedAnswer, id="torn-json"),
        pytest.param(raw(), UnexpectedAnswer, id="nothing"),
        pytest.param(redirect("http://elsewhere.example/"), UnexpectedAnswer, id="redirect"),
        pytest.param(refused(500, "broken"), GenerationFailed, id="broken"),
        pytest.param(Answer((Send(b"{"), HangUp())), ServerUnreachable, id="hung-up"),
    ],
)
async def test_a_control_request_fails_as_clearly(
    server: ScriptedOpenAi, client: OpenAiServer, path: str, answer: Answer, kind: type[ServerError]
) -> None:
    server.listed = [{"id": MODEL, "owned_by": "organization_owner"}]
    server.answer_with(path, answer)

    with pytest.raises(ServerError) as failed:
        await (client.embed(EmbedRequest("m", ("a",)), patience_ms=5000) if "embed" in path else client.running())

    assert type(failed.value) is kind


async def test_an_endless_control_answer_is_not_read_to_its_end(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    server.answer_with("/v1/models", raw(*[b" " * 65536] * 100))

    with pytest.raises(UnexpectedAnswer, match="sent more than 4 MiB in one answer"):
        await client.models()


async def test_a_redirect_leads_nothing_to_where_it_points(server: ScriptedOpenAi, client: OpenAiServer) -> None:
    with ScriptedOpenAi() as elsewhere:
        server.complete_with(redirect(f"{elsewhere.endpoint}/v1/completions"))
        await failure(client)

        assert elsewhere.requests == []


async def test_nobody_listening_is_said_with_what_to_do() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        client = OpenAiServer(parse_endpoint(f"localhost:{port}"), timeout_ms=5000)

        _, error = await failure(client)

    await client.aclose()
    assert (type(error), str(error)) == (ServerUnreachable, f"Nothing answers at http://localhost:{port}. {START}")


async def test_tls_to_a_server_without_it_is_not_called_absent(server: ScriptedOpenAi) -> None:
    client = OpenAiServer(parse_endpoint(f"https://127.0.0.1:{server.port}"), timeout_ms=5000)

    _, error = await failure(client)

    await client.aclose()
    assert (type(error), error.message) == (
        UnexpectedAnswer,
        f"https://127.0.0.1:{server.port} did not complete a TLS handshake.",
    )


async def test_a_killed_server_is_lost_in_mid_stream_and_found_on_the_same_port(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    await client.version()
    server.complete_with(hanging((Send(chunk("a")),)), completion("fine"))
    generation = asyncio.create_task(failure(client))
    await asyncio.to_thread(server.wait_for_requests, 2)
    server.stop()
    _, lost = await generation
    _, refused_again = await failure(client)
    server.start()

    async with aclosing(client.generate(ASK)) as items:
        first = await anext(items)
    assert (type(lost), type(refused_again), first) == (ServerUnreachable, ServerUnreachable, Piece("fine"))


async def test_a_server_that_always_refuses_what_is_not_sent_any_more_is_asked_once_more(
    server: ScriptedOpenAi, client: OpenAiServer
) -> None:
    refusal_of_it = refused(400, "Unrecognized request argument: stream_options")
    server.complete_with(refusal_of_it, refusal_of_it, completion("a"))

    _, error = await failure(client)

    assert (type(error), ["stream_options" in request.body for request in server.completions]) == (
        UnexpectedAnswer,
        [True, False],
    )


async def test_of_a_refusal_no_more_is_read_than_says_why(server: ScriptedOpenAi, hasty: OpenAiServer) -> None:
    server.complete_with(replace(hanging((Send(b"x" * (65 << 10)),)), status=500))

    _, error = await failure(hasty)

    assert (type(error), error.message) == (GenerationFailed, f"{server.endpoint} answered with status 500.")
    assert await asyncio.to_thread(server.completions[0].wait_for_end) == "client_closed"


async def test_a_refusal_that_drips_ends_in_a_timeout(server: ScriptedOpenAi, hasty: OpenAiServer) -> None:
    server.complete_with(Answer((Send(b" "), Pause(0.02)) * 100, status=500))

    _, error = await failure(hasty)

    assert type(error) is ServerTimeout
    assert await asyncio.to_thread(server.completions[0].wait_for_end) == "client_closed"
