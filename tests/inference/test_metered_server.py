"""What a request costs is told once it has ended, however it ended; and nothing is asked once the budget is used up."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

import pytest

from holdfast.errors import (
    AnswerTorn,
    BudgetReached,
    ModelMissing,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
)
from holdfast.inference.metered_server import MeteredEmbeddingServer, MeteredServer
from holdfast.inference.model_server import (
    EmbedRequest,
    Finished,
    GenerateRequest,
    InstalledModel,
    ModelDetails,
    Piece,
    ScoredToken,
)
from holdfast.spending import Spending
from played_server import PlayedServer

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


def metered(server: PlayedServer, books: Books) -> MeteredServer:
    return MeteredServer(server, books, name=SERVER, count_tokens=lambda text: len(text) // 3)


async def hear(stream: AsyncGenerator[Piece | Finished, None], *, pieces: int | None = None) -> None:
    """Listen to the end, or let go after so many pieces."""
    with suppress(ServerError):
        async with aclosing(stream) as items:
            async for item in items:
                if isinstance(item, Piece) and pieces is not None:
                    pieces -= 1
                    if not pieces:
                        return


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
        pytest.param(
            [Piece("a", server="http://127.0.0.1:2"), Finished("stop", 3, 1, 0, 0, 0, server="http://127.0.0.1:2")],
            [spent(3, 1, 0, server="http://127.0.0.1:2")],
            id="one of several servers",
        ),
        pytest.param(
            [Piece("a", server="b", fallback_model="n"), Finished("stop", 3, 1, 0, 0, 0, server="b", is_fallback=True)],
            [spent(3, 1, 0, server="b", model="n", is_fallback=True)],
            id="a fallback",
        ),
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
    class Silent(PlayedServer):
        async def generate(
            self, request: GenerateRequest, *, first_token_ms: int | None = None
        ) -> AsyncGenerator[Piece | Finished, None]:
            del request, first_token_ms
            await asyncio.Event().wait()
            yield COUNTED

    books = Books()
    task = asyncio.create_task(hear(metered(Silent(), books).generate(ASK)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

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


async def test_a_model_off_this_machine_is_told_apart() -> None:
    books = Books()
    server = metered(PlayedServer([replace(COUNTED, is_remote=True)]), books)
    await hear(server.generate(ASK))

    assert books.entries == [spent(40, 5, 0, is_remote=True)]


async def test_an_answer_by_a_model_here_is_local_though_another_server_passes_that_name_on() -> None:
    class Remote(PlayedServer):
        async def models(self) -> tuple[InstalledModel, ...]:
            return (InstalledModel("m", "", "", "", "", 0, is_remote=True),)

    books = Books()
    server = metered(Remote([COUNTED]), books)
    await server.models()
    await hear(server.generate(ASK))

    assert books.entries == [spent(40, 5, 0)]


async def test_an_answer_of_the_fallback_without_text_is_the_fallbacks() -> None:
    books = Books()
    end = replace(COUNTED, server="box", is_fallback=True, fallback_model="other")
    await hear(metered(PlayedServer([end]), books).generate(ASK))

    assert [(entry.server, entry.model, entry.is_fallback) for entry in books.entries] == [("box", "other", True)]


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
