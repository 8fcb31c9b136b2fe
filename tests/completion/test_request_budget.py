"""What a person allows for one request: the prompt is written to fit, and where that says nothing, nothing is asked."""

import asyncio

import pytest

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.request import CompletionRequest
from holdfast.completion.write_request import context_budget
from holdfast.errors import BudgetReached
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.token_estimate import size_of, tokens_of
from holdfast.settings import Settings
from holdfast.settings_sections import BudgetSettings
from playing_server import KnownSource, Playing, build_writer, end, play, same

MODEL = ChosenModel("m", QWEN_CODER, ())
LONG = "value = compute(first, second)\n" * 500
BLOCK = ContextBlock("lib.py", (1, 1), "text", ("x",), 100, "def compute(a, b): ...\n" * 20)


def allowed(tokens: int | None) -> Settings:
    return Settings(budget=BudgetSettings(tokens_per_request=tokens))


@pytest.mark.parametrize("tokens", [300, 512, 1000, 2048])
def test_prompt_and_answer_fit_into_what_is_allowed_and_the_window_stays_what_it_was(tokens: int) -> None:
    writer, _ = build_writer(allowed(tokens), KnownSource((BLOCK,)))

    written = asyncio.run(writer.write(at(f"{LONG}x = ║{LONG}"), MODEL))

    asked = tokens_of(size_of(written.prompt)) + written.request.num_predict
    assert tokens // 2 < asked <= tokens
    assert written.prompt.count("x = <|fim_suffix|>") == 1
    assert written.request.num_ctx == 4096, "another one would make the server load the model again"


@pytest.mark.parametrize(
    ("tokens", "context"), [(None, 1984), (8192, 1984), (1000, 436), (300, 86)], ids=["none", "large", "small", "tiny"]
)
def test_context_has_its_share_of_what_is_allowed(tokens: int | None, context: int) -> None:
    assert context_budget(allowed(tokens)) == context


async def test_the_preview_tells_of_what_is_allowed() -> None:
    writer, _ = build_writer(allowed(1000), KnownSource((BLOCK,)))
    preview = await writer.preview(at(f"{LONG}║"), MODEL)

    assert preview.shares is not None
    assert preview.shares.window == 1000
    assert preview.prompt_tokens + preview.shares.answer <= 1000


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param(f"{LONG}    total = compute_everything_there_is(first, second) + ║", id="the line does not fit"),
        pytest.param("║", id="not even what belongs to every prompt"),
    ],
)
def test_what_says_nothing_is_not_sent(marked: str) -> None:
    server = same("x\n", end())

    async def act(part: Playing) -> None:
        with pytest.raises(BudgetReached, match="128 tokens") as refused:
            await part.completer.complete(CompletionRequest(at(marked)))

        assert (refused.value.reason, refused.value.remedy) == (
            "budget_reached",
            "Raise holdfast.budget.tokensPerRequest.",
        )
        assert part.completer.last_error is refused.value
        assert not part.health.state.is_lost

    play(server, act, allowed(128))
    assert server.streams == []


def test_nothing_is_read_ahead_either() -> None:
    server = same("x\n", end())

    async def act(part: Playing) -> None:
        await part.completer.prime(at("x = ║"))
        await asyncio.sleep(1)

    play(server, act, allowed(128))
    assert server.streams == []
