"""What a request costs is told once it has ended, however it ended; and nothing is asked once the budget is used up."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from heard_answers import hear, let_go_of
from holdfast.errors import (
    AnswerTorn,
    BudgetReached,
    ModelMissing,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
)
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.fallback_server import FallbackServer
from holdfast.inference.local_models import LocalModels
from holdfast.inference.metered_server import MeteredEmbeddingServer, MeteredServer
from holdfast.inference.model_server import (
    EmbedRequest,
    Finished,
    GenerateRequest,
    ModelDetails,
    ModelServer,
    Piece,
    ScoredToken,
)
from holdfast.inference.ollama.client import OllamaServer
from holdfast.inference.several_servers import NamedServer, SeveralServers
from holdfast.spending import Spending
from played_server import PlayedServer
from scripted_answer import hanging
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama

ASK = GenerateRequest("m", "twelve bytes", num_predict=16, num_ctx=2048)
COUNTED = Finished("stop", prompt_tokens=40, generated_tokens=5, prompt_ns=0, generate_ns=0, load_ns=0)
SERVER = "http://127.0.0.1:11434"


@dataclass(slots=True)
class Books:
    """A meter that writes down what it is told."""

    refused: ServerError | None = None
    entries: list[Spending] = field(default_factory=list)

    def refusal(self) -> ServerError | None:
        return self.refused

    def spent(self, spending: Spending) -> None:
        self.entries.append(spending)


def to_other(request: GenerateRequest) -> GenerateRequest:
    return replace(request, model="other")


def metered(server: ModelServer, books: Books) -> MeteredServer:
    return MeteredServer(server, books, name=SERVER, count_tokens=lambda text: len(text) // 3)


def spent(*numbers: int, **more: object) -> Spending:
    prompt, answer, estimated = numbers
    return Spending(
        str(more.get("server", SERVER)),
        str(more.get("model", "m")),
        "completion",
        prompt,
        answer,
        estimated,
        is_fallback=bool(more.get("is_fallback")),
        is_remote=bool(more.get("is_remote")),
    )


OF_FALLBACK = spent(40, 5, 0, server="box", model="other", is_fallback=True)
SCORED = Piece("a b", tokens=(ScoredToken("a", -1), ScoredToken(" b", -1)))


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([Piece("a"), COUNTED], [spent(40, 5, 0)], id="as the server counts"),
        pytest.param(
            [Piece("a"), Finished("stop", 0, 7, 0, 0, 0)], [spent(4, 7, 4)], id="a server that counts no prompt"
        ),
        pytest.param([Piece("a"), Piece("b"), AnswerTorn("torn")], [spent(4, 2, 6)], id="torn"),
        pytest.param([SCORED, AnswerTorn("torn")], [spent(4, 2, 6)], id="two tokens in one piece"),
        pytest.param([ServerTimeout("slow")], [spent(4, 0, 4)], id="it was sent, and nothing came"),
        pytest.param([ServerUnreachable("gone")], [], id="it never arrived"),
        pytest.param([ServerBusy("full")], [], id="it was not taken"),
        pytest.param([ModelMissing("none")], [], id="nobody read it"),
    ],
)
async def test_an_answer_costs_what_was_counted_or_else_what_was_sent_and_came(
    items: Sequence[Piece | Finished | ServerError], expected: list[Spending]
) -> None:
    books = Books()

    await hear(metered(PlayedServer(items), books).generate(ASK))

    assert books.entries == expected


async def test_an_answer_that_is_let_go_costs_what_was_sent_and_came() -> None:
    books, server = Books(), PlayedServer([Piece("a"), Piece("b"), Piece("c"), COUNTED])

    await hear(metered(server, books).generate(ASK), pieces=2)

    assert books.entries == [spent(4, 2, 6)]
    assert server.open_now == 0


async def test_one_that_is_cancelled_while_it_waits_costs_its_prompt() -> None:
    books = Books()
    with ScriptedOllama(models=(ScriptedModel(name="m"),)) as scripted:
        scripted.generate_with(hanging(headers_first=False))
        server = metered(OllamaServer(parse_endpoint(scripted.endpoint), timeout_ms=5000), books)
        await let_go_of(scripted, "/api/generate", server, ASK)

    assert books.entries == [spent(4, 0, 4)]


async def test_reading_a_prompt_ahead_is_told_apart() -> None:
    books = Books()

    await hear(metered(PlayedServer([COUNTED]), books).generate(GenerateRequest("m", "p", num_predict=1, num_ctx=2048)))

    assert [entry.purpose for entry in books.entries] == ["priming"]


async def test_a_budget_that_is_used_up_lets_nothing_through() -> None:
    books, server = Books(BudgetReached("Used up.")), PlayedServer([Piece("a"), COUNTED])

    with pytest.raises(BudgetReached):
        await anext(metered(server, books).generate(ASK))

    assert (server.asked, books.entries) == ([], [])


@pytest.mark.parametrize(
    ("items", "errors", "expected"),
    [
        pytest.param([COUNTED], [], spent(40, 5, 0, is_remote=True), id="answered"),
        pytest.param([], [ServerTimeout("slow")], spent(4, 0, 4, is_remote=True), id="silent"),
    ],
)
async def test_a_model_off_this_machine_is_told_apart(
    items: list[Piece | Finished], errors: list[ServerError], expected: Spending
) -> None:
    books = Books()
    played = PlayedServer(items, errors, remote=("m",))
    await hear(metered(LocalModels(played, ("m",)), books).generate(ASK))

    assert books.entries == [expected]


async def test_of_several_servers_each_is_told_for_itself() -> None:
    books = Books()
    remote = LocalModels(PlayedServer([COUNTED], [ServerTimeout("slow")], remote=("m",)), ("m",))
    several = SeveralServers([NamedServer("a", LocalModels(PlayedServer([COUNTED]), ())), NamedServer("b", remote)])
    server = metered(several, books)
    async with aclosing(server.generate(ASK)) as first:
        await anext(first)
        await hear(server.generate(ASK))
    await hear(server.generate(ASK))
    await server.aclose()

    assert books.entries == [spent(4, 0, 4, server="b", is_remote=True), *[spent(40, 5, 0, server="a")] * 2]


@pytest.mark.parametrize(
    ("failure", "items", "expected"),
    [
        pytest.param(ServerUnreachable("gone"), [COUNTED], [OF_FALLBACK], id="the first never got it"),
        pytest.param(ServerTimeout("slow"), [COUNTED], [spent(4, 0, 4), OF_FALLBACK], id="the first was silent"),
        pytest.param(
            ServerTimeout("slow"),
            [ServerTimeout("slow")],
            [spent(4, 0, 4), spent(4, 0, 4, server="box", model="other", is_fallback=True)],
            id="both were silent",
        ),
        pytest.param(ServerTimeout("slow"), [ServerBusy("full")], [spent(4, 0, 4)], id="the fallback did not take it"),
    ],
)
async def test_each_attempt_is_told_where_the_fallback_is_asked(
    failure: ServerError, items: list[Piece | Finished | ServerError], expected: list[Spending]
) -> None:
    books = Books()
    server = FallbackServer(
        PlayedServer(errors=[failure]),
        NamedServer("box", PlayedServer(items)),
        model="other",
        cases=("failed", "timeout"),
        rewrite=to_other,
    )
    await hear(metered(server, books).generate(ASK))

    assert books.entries == expected


async def test_every_other_question_is_passed_on() -> None:
    played = PlayedServer()
    server = metered(played, Books(BudgetReached("Used up.")))

    assert await server.version() == "1.0"
    assert [model.name for model in await server.models()] == ["m"]
    assert (await server.details("m")).name == "m"
    assert [model.name for model in await server.running()] == ["m"]
    await server.aclose()
    assert played.is_closed


class Embedding(PlayedServer):
    """It also embeds."""

    async def embed(self, request: EmbedRequest, *, patience_ms: int) -> list[list[float]]:
        del patience_ms
        return [[1.0] for _ in request.texts]

    async def details(self, name: str) -> ModelDetails:
        return ModelDetails(name, "", "", "", (), 0, 0, "", "", (), is_remote=False)


async def test_embeddings_are_reckoned_and_stop_with_the_budget() -> None:
    books = Books()
    server = MeteredEmbeddingServer(Embedding(), books, name=SERVER, count_tokens=len)
    request = EmbedRequest("e", ("abc", "de"))

    assert await server.embed(request, patience_ms=100) == [[1.0], [1.0]]
    books.refused = BudgetReached("Used up.")
    with pytest.raises(BudgetReached):
        await server.embed(request, patience_ms=100)

    assert books.entries == [Spending(SERVER, "e", "embedding", 5, 0, 5)]
