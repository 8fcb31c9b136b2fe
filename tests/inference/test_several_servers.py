"""Several servers as one: who serves, who comes next, and never two generations on one."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from holdfast.errors import (
    GenerationFailed,
    ModelMissing,
    ServerBusy,
    ServerError,
    ServerTimeout,
    ServerUnreachable,
)
from holdfast.inference.local_models import LocalModels
from holdfast.inference.model_server import Finished, GenerateRequest, InstalledModel, ModelServer, Piece, RunningModel
from holdfast.inference.several_servers import NamedServer, SeveralServers
from played_server import PlayedServer

ASK = GenerateRequest("m", "x", num_predict=8, num_ctx=512)
GONE = ServerUnreachable("Nothing answers.")
BUSY = ServerBusy("It is full.")
END = Finished("stop", 3, 1, 0, 0, 0)


def several(**servers: ModelServer) -> SeveralServers:
    return SeveralServers([NamedServer(name, server) for name, server in servers.items()])


async def who_served(server: SeveralServers, request: GenerateRequest = ASK) -> str:
    async with aclosing(server.generate(request)) as items:
        found = [item async for item in items]
    end = found[-1]
    assert isinstance(end, Finished)
    return end.server


async def test_the_first_serves_and_its_answer_says_so() -> None:
    first, second = PlayedServer(), PlayedServer()
    server = several(a=first, b=second)

    async with aclosing(server.generate(ASK)) as items:
        found = [item async for item in items]

    await server.aclose()
    assert found == [Piece("pass", server="a"), Finished("stop", 3, 1, 0, 0, 0, server="a", is_fallback=False)]
    assert (len(first.asked), len(second.asked)) == (1, 0)


async def test_while_one_generates_the_next_free_one_serves() -> None:
    server = several(a=PlayedServer(), b=PlayedServer())

    async with aclosing(server.generate(ASK)) as open_one:
        await anext(open_one)
        other = await who_served(server)

    await server.aclose()
    assert other == "b"


async def test_no_server_holds_two_generations() -> None:
    server = several(a=PlayedServer(), b=PlayedServer())

    async with aclosing(server.generate(ASK)) as one, aclosing(server.generate(ASK)) as two:
        await anext(one)
        await anext(two)
        with pytest.raises(ServerBusy, match="is generating for this window"):
            await who_served(server)
    again = await who_served(server)

    await server.aclose()
    assert again == "b"


async def test_the_one_that_served_last_serves_again_as_its_cache_is_warm() -> None:
    first = PlayedServer(errors=[GONE])
    server = several(a=first, b=PlayedServer())

    names = [await who_served(server)]
    await server.version()  # the first is found again
    names += [await who_served(server), await who_served(server)]

    await server.aclose()
    assert names == ["b", "b", "b"]


@pytest.mark.parametrize("error", [GONE, BUSY, ModelMissing("not here")], ids=["gone", "full", "without-the-model"])
async def test_a_request_that_fails_before_its_first_token_goes_to_the_next(error: ServerError) -> None:
    first = PlayedServer(errors=[error])
    server = several(a=first, b=PlayedServer())

    name = await who_served(server)

    await server.aclose()
    assert (name, first.open_now) == ("b", 0)


@pytest.mark.parametrize("error", [ServerTimeout("silent"), GenerationFailed("broken")], ids=["silent", "broken"])
async def test_what_took_its_time_or_broke_is_not_asked_again_elsewhere_by_itself(error: ServerError) -> None:
    second = PlayedServer()
    server = several(a=PlayedServer(errors=[error]), b=second)

    with pytest.raises(type(error)):
        await who_served(server)

    await server.aclose()
    assert second.asked == []


async def test_a_server_that_was_silent_is_passed_over_at_the_next_request() -> None:
    server = several(a=PlayedServer(errors=[ServerTimeout("silent")]), b=PlayedServer())
    with pytest.raises(ServerTimeout):
        await who_served(server)

    name = await who_served(server)

    await server.aclose()
    assert name == "b"


async def test_text_that_came_is_not_generated_again_elsewhere() -> None:
    second = PlayedServer()
    server = several(a=PlayedServer(items=[Piece("half"), GONE]), b=second)

    with pytest.raises(ServerUnreachable):
        await who_served(server)

    await server.aclose()
    assert second.asked == []


async def test_a_lost_server_is_passed_over_until_its_health_finds_it() -> None:
    first = PlayedServer(versions=[GONE, "1.0"])
    server = several(a=first, b=PlayedServer())
    await server.version()
    states = [dict(server.states)]

    await who_served(server)
    await server.version()
    states.append(dict(server.states))

    await server.aclose()
    assert (states, first.asked) == ([{"a": False, "b": True}, {"a": True, "b": True}], [])


async def test_the_version_is_of_the_first_that_is_there_and_the_error_of_the_first_where_none_is() -> None:
    server = several(a=PlayedServer(versions=[GONE, GONE]), b=PlayedServer(versions=["2.0", BUSY]))

    found = await server.version()
    with pytest.raises(ServerUnreachable, match="Nothing answers"):
        await server.version()
    with pytest.raises(ServerUnreachable, match="Nothing answers"):
        await who_served(server)
    with pytest.raises(ServerUnreachable):
        await server.models()

    await server.aclose()
    assert found == "2.0"


async def test_a_request_goes_only_where_its_model_is() -> None:
    first, second = PlayedServer(names=("a",)), PlayedServer(names=("b", "m"))
    server = several(a=first, b=second)
    names = [model.name for model in await server.models()]

    where = [await who_served(server), await who_served(server, GenerateRequest("a", "x", num_predict=8, num_ctx=512))]
    with pytest.raises(ModelMissing, match="No server that answers has the model z"):
        await who_served(server, GenerateRequest("z", "x", num_predict=8, num_ctx=512))

    await server.aclose()
    assert (names, where) == (["a", "b", "m"], ["b", "a"])


async def test_a_model_on_both_is_listed_once_as_the_first_has_it() -> None:
    server = several(a=PlayedServer(names=("m",), size=1), b=PlayedServer(names=("m",), size=2))

    models = await server.models()

    await server.aclose()
    assert models == (InstalledModel("m", "", "", "", "", 1, is_remote=False),)


async def test_one_that_fails_to_list_does_not_hide_the_others() -> None:
    server = several(a=PlayedServer(list_error=GONE), b=PlayedServer(names=("m",)))

    found = ([model.name for model in await server.models()], await server.running(), (await server.details("m")).name)

    await server.aclose()
    assert found == (["m"], (RunningModel("m", 0, 0, 0),), "m")
    assert server.states == {"a": False, "b": True}


async def test_details_of_a_model_that_nobody_has() -> None:
    server = several(a=PlayedServer(names=("m",)))
    await server.models()

    with pytest.raises(ModelMissing, match="No server has the model z"):
        await server.details("z")

    await server.aclose()


async def test_closing_closes_all_of_them_and_every_search() -> None:
    first, second = PlayedServer(versions=[GONE]), PlayedServer()
    server = several(a=first, b=second)
    await server.version()

    await server.aclose()

    assert (first.is_closed, second.is_closed) == (True, True)


async def test_what_a_cache_says_is_kept() -> None:
    server = several(a=PlayedServer(items=[Piece("x"), replace(END, cached_tokens=2)]))

    async with aclosing(server.generate(ASK)) as items:
        found = [item async for item in items]

    await server.aclose()
    assert found == [Piece("x", server="a"), replace(END, cached_tokens=2, server="a")]


async def test_one_that_hangs_keeps_nobody_from_another_and_serves_once_it_answers() -> None:
    wakes = asyncio.Event()
    hung = PlayedServer(waits_for=wakes, names=("h",))
    server = several(a=hung, b=PlayedServer())

    async with asyncio.timeout(10):
        found = (await server.version(), [model.name for model in await server.models()], await who_served(server))
    wakes.set()
    await server.version()

    assert found == ("1.0", ["m"], "b")
    assert [model.name for model in await server.models()] == ["h", "m"]
    await server.aclose()


async def test_all_that_hang_are_waited_for() -> None:
    server = several(a=PlayedServer(waits_for=asyncio.Event()), b=PlayedServer(waits_for=asyncio.Event()))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.6):
            await server.version()

    await server.aclose()


async def test_a_server_that_passes_the_model_on_gets_no_prompt_and_the_next_one_serves() -> None:
    passing = PlayedServer(remote=("m",))
    server = several(a=LocalModels(passing, ()), b=LocalModels(PlayedServer(), ()))

    name = await who_served(server)

    await server.aclose()
    assert (name, passing.asked) == ("b", [])


async def test_a_server_that_was_taken_for_lost_is_there_once_it_has_answered() -> None:
    first = PlayedServer(versions=[GONE])
    server = several(a=first, b=PlayedServer())
    states = []

    async with aclosing(server.generate(ASK)) as items:
        await anext(items)
        first.list_error = GONE
        await server.models()
        states.append(server.states["a"])
        async for _ in items:
            states.append(server.states["a"])

    await server.aclose()
    assert states == [False, True]
