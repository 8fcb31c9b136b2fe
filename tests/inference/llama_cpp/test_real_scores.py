"""The probabilities that a real llama.cpp gives, against its own words for them."""

import json
import math
from collections.abc import Iterator
from contextlib import aclosing

import httpx
import pytest

from holdfast.inference.model_server import GenerateRequest, Piece
from llama_engine import RunningEngine, needs_engine, running_engine

pytestmark = needs_engine
ASK = GenerateRequest("tiny", "def first(items):\n    return ", num_predict=24, num_ctx=2048, with_logprobs=True)


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningEngine]:
    with running_engine(2048) as engine:
        yield engine


async def pieces(engine: RunningEngine) -> list[Piece]:
    client = engine.client()
    try:
        async with aclosing(client.generate(ASK)) as items:
            return [item async for item in items if isinstance(item, Piece)]
    finally:
        await client.aclose()


async def test_every_token_comes_with_a_probability_and_its_text(engine: RunningEngine) -> None:
    said = await pieces(engine)

    assert said
    assert ["".join(token.text for token in piece.tokens) for piece in said] == [piece.text for piece in said]
    assert all(0 < math.exp(token.logprob) <= 1 for piece in said for token in piece.tokens)


async def test_they_are_those_before_sampling_so_that_the_likeliest_token_is_not_always_certain(
    engine: RunningEngine,
) -> None:
    said = await pieces(engine)
    first = said[0].tokens[0]
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {engine.key}"}, timeout=60) as client:
        body = {"model": "tiny", "prompt": ASK.prompt, "n_predict": 1, "temperature": 0.0, "n_probs": 5}
        answer = json.loads((await client.post(f"{engine.endpoint.url}/completion", json=body)).content)
    likeliest = answer["completion_probabilities"][0]["top_logprobs"]

    assert first.text == likeliest[0]["token"]
    assert first.logprob == pytest.approx(likeliest[0]["logprob"], abs=1e-3)
    assert likeliest[0]["logprob"] > likeliest[1]["logprob"] > -math.inf
