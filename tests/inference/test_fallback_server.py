"""The fallback answers only what its owner named, says so, and is counted apart."""

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
)
from holdfast.inference.fallback_server import Case, FallbackServer, rewritten_for
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.several_servers import NamedServer
from played_server import PlayedServer

ASK = GenerateRequest("m", "x", num_predict=8, num_ctx=512)
GONE = ServerUnreachable("Nothing answers.")


def to_other(request: GenerateRequest) -> GenerateRequest:
    return replace(request, model="other")


def with_fallback(first: PlayedServer, second: PlayedServer, *cases: Case, fits: bool = True) -> FallbackServer:
    return FallbackServer(
        first,
        NamedServer("box", second),
        model="other",
        cases=cases,
        rewrite=to_other if fits else lambda _: None,
    )


async def answer(server: FallbackServer) -> list[Piece | Finished]:
    async with aclosing(server.generate(ASK)) as items:
        return [item async for item in items]


async def test_a_good_answer_of_the_first_is_passed_on_as_it_is() -> None:
    second = PlayedServer()
    server = with_fallback(PlayedServer(), second, "failed", "timeout")

    assert await answer(server) == [Piece("pass"), Finished("stop", 3, 1, 0, 0, 0)]
    assert second.asked == []


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("failed", GONE),
        ("failed", ServerBusy("full")),
        ("failed", GenerationFailed("broken")),
        ("failed", AnswerTorn("torn")),
        ("timeout", ServerTimeout("silent")),
    ],
    ids=["gone", "full", "broken", "torn", "silent"],
)
async def test_a_failure_that_is_named_goes_to_the_fallback_which_is_named_and_counted(
    case: Case, error: ServerError
) -> None:
    first, second = PlayedServer(errors=[error]), PlayedServer()
    server = with_fallback(first, second, case)

    found = await answer(server)

    assert found == [
        Piece("pass", server="box", fallback_model="other"),
        Finished("stop", 3, 1, 0, 0, 0, server="box", is_fallback=True, fallback_model="other"),
    ]
    assert second.asked == [replace(ASK, model="other")]
    assert first.open_now == 0


@pytest.mark.parametrize(
    ("cases", "error"),
    [
        (("timeout",), GONE),
        (("failed",), ServerTimeout("silent")),
        (("failed", "timeout"), ModelMissing("none")),
        (("failed", "timeout"), PromptTooLong("long")),
        ((), GONE),
    ],
    ids=["gone", "silent", "no-model", "too-long", "off"],
)
async def test_any_other_failure_stays_one(cases: tuple[Case, ...], error: ServerError) -> None:
    second = PlayedServer()
    server = with_fallback(PlayedServer(errors=[error]), second, *cases)

    with pytest.raises(type(error)):
        await answer(server)

    assert second.asked == []


async def test_what_broke_off_after_its_first_token_is_not_asked_elsewhere() -> None:
    second = PlayedServer()
    server = with_fallback(PlayedServer(items=[Piece("half"), GONE]), second, "failed")

    with pytest.raises(ServerUnreachable):
        await answer(server)

    assert second.asked == []


async def test_a_prompt_in_another_models_words_is_not_sent() -> None:
    second = PlayedServer()
    server = with_fallback(PlayedServer(errors=[GONE]), second, "failed", fits=False)

    with pytest.raises(ServerUnreachable):
        await answer(server)

    assert second.asked == []


async def test_the_failure_of_the_fallback_is_told_as_its_own() -> None:
    server = with_fallback(PlayedServer(errors=[GONE]), PlayedServer(errors=[ServerBusy("box is full")]), "failed")

    with pytest.raises(ServerBusy, match="box is full"):
        await answer(server)


async def test_while_the_first_is_away_the_version_says_who_answers() -> None:
    server = with_fallback(PlayedServer(versions=["1.0", GONE]), PlayedServer(versions=["2.0"]), "failed")

    assert [await server.version(), await server.version()] == ["1.0", "2.0 (fallback: box)"]


async def test_while_the_first_is_away_the_models_are_the_fallbacks() -> None:
    server = with_fallback(PlayedServer(list_error=GONE), PlayedServer(names=("other",)), "failed")

    found = ([model.name for model in await server.models()], [model.name for model in await server.running()])

    assert (found, (await server.details("other")).name) == ((["other"], ["other"]), "other")


async def test_while_the_first_is_away_the_fallbacks_model_stands_for_the_one_that_is_wanted() -> None:
    first = PlayedServer(names=("big",), list_error=GONE, versions=[GONE], errors=[GONE])
    second = PlayedServer(names=("other", "third"))
    cases: tuple[Case, ...] = ("failed",)
    server = FallbackServer(
        first, NamedServer("box", second), model="other", cases=cases, wanted="big", rewrite=to_other
    )

    found = ([model.name for model in await server.models()], (await server.details("big")).name)
    pieces = await answer(server)

    assert found == (["big"], "big")
    assert pieces[0] == Piece("pass", server="box", fallback_model="other")
    assert [request.model for request in second.asked] == ["other"]


async def test_a_first_one_that_hangs_is_not_waited_for_while_the_fallback_stands_in() -> None:
    first = PlayedServer(list_error=GONE, versions=[GONE, "1.0"])
    second = PlayedServer(names=("other",))
    server = with_fallback(first, second, "failed")
    await server.details("m")

    for _ in range(3):
        await answer(server)

    assert (first.asked, len(second.asked), first.versions) == ([], 3, ["1.0"])


async def test_once_the_first_is_back_its_own_model_is_chosen_before_it_is_asked() -> None:
    first = PlayedServer(list_error=GONE, versions=["1.0"])
    server = with_fallback(first, PlayedServer(names=("other",)), "failed")
    await server.details("m")

    with pytest.raises(ModelMissing, match="is back"):
        await answer(server)

    assert first.asked == []
    first.list_error = None
    await server.details("m")
    assert await answer(server) == list(first.items)


async def test_where_that_case_is_not_named_the_first_is_simply_away() -> None:
    server = with_fallback(PlayedServer(list_error=GONE, versions=[GONE]), PlayedServer(), "timeout")

    for question in (server.version, server.models, server.running):
        with pytest.raises(ServerUnreachable):
            await question()


async def test_closing_closes_both() -> None:
    first, second = PlayedServer(), PlayedServer()

    await with_fallback(first, second).aclose()

    assert (first.is_closed, second.is_closed) == (True, True)


QWEN = "<|file_sep|>a.py\n<|fim_prefix|>x = <|fim_suffix|>\n<|fim_middle|>"
STARCODER = "<fim_prefix>x = <fim_suffix>\n<fim_middle>"


@pytest.mark.parametrize(
    ("model", "prompt", "is_asked"),
    [
        pytest.param("qwen2.5-coder:7b", QWEN, True, id="its-own-words"),
        pytest.param("qwen2.5-coder:7b", STARCODER, False, id="another-familys-words"),
        pytest.param("starcoder2:3b", QWEN, False, id="another-familys-words-the-other-way"),
        pytest.param("qwen2.5-coder:7b", "<|fim_suffix|>\n<|fim_prefix|>x = <|fim_middle|>", False, id="another-order"),
        pytest.param("qwen2.5-coder:7b", "<|fim_suffix|>x = <|fim_middle|>", False, id="without-the-first"),
        pytest.param("qwen2.5-coder:7b", "x = ", False, id="no-control-tokens"),
        pytest.param("somebodys-model", QWEN, False, id="of-no-known-family"),
        pytest.param("m", "x = ", True, id="the-very-same-model"),
    ],
)
def test_a_raw_prompt_goes_only_to_a_model_that_reads_its_words(model: str, prompt: str, *, is_asked: bool) -> None:
    request = replace(ASK, prompt=prompt)

    assert rewritten_for(model)(request) == (replace(request, model=model) if is_asked else None)


def test_what_the_server_puts_into_a_template_goes_to_any_model() -> None:
    request = replace(ASK, suffix="\n")

    assert rewritten_for("somebodys-model")(request) == replace(request, model="somebodys-model")
