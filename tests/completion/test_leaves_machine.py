"""What a model off this machine is sent: no secret, and session memory only where it was named for that too."""

import pytest

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.write_request import WrittenPrompt
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.model_choice import ChosenModel
from holdfast.settings import Settings
from playing_server import KnownSource, build_writer

CLOUD = "qwen3-coder:480b-cloud"
TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
MEMORY = ContextBlock(".holdfast/memory.md", (1, 2), "memory", ("memory",), 9, "- decided: use httpx")
CODE = ContextBlock("lib.py", (1, 1), "function", ("x",), 9, f'token = "{TOKEN}"')
CURSOR = at(f'one = "{TOKEN}"\nx = ║\ntwo = "{TOKEN}"\n')


def settings_of(**memory: object) -> Settings:
    return Settings.model_validate({"allowedRemoteModels": [CLOUD], "memory": memory})


async def written(settings: Settings, model: ChosenModel) -> WrittenPrompt:
    writer, _ = build_writer(settings, KnownSource((MEMORY, CODE)))
    return await writer.write(CURSOR, model)


def local(name: str = "qwen2.5-coder:7b") -> ChosenModel:
    return ChosenModel(name, QWEN_CODER, ())


def remote(name: str = CLOUD) -> ChosenModel:
    return ChosenModel(name, QWEN_CODER, (), is_remote=True)


async def test_a_model_on_this_machine_reads_everything_as_it_stands() -> None:
    prompt = (await written(settings_of(), local())).prompt

    assert prompt.count(TOKEN) == 3
    assert "use httpx" in prompt


@pytest.mark.parametrize("model", [remote(), local(CLOUD)], ids=["says so", "may be, by its name"])
async def test_a_remote_model_reads_no_secret_and_no_memory(model: ChosenModel) -> None:
    sent = await written(settings_of(), model)

    assert TOKEN not in sent.prompt
    assert sent.prompt.count("[REDACTED:") == 3
    assert "use httpx" not in sent.prompt
    assert [block.kind for block in sent.blocks] == ["function"]


async def test_named_for_it_a_remote_model_reads_memory_but_no_secret() -> None:
    sent = await written(settings_of(allowedServers=[CLOUD]), remote())

    assert TOKEN not in sent.prompt
    assert "use httpx" in sent.prompt


async def test_another_name_does_not_help() -> None:
    assert "use httpx" not in (await written(settings_of(allowedServers=["other:cloud"]), remote())).prompt


@pytest.mark.parametrize(
    ("when", "is_remote"), [(["failed"], True), ([], False)], ids=["may answer", "is switched off"]
)
async def test_a_prompt_that_a_remote_fallback_may_read_is_written_for_it(when: list[str], *, is_remote: bool) -> None:
    fallback = {"endpoint": "http://127.0.0.1:1", "model": CLOUD, "when": when}
    settings = Settings.model_validate({"allowedRemoteModels": [CLOUD], "fallback": fallback})
    prompt = (await written(settings, local())).prompt

    assert (TOKEN in prompt, "use httpx" in prompt) == (not is_remote, not is_remote)


async def test_a_secret_has_the_same_mark_at_every_key() -> None:
    writer, _ = build_writer(settings_of(), KnownSource((CODE,)))
    prompts = [(await writer.write(at(f"{CURSOR.before}{typed}║"), remote())).prompt for typed in ("", "a", "ab")]

    assert all(prompt.startswith(prompts[0].partition("<|fim_suffix|>")[0]) for prompt in prompts)
