import asyncio
from contextlib import suppress

import pytest

from holdfast.errors import ModelMissing, ModelUnsupported, RemoteEndpoint, ServerUnreachable
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.model_choice import ModelChoice, choose_model
from holdfast.inference.model_server import InstalledModel, RunningModel
from playing_server import PlayingServer

SPECIAL = (*QWEN_CODER.control_tokens, "<|im_start|>")


def model(name: str, size: int = 1, *, remote: bool = False) -> InstalledModel:
    return InstalledModel(name, "", "", "", "", size, is_remote=remote)


def server(*installed: InstalledModel, loaded: tuple[str, ...] = (), special: tuple[str, ...] = ()) -> PlayingServer:
    return PlayingServer(
        lambda _, __: (),
        installed=installed,
        loaded=tuple(RunningModel(name, 1, 0, 4096) for name in loaded),
        special_tokens=special,
    )


SMALL, LARGE = model("qwen2.5-coder:1.5b", 1), model("qwen2.5-coder:7b", 7)
CHAT, CLOUD = model("llama3:8b", 1), model("qwen2.5-coder:480b-cloud", 0, remote=True)


@pytest.mark.parametrize(
    ("a_server", "name"),
    [
        pytest.param(server(LARGE, SMALL), SMALL.name, id="the-smallest"),
        pytest.param(server(LARGE, SMALL, loaded=(LARGE.name,)), LARGE.name, id="the-one-that-is-loaded"),
        pytest.param(server(LARGE, SMALL, loaded=(LARGE.name, SMALL.name)), SMALL.name, id="the-smallest-loaded"),
        pytest.param(server(CHAT, LARGE, loaded=(CHAT.name,)), LARGE.name, id="no-chat-model"),
        pytest.param(server(CLOUD, LARGE), LARGE.name, id="no-remote-model"),
    ],
)
async def test_auto_takes(a_server: PlayingServer, name: str) -> None:
    assert (await choose_model(a_server, "auto")).name == name


@pytest.mark.parametrize(
    ("wanted", "installed"),
    [("qwen2.5-coder:7b", "qwen2.5-coder:7b"), ("qwen2.5-coder", "qwen2.5-coder:latest")],
)
async def test_a_named_model(wanted: str, installed: str) -> None:
    chosen = await choose_model(server(SMALL, model(installed)), wanted)

    assert (chosen.name, chosen.family) == (installed, QWEN_CODER)


async def test_the_model_s_own_control_tokens_come_along() -> None:
    special = (*SPECIAL, "<|own|>", "\u2581<OWN>", "\n\n", "\u2581\u2581", "<table>", "</h1>")

    assert (await choose_model(server(SMALL, special=special), "auto")).special_tokens == ("<OWN>", "<|own|>")


async def test_a_model_is_known_by_its_tokenizer_whatever_its_name() -> None:
    assert (await choose_model(server(model("mine", 1), special=SPECIAL), "mine")).family == QWEN_CODER


@pytest.mark.parametrize(
    ("a_server", "wanted", "error", "remedy"),
    [
        pytest.param(server(), "auto", ModelMissing, "ollama pull qwen2.5-coder", id="nothing-installed"),
        pytest.param(server(CHAT), "auto", ModelMissing, "ollama pull qwen2.5-coder", id="only-chat-models"),
        pytest.param(server(CLOUD), "auto", ModelMissing, "ollama pull qwen2.5-coder", id="only-remote-models"),
        pytest.param(server(SMALL), "gone:1b", ModelMissing, "ollama pull gone:1b", id="missing"),
        pytest.param(server(CHAT), CHAT.name, ModelUnsupported, "ollama pull qwen2.5-coder", id="chat-only"),
        pytest.param(server(SMALL, special=("<s>",)), SMALL.name, ModelUnsupported, "pull", id="other-tokenizer"),
        pytest.param(server(CLOUD), CLOUD.name, RemoteEndpoint, "holdfast.allowedRemoteModels", id="remote"),
    ],
)
async def test_what_cannot_be_chosen(a_server: PlayingServer, wanted: str, error: type[Exception], remedy: str) -> None:
    with pytest.raises(error) as raised:
        await choose_model(a_server, wanted)

    assert remedy in str(raised.value)


async def test_a_remote_model_only_by_leave() -> None:
    allowed = (CLOUD.name,)

    assert (await choose_model(server(CLOUD), CLOUD.name, allowed)).name == CLOUD.name
    assert (await choose_model(server(CLOUD), "auto", allowed)).name == CLOUD.name


async def test_a_model_whose_details_say_remote_is_remote() -> None:
    a_server = server(SMALL)
    a_server.remote_details = True

    with pytest.raises(RemoteEndpoint):
        await choose_model(a_server, "auto")


async def test_it_is_chosen_once_until_it_is_forgotten() -> None:
    a_server = server(SMALL)
    choice = ModelChoice(a_server, "auto")
    known = [choice.known]
    for _ in range(3):
        await choice.current()
    known.append(choice.known)
    asked = a_server.questions
    choice.forget()
    known.append(choice.known)
    await choice.current()

    assert [chosen and chosen.name for chosen in known] == [None, SMALL.name, None]
    assert (asked, a_server.questions) == (1, 2)


async def test_a_caller_that_is_cancelled_does_not_undo_the_asking() -> None:
    a_server = server(SMALL)
    a_server.slow_seconds = 0.02
    choice = ModelChoice(a_server, "auto")
    callers = [asyncio.create_task(choice.current()) for _ in range(2)]
    await asyncio.sleep(0)
    callers[0].cancel()

    assert (await callers[1]).name == SMALL.name
    with suppress(asyncio.CancelledError):
        await callers[0]
    assert a_server.questions == 1


def test_what_failed_holds_for_five_seconds_and_is_asked_again_then() -> None:
    async def main() -> list[int]:
        a_server = server(SMALL)
        a_server.broken = ServerUnreachable("gone")
        choice = ModelChoice(a_server, "auto")
        asked = []
        for seconds in (0.0, 1.0, 3.9):
            await asyncio.sleep(seconds)
            with pytest.raises(ServerUnreachable):
                await choice.current()
            asked.append(a_server.questions)
        problem = choice.problem
        assert isinstance(problem, ServerUnreachable)

        a_server.broken = None
        await asyncio.sleep(0.2)
        assert (await choice.current()).name == SMALL.name
        assert choice.problem is None
        return [*asked, a_server.questions]

    assert run_virtually(main()) == [1, 1, 1, 2]


async def test_a_failure_that_is_forgotten_is_asked_again_at_once() -> None:
    a_server = server(SMALL)
    a_server.broken = ServerUnreachable("gone")
    choice = ModelChoice(a_server, "auto")
    with pytest.raises(ServerUnreachable):
        await choice.current()
    a_server.broken = None
    choice.forget()

    assert (await choice.current()).name == SMALL.name


async def test_closing_stops_the_asking() -> None:
    a_server = server(SMALL)
    a_server.slow_seconds = 1e6
    choice = ModelChoice(a_server, "auto")
    caller = asyncio.create_task(choice.current())
    await asyncio.sleep(0)
    await choice.aclose()

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert (choice.known, choice.problem) == (None, None)


PINNED = InstalledModel(SMALL.name, "sha256:0123456789abcdef", "", "", "", 1, is_remote=False)


@pytest.mark.parametrize("digest", ["0123456789ab", "sha256:0123456789abcdef"])
async def test_a_pinned_model_is_taken_by_its_name_or_by_its_digest_alone(digest: str) -> None:
    a_server = server(LARGE, PINNED)

    assert (await choose_model(a_server, SMALL.name, digest=digest)).name == SMALL.name
    assert (await choose_model(a_server, "auto", digest=digest)).name == SMALL.name


@pytest.mark.parametrize(
    ("installed", "why"),
    [(PINNED, "its digest begins with 0123456789ab"), (SMALL, "the server does not say its digest")],
    ids=["another", "unknown"],
)
async def test_another_model_of_the_pinned_name_is_refused(installed: InstalledModel, why: str) -> None:
    with pytest.raises(ModelMissing, match=why) as raised:
        await choose_model(server(installed), SMALL.name, digest="ffff00000000")
    with pytest.raises(ModelMissing):
        await choose_model(server(installed), "auto", digest="ffff00000000")

    assert "holdfast.modelDigest" in str(raised.value)
