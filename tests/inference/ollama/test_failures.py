"""Every way a model server fails, over a real socket: which error, what it says and what it tells to do."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from holdfast.errors import (
    AnswerTorn,
    GenerationFailed,
    ModelMissing,
    ModelUnsupported,
    PromptTooLong,
    RemoteEndpoint,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
    UnexpectedAnswer,
)
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer
from scripted_answer import (
    Answer,
    HangUp,
    Pause,
    Send,
    hanging,
    last_line,
    line,
    page,
    pieces,
    raw,
    redirect,
    refusal,
    stream,
    token_line,
)
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama

MODEL = ScriptedModel().name
ASK = GenerateRequest(model=MODEL, prompt="x", num_predict=64, num_ctx=2048)
LOCAL = "Set holdfast.endpoint to where Ollama listens, usually http://localhost:11434."
START = "Start Ollama (`ollama serve`), or set holdfast.endpoint to where it listens."
LOG = "Ollama's own log says why; `ollama ps` shows what is loaded."


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama() as server:
        yield server


@pytest.fixture
async def client(ollama: ScriptedOllama) -> AsyncIterator[OllamaServer]:
    server = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=5000)
    yield server
    await server.aclose()


@pytest.fixture
async def hasty(ollama: ScriptedOllama) -> AsyncIterator[OllamaServer]:
    """A client with no patience, for servers that never answer."""
    server = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=400)
    yield server
    await server.aclose()


async def failure(client: OllamaServer, request: GenerateRequest = ASK) -> tuple[str, ServerError]:
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
            refusal(404, f"model '{MODEL}' not found"),
            ModelMissing,
            f"Ollama said: model '{MODEL}' not found.",
            f"Run `ollama pull {MODEL}`.",
            id="model-missing",
        ),
        pytest.param(
            refusal(503, "server busy, please try again.  maximum pending requests exceeded"),
            ServerBusy,
            "Ollama said: server busy, please try again. maximum pending requests exceeded.",
            "Try again in a moment.",
            id="queue-full",
        ),
        pytest.param(
            refusal(500, "model runner has unexpectedly stopped"),
            GenerationFailed,
            "Ollama said: model runner has unexpectedly stopped.",
            LOG,
            id="runner-crashed",
        ),
        pytest.param(
            refusal(500, "model requires more system memory (9 GiB) than is available (4 GiB)"),
            GenerationFailed,
            "Ollama said: model requires more system memory (9 GiB) than is available (4 GiB).",
            "Choose a smaller model, or lower holdfast.numCtx.",
            id="no-memory",
        ),
        pytest.param(
            refusal(400, "the prompt is longer than the context length currently available to the model; shorten it"),
            PromptTooLong,
            "Ollama said: the prompt is longer than the context length currently available to the model; shorten it.",
            "Raise holdfast.numCtx, or lower holdfast.contextTokens.",
            id="prompt-too-long",
        ),
        pytest.param(
            refusal(400, "request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it"),
            PromptTooLong,
            "Ollama said: request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it.",
            "Raise holdfast.numCtx, or lower holdfast.contextTokens.",
            id="prompt-too-long-in-llama-servers-words",
        ),
        pytest.param(
            refusal(400, '"nomic-embed-text" does not support generate'),
            ModelUnsupported,
            'Ollama said: "nomic-embed-text" does not support generate.',
            "Choose a model for code completion, such as qwen2.5-coder:1.5b-base.",
            id="no-generation",
        ),
        pytest.param(
            refusal(400, "missing request body"),
            UnexpectedAnswer,
            "Ollama said: missing request body.",
            "Update Ollama: it did not understand a request of its own interface.",
            id="not-understood",
        ),
        pytest.param(
            refusal(403, "remote inference is unavailable: cloud is disabled"),
            RemoteEndpoint,
            "Ollama said: remote inference is unavailable: cloud is disabled.",
            "Choose a model that runs on this machine.",
            id="cloud-disabled",
        ),
        pytest.param(
            refusal(401, "unauthorized"),
            UnexpectedAnswer,
            "Ollama said: unauthorized.",
            "Something before Ollama wants a login; set holdfast.endpoint past it.",
            id="login",
        ),
        pytest.param(
            refusal(499, "request canceled"), GenerationFailed, "Ollama said: request canceled.", LOG, id="canceled"
        ),
        pytest.param(
            refusal(500, "\x1b[2Jgone\n" + "x" * 5000),
            GenerationFailed,
            "Ollama said: [2Jgone " + "x" * 191 + "….",
            LOG,
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
            page("Not Found", status=404),
            UnexpectedAnswer,
            "{url}/api/generate answered with status 404 and a web page titled “Not Found” where Ollama sends its JSON.",
            LOCAL,
            id="page-404",
        ),
        pytest.param(
            page("My Router"),
            UnexpectedAnswer,
            "{url}/api/generate answered a web page titled “My Router” where Ollama sends its JSON.",
            LOCAL,
            id="page-200",
        ),
        pytest.param(
            raw(b"<html><body>hi</body></html>"),
            UnexpectedAnswer,
            "{url}/api/generate answered a web page where Ollama sends its JSON.",
            LOCAL,
            id="page-that-does-not-say-so",
        ),
        pytest.param(
            Answer(status=204),
            UnexpectedAnswer,
            "{url}/api/generate answered with status 204 and nothing where Ollama sends its JSON.",
            LOCAL,
            id="no-content",
        ),
        pytest.param(
            redirect("https://elsewhere.example/api/generate"),
            UnexpectedAnswer,
            "{url} redirects to https://elsewhere.example/api/generate, and redirects are not followed.",
            "Set holdfast.endpoint to the address of Ollama itself.",
            id="redirect",
        ),
        pytest.param(
            Answer(status=304),
            UnexpectedAnswer,
            "{url} redirects to nowhere, and redirects are not followed.",
            "Set holdfast.endpoint to the address of Ollama itself.",
            id="redirect-to-nowhere",
        ),
        pytest.param(
            Answer(before_head=(HangUp(),)),
            ServerUnreachable,
            "{url} closed the connection before its answer was complete.",
            START,
            id="hung-up-before-the-head",
        ),
        pytest.param(
            raw(b'{"response": "a", "do\n'),
            UnexpectedAnswer,
            '{url}/api/generate answered “{{"response": "a", "do” where Ollama sends its JSON.',
            LOCAL,
            id="malformed-json",
        ),
        pytest.param(
            raw(b'{"response": 7, "done": false}\n'),
            UnexpectedAnswer,
            '{url}/api/generate answered “{{"response": 7, "done": false}}” where Ollama sends its JSON.',
            LOCAL,
            id="json-of-another-shape",
        ),
        pytest.param(
            raw(b'{"choices": []}\n'),
            UnexpectedAnswer,
            '{url}/api/generate answered “{{"choices": []}}” where Ollama sends its JSON.',
            LOCAL,
            id="json-of-another-service",
        ),
        pytest.param(
            raw(b'{"response":"\xff\xfe","done":false}\n'),
            UnexpectedAnswer,
            '{url}/api/generate answered “{{"response":"\ufffd\ufffd","done":false}}” where Ollama sends its JSON.',
            LOCAL,
            id="invalid-utf-8",
        ),
        pytest.param(
            raw(*[b"x" * 65536] * 17),
            UnexpectedAnswer,
            "{url} sent more than 1 MiB in one line.",
            LOCAL,
            id="endless-line",
        ),
        pytest.param(
            raw(*[token_line("x" * 60000)] * 80),
            UnexpectedAnswer,
            "{url} sent more than 4 MiB in one answer.",
            LOCAL,
            id="endless-answer",
        ),
        pytest.param(
            raw(),
            AnswerTorn,
            "{url} ended its answer without its last line.",
            "Ollama does so when a model repeats itself; the next request may go well.",
            id="empty-stream",
        ),
    ],
)
async def test_a_failure_before_any_text_says_what_happened_and_what_to_do(
    ollama: ScriptedOllama, client: OllamaServer, answer: Answer, kind: type[ServerError], words: str, remedy: str
) -> None:
    ollama.answer_with("/api/generate", answer)

    _, error = await failure(client)

    expected = words.format(url=ollama.endpoint) if "{url}" in words else words
    assert (type(error), error.message, error.remedy) == (kind, expected, remedy)


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        pytest.param((Send(line({"error": "runner died"})),), GenerationFailed, id="error-line"),
        pytest.param(
            (Send(line({"error": "the input length exceeds the context length"})),), PromptTooLong, id="too-long"
        ),
        pytest.param((), AnswerTorn, id="no-last-line"),
        pytest.param((HangUp(),), ServerUnreachable, id="hung-up"),
        pytest.param((Send(b'{"resp'), HangUp()), ServerUnreachable, id="hung-up-inside-a-line"),
        pytest.param((Send(b'{"resp'),), UnexpectedAnswer, id="ended-inside-a-line"),
        pytest.param((Send(b"<html>\n"),), UnexpectedAnswer, id="page"),
    ],
)
async def test_a_failure_in_mid_stream_comes_after_the_text_before_it(
    ollama: ScriptedOllama, client: OllamaServer, after: tuple[Send | HangUp, ...], kind: type[ServerError]
) -> None:
    good = tuple(Send(token_line(piece)) for piece in pieces("return a"))
    ollama.generate_with(Answer((*good, *after)))

    text, error = await failure(client)

    assert (text, type(error)) == ("return a", kind)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param(hanging(headers_first=False), "", id="before-the-head"),
        pytest.param(hanging(), "", id="before-the-first-token"),
        pytest.param(hanging((Send(token_line("a")),)), "a", id="between-tokens"),
        pytest.param(Answer((Send(token_line("a")), *(Send(b" "), Pause(0.01)) * 1000)), "a", id="dripping-blanks"),
    ],
)
async def test_silence_ends_in_a_timeout_and_lets_the_server_go(
    ollama: ScriptedOllama, hasty: OllamaServer, answer: Answer, text: str
) -> None:
    ollama.generate_with(answer)

    came, error = await failure(hasty)

    assert (came, type(error)) == (text, ServerTimeout)
    assert await asyncio.to_thread(ollama.requests[0].wait_for_end) == "client_closed"


async def test_a_first_token_may_be_given_more_time_than_the_others(
    ollama: ScriptedOllama, hasty: OllamaServer
) -> None:
    ollama.generate_with(stream("a").after(Pause(0.6)))

    async with aclosing(hasty.generate(ASK, first_token_ms=20_000)) as items:
        assert await anext(items) == Piece("a")


async def test_a_stream_that_stays_open_after_its_last_line_is_still_a_good_answer(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.generate_with(hanging(stream("a").steps))

    async with aclosing(client.generate(ASK)) as items:
        found = [item async for item in items]

    assert [type(item) for item in found] == [Piece, Finished]
    assert await asyncio.to_thread(ollama.requests[0].wait_for_end) == "client_closed"


async def test_a_connection_that_breaks_after_the_last_line_is_still_a_good_answer(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.generate_with(Answer((Send(token_line("a")), Send(last_line()), HangUp())))

    async with aclosing(client.generate(ASK)) as items:
        found = [item async for item in items]

    assert [type(item) for item in found] == [Piece, Finished]


async def test_a_model_that_is_not_installed(client: OllamaServer) -> None:
    _, error = await failure(client, GenerateRequest("nope:1b", "x", num_predict=1, num_ctx=512))

    assert (type(error), str(error)) == (
        ModelMissing,
        "Ollama said: model 'nope:1b' not found. Run `ollama pull nope:1b`.",
    )


async def test_the_details_of_a_model_that_is_not_installed(client: OllamaServer) -> None:
    with pytest.raises(ModelMissing, match="ollama pull nope:1b"):
        await client.details("nope:1b")


async def test_a_prompt_over_the_window_is_refused_not_cut(client: OllamaServer) -> None:
    _, error = await failure(client, GenerateRequest(MODEL, "x" * 4096, num_predict=1, num_ctx=512))

    assert type(error) is PromptTooLong


@pytest.mark.parametrize("path", ["/api/version", "/api/tags", "/api/ps", "/api/show"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(page("My Router"), UnexpectedAnswer, id="page"),
        pytest.param(raw(b"[]"), UnexpectedAnswer, id="json-of-another-shape"),
        pytest.param(raw(b'{"models": [7], "version": 7, "model_info": 7}'), UnexpectedAnswer, id="wrong-types"),
        pytest.param(raw(b'{"version'), UnexpectedAnswer, id="torn-json"),
        pytest.param(raw(), UnexpectedAnswer, id="nothing"),
        pytest.param(redirect("http://elsewhere.example/"), UnexpectedAnswer, id="redirect"),
        pytest.param(refusal(500, "broken"), GenerationFailed, id="broken"),
        pytest.param(Answer((Send(b"{"), HangUp())), ServerUnreachable, id="hung-up"),
    ],
)
async def test_a_control_request_fails_as_clearly(
    ollama: ScriptedOllama, client: OllamaServer, path: str, answer: Answer, kind: type[ServerError]
) -> None:
    ollama.answer_with(path, answer)
    ask = {"/api/version": client.version, "/api/tags": client.models, "/api/ps": client.running}

    with pytest.raises(ServerError) as failed:
        await (ask[path]() if path in ask else client.details(MODEL))

    assert type(failed.value) is kind


@pytest.mark.parametrize("answer", [hanging(headers_first=False), hanging((Send(b"{"),))], ids=["head", "body"])
async def test_a_control_request_that_hangs_ends_in_a_timeout(
    ollama: ScriptedOllama, hasty: OllamaServer, answer: Answer
) -> None:
    ollama.answer_with("/api/version", answer)

    with pytest.raises(ServerTimeout):
        await hasty.version()


async def test_an_endless_control_answer_is_not_read_to_its_end(ollama: ScriptedOllama, client: OllamaServer) -> None:
    ollama.answer_with("/api/tags", raw(*[b" " * 65536] * 100))

    with pytest.raises(UnexpectedAnswer, match="sent more than 4 MiB in one answer"):
        await client.models()


async def test_a_redirect_leads_nothing_to_where_it_points(ollama: ScriptedOllama, client: OllamaServer) -> None:
    with ScriptedOllama() as elsewhere:
        ollama.generate_with(redirect(f"{elsewhere.endpoint}/api/generate"))
        await failure(client)

        assert elsewhere.requests == []


async def test_nobody_listening_is_said_with_how_to_start_one() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        client = OllamaServer(parse_endpoint(f"localhost:{port}"), timeout_ms=5000)

        _, error = await failure(client)

    await client.aclose()
    assert (type(error), str(error)) == (ServerUnreachable, f"Nothing answers at http://localhost:{port}. {START}")


async def test_tls_to_a_server_without_it_is_not_called_absent(ollama: ScriptedOllama) -> None:
    client = OllamaServer(parse_endpoint(f"https://127.0.0.1:{ollama.port}"), timeout_ms=5000)

    _, error = await failure(client)

    await client.aclose()
    assert (type(error), error.message) == (
        UnexpectedAnswer,
        f"https://127.0.0.1:{ollama.port} did not complete a TLS handshake.",
    )


async def test_a_service_that_does_not_speak_http() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"-ERR unknown command\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        client = OllamaServer(parse_endpoint(f"127.0.0.1:{server.sockets[0].getsockname()[1]}"), timeout_ms=5000)
        with pytest.raises(UnexpectedAnswer, match="does not speak HTTP as Ollama does"):
            await client.version()
        await client.aclose()


async def test_a_killed_server_is_lost_in_mid_stream_and_found_on_the_same_port(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    ollama.generate_with(hanging((Send(token_line("a")),)), stream("fine"))
    generation = asyncio.create_task(failure(client))
    await asyncio.to_thread(ollama.wait_for_requests, 1)
    ollama.stop()
    _, lost = await generation
    _, refused = await failure(client)
    ollama.start()

    async with aclosing(client.generate(ASK)) as items:
        first = await anext(items)
    assert (type(lost), type(refused), first) == (ServerUnreachable, ServerUnreachable, Piece("fine"))


async def test_a_restarted_server_is_not_asked_over_the_old_connection(
    ollama: ScriptedOllama, client: OllamaServer
) -> None:
    await client.version()
    ollama.stop()
    ollama.start()

    assert await client.version() == "0.33.0"
