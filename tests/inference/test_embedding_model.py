"""Which model embeds, and which answers count."""

from collections.abc import AsyncIterator, Iterator

import pytest

from embedding_window import EMBEDDER
from holdfast.errors import ModelMissing, RemoteEndpoint, UnexpectedAnswer
from holdfast.inference.embedding_model import EmbeddingModel
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.ollama.client import OllamaServer
from scripted_answer import embeddings
from scripted_models import ScriptedModel, toy_vector
from scripted_ollama import ScriptedOllama

CLOUD = ScriptedModel(name="embed:cloud", capabilities=("embedding",))


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama(models=[EMBEDDER, CLOUD]) as server:
        yield server


@pytest.fixture
async def server(ollama: ScriptedOllama) -> AsyncIterator[OllamaServer]:
    made = OllamaServer(parse_endpoint(ollama.endpoint), timeout_ms=5000)
    yield made
    await made.aclose()


def model(server: OllamaServer, wanted: str = "toy-embed", allowed: tuple[str, ...] = ()) -> EmbeddingModel:
    return EmbeddingModel(server, wanted, allowed, keep_alive=None)


async def test_it_embeds_once_it_is_chosen(server: OllamaServer) -> None:
    chosen = model(server)
    key = await chosen.choose()

    assert key == chosen.key
    assert key.startswith("toy-embed:latest ")
    assert await chosen.embed(["two words", "else"], patience_ms=5000) == [toy_vector("two words"), toy_vector("else")]


async def test_nothing_is_sent_before_it_is_chosen(server: OllamaServer, ollama: ScriptedOllama) -> None:
    with pytest.raises(ModelMissing):
        await model(server).embed(["text"], patience_ms=5000)

    assert ollama.requests == []


async def test_a_model_that_is_not_there_is_missed_by_its_name(server: OllamaServer) -> None:
    with pytest.raises(ModelMissing, match="ollama pull nomic-embed-text"):
        await model(server, "nomic-embed-text").choose()


async def test_a_model_in_the_cloud_is_refused(server: OllamaServer) -> None:
    chosen = model(server, CLOUD.name)
    with pytest.raises(RemoteEndpoint):
        await chosen.choose()

    assert (chosen.key, chosen.is_remote) == ("", False)


async def test_a_model_in_the_cloud_that_is_allowed_is_known_as_one(server: OllamaServer) -> None:
    chosen = model(server, CLOUD.name, (CLOUD.name,))
    await chosen.choose()

    assert chosen.is_remote


async def test_a_model_that_is_gone_is_asked_no_more(server: OllamaServer, ollama: ScriptedOllama) -> None:
    chosen = model(server)
    await chosen.choose()
    ollama.models.clear()
    with pytest.raises(ModelMissing):
        await chosen.choose()

    assert chosen.key == ""


@pytest.mark.parametrize(
    "vectors",
    [[], [[1.0]], [[1.0], [1.0, 2.0]], [[], []], [[1.0], [0.0]], [[1.0], [float("nan")]], [[1.0] * 9000] * 2],
    ids=["none", "too few", "two dimensions", "empty", "no direction", "nan", "too long"],
)
async def test_vectors_that_cannot_be_are_refused(
    server: OllamaServer, ollama: ScriptedOllama, vectors: list[list[float]]
) -> None:
    chosen = model(server)
    await chosen.choose()
    ollama.answer_with("/api/embed", embeddings(vectors))

    with pytest.raises(UnexpectedAnswer):
        await chosen.embed(["one", "two"], patience_ms=5000)
