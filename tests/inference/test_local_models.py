"""No prompt reaches a model that runs elsewhere, whoever was asked what it is."""

from contextlib import aclosing
from dataclasses import replace

import pytest

from holdfast.errors import RemoteEndpoint, ServerError
from holdfast.inference.local_models import LocalModels
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from played_server import PlayedServer

ASK = GenerateRequest("m", "x", num_predict=8, num_ctx=512)


def items_of(server: PlayedServer) -> list[Piece | Finished]:
    return [item for item in server.items if not isinstance(item, ServerError)]


async def answer(server: LocalModels) -> list[Piece | Finished]:
    async with aclosing(server.generate(ASK)) as items:
        return [item async for item in items]


@pytest.mark.parametrize("asked_before", [True, False], ids=["after-its-details", "unasked"])
async def test_a_remote_model_is_refused_before_anything_is_sent(*, asked_before: bool) -> None:
    behind = PlayedServer(remote=("m",))
    server = LocalModels(behind, ("other",))
    if asked_before:
        assert (await server.details("m")).is_remote

    with pytest.raises(RemoteEndpoint, match="The model m runs on another machine"):
        await answer(server)

    assert behind.asked == []


@pytest.mark.parametrize(
    ("remote", "allowed"), [((), ()), (("m",), ("m",))], ids=["on-this-machine", "remote-and-allowed"]
)
async def test_any_other_is_asked(remote: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    behind = PlayedServer(remote=remote)

    found = await answer(LocalModels(behind, allowed))

    assert found == [replace(item, is_remote=bool(remote)) for item in items_of(behind)]
    assert behind.asked == [ASK]


async def test_a_name_that_becomes_a_remote_model_is_refused_from_the_next_list_on() -> None:
    behind = PlayedServer()
    server = LocalModels(behind, ())
    await answer(server)
    behind.remote = ("m",)
    await server.models()

    with pytest.raises(RemoteEndpoint):
        await answer(server)

    assert behind.asked == [ASK]
