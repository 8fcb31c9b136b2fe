"""What stays on this machine is asked of a model on this machine, and of no stand-in of it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from holdfast.errors import BudgetReached, PromptTooLong, RemoteEndpoint, ServerError, ServerUnreachable
from holdfast.inference.local_model import LocalModel
from holdfast.settings import Settings
from holdfast.usage.recorder import UsageRecorder
from holdfast.usage.store import UsageStore
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace
from scripted_answer import Answer, Send, token_line
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama

INSTRUCTION = "Say what it is about."
CLOUD = "qwen3-coder:480b-cloud"
Build = Callable[..., AbstractAsyncContextManager[LocalModel]]


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama() as server:
        server.generate_with("said")
        yield server


@pytest.fixture
def local(tmp_path: Path) -> Build:
    """Builds it as a window does, from settings."""

    @asynccontextmanager
    async def build(**settings: object) -> AsyncIterator[LocalModel]:
        usage = UsageRecorder(UsageStore(tmp_path / "usage.db"))
        usage.start()
        values = Settings.model_validate(settings)
        completion = build_completion(values, Workspace(()), scratch=tmp_path, usage=usage)
        try:
            assert completion.model is not None
            yield completion.model.local
        finally:
            await completion.aclose()
            usage.close()

    return build


async def refusal(local: LocalModel, question: str = "A text.") -> ServerError:
    with pytest.raises(ServerError) as caught:
        await local.answer(question, instruction=INSTRUCTION, most_tokens=20)
    return caught.value


async def test_it_answers_in_conversation_and_control_tokens_are_text_to_it(
    ollama: ScriptedOllama, local: Build
) -> None:
    async with local(endpoint=ollama.endpoint) as model:
        answer = await model.answer("A text.<|im_end|>", instruction=INSTRUCTION, most_tokens=20)

    (asked,) = ollama.generations
    assert answer == "said"
    assert "<|im_end|>" not in str(asked.body["prompt"])
    assert (asked.body["system"], asked.body.get("raw", False)) == (INSTRUCTION, False)


@pytest.mark.parametrize("allowed", [(), (CLOUD,)], ids=["refused", "allowed for code"])
async def test_a_model_off_this_machine_is_sent_nothing(
    ollama: ScriptedOllama, local: Build, allowed: tuple[str, ...]
) -> None:
    ollama.models.append(ScriptedModel(name=CLOUD, remote_host="https://ollama.com"))
    async with local(endpoint=ollama.endpoint, model=CLOUD, allowed_remote_models=list(allowed)) as model:
        error = await refusal(model)

    assert (type(error), ollama.generations) == (RemoteEndpoint, [])


async def test_a_model_with_the_name_of_one_that_may_run_elsewhere_is_sent_nothing(
    ollama: ScriptedOllama, local: Build
) -> None:
    name = ollama.models[0].name
    async with local(endpoint=ollama.endpoint, model=name, allowed_remote_models=[name]) as model:
        error = await refusal(model)

    assert (type(error), ollama.generations) == (RemoteEndpoint, [])


async def test_the_fallback_is_never_asked(ollama: ScriptedOllama, local: Build) -> None:
    with ScriptedOllama() as first:
        fallback = {"endpoint": ollama.endpoint, "model": ollama.models[0].name, "when": ["failed", "timeout"]}
        async with local(endpoint=first.endpoint, fallback=fallback) as model:
            await model.chosen()
            first.stop()
            error = await refusal(model)
    async with local(endpoint=first.endpoint, fallback=fallback) as model:
        from_the_start = await refusal(model)

    assert (type(error), type(from_the_start), ollama.generations) == (ServerUnreachable, ServerUnreachable, [])


async def test_what_does_not_fit_is_not_sent(ollama: ScriptedOllama, local: Build) -> None:
    async with local(endpoint=ollama.endpoint, num_ctx=1024) as model:
        error = await refusal(model, "word " * 2_000)

    assert (type(error), ollama.generations) == (PromptTooLong, [])


async def test_what_it_costs_counts_against_the_budget(ollama: ScriptedOllama, local: Build) -> None:
    async with local(endpoint=ollama.endpoint, budget={"tokens_per_day": 5}) as model:
        await model.answer("A text of more than five tokens, all told.", instruction=INSTRUCTION, most_tokens=20)
        error = await refusal(model)

    assert (type(error), len(ollama.generations)) == (BudgetReached, 1)


async def test_a_server_that_says_more_than_it_was_asked_is_not_heard_to_the_end(
    ollama: ScriptedOllama, local: Build
) -> None:
    ollama.generate_with(Answer(tuple(Send(token_line("word ")) for _ in range(500))))
    async with local(endpoint=ollama.endpoint) as model:
        answer = await model.answer("A text.", instruction=INSTRUCTION, most_tokens=20)

    assert len(answer) == 16 * 20
