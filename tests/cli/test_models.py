import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from cli_contract import Completed, answer
from cli_process import NOBODY_LISTENS, Ran, holdfast
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama
from scripted_openai import ScriptedOpenAi

CONVERSATION = "{{ range .Messages }}<|im_start|>{{ .Role }}{{ end }}"
CODER = ScriptedModel()
TALKER = ScriptedModel("llama3.1:8b", "llama", CONVERSATION, ("completion", "tools"), special=("<|eot_id|>",))
EMBEDDER = ScriptedModel("nomic-embed-text:latest", "nomic-bert", "", ("embedding",), special=())
SUFFIX_FIRST = ScriptedModel("codestral:22b", "llama", special=("[PREFIX]", "[SUFFIX]"), size=13 << 30)
STRANGER = ScriptedModel("mine:latest", "mystery", special=("<x>",))
CLOUD = ScriptedModel("qwen3-coder:480b-cloud", remote_host="https://ollama.com")


class Chosen(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    why: str


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    bytes: int
    parameters: str
    quantization: str
    loaded: bool
    remote: bool
    fills: bool
    family: str | None
    order: str | None
    other_files: str | None
    stop: list[str]
    context_length: int
    refused: bool
    why: str


class Models(BaseModel):
    """`models`"""

    model_config = ConfigDict(extra="forbid", strict=True)
    endpoint: str
    wanted: str
    chosen: Chosen | None
    reason: str | None
    models: list[Model]


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    models = (CODER, TALKER, EMBEDDER, SUFFIX_FIRST, STRANGER, CLOUD)
    with ScriptedOllama(models=models) as server:
        yield server


def models(server: ScriptedOllama, cwd: Path, *arguments: str, **environment: str) -> Ran:
    return holdfast("models", *arguments, cwd=cwd, environment={"HOLDFAST_ENDPOINT": server.endpoint, **environment})


def test_every_model_with_its_way(ollama: ScriptedOllama, tmp_path: Path) -> None:
    told = answer(models(ollama, tmp_path, "--json"), Models)

    assert [(one.name, one.family, one.order, one.other_files, one.fills, one.refused) for one in told.models] == [
        (CODER.name, "qwen2.5-coder", "psm", "tokens", True, False),
        (TALKER.name, "an instruction", "chat", "titles", False, False),
        (EMBEDDER.name, None, None, None, False, True),
        (SUFFIX_FIRST.name, "codestral", "spm", "tokens", True, False),
        (STRANGER.name, "the server's template", "server", "titles", True, False),
        (CLOUD.name, None, None, None, False, True),
    ]
    assert (told.endpoint, told.wanted, told.reason) == (ollama.endpoint, "auto", None)
    assert told.chosen is not None
    assert told.chosen.name == CODER.name
    assert (told.models[0].context_length, told.models[0].bytes) == (CODER.context_length, CODER.size)
    assert ollama.generations == [], "nothing is generated, and no model loaded, to tell"


def test_a_person_sees_the_choice_and_the_refusals(ollama: ScriptedOllama, tmp_path: Path) -> None:
    ran = models(ollama, tmp_path)

    assert (ran.code, ran.err) == (0, "")
    assert "suffix first" in ran.out
    assert "✗ nomic-embed-text:latest: it does not write text (embedding only); qwen2.5-coder:1.5b-base does" in ran.out
    assert f"✗ {CLOUD.name}: it runs on another machine" in ran.out
    assert f"✓ {CODER.name} completes (holdfast.model is auto): the smallest of good size" in ran.out


def test_a_named_model_that_cannot_is_no_choice(ollama: ScriptedOllama, tmp_path: Path) -> None:
    told = answer(models(ollama, tmp_path, "--json", HOLDFAST_MODEL=EMBEDDER.name), Models)

    assert (told.chosen, told.reason) == (None, "model_unsupported")
    assert "Nothing is chosen: nomic-embed-text" in models(ollama, tmp_path, HOLDFAST_MODEL=EMBEDDER.name).out


def test_a_server_without_models_says_what_to_pull(tmp_path: Path) -> None:
    with ScriptedOllama(models=()) as empty:
        ran = models(empty, tmp_path)
        told = answer(models(empty, tmp_path, "--json"), Models)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{empty.endpoint} has no models. Run `ollama pull qwen2.5-coder:1.5b-base`.\n"
    assert (told.models, told.chosen, told.reason) == ([], None, "model_missing")


def test_a_server_that_nothing_is_pulled_onto_says_what_to_do_there(tmp_path: Path) -> None:
    with ScriptedOpenAi() as empty:
        empty.listed = []
        ran = models(empty, tmp_path)
    with ScriptedOpenAi() as embeds:
        embeds.listed = [{"id": "nomic-embed-text", "owned_by": "organization_owner"}]
        embeds.studio = [{"id": "nomic-embed-text", "type": "embeddings"}]
        refused = models(embeds, tmp_path)

    assert ran.out == f"{empty.endpoint} has no models. Load Qwen2.5-Coder-1.5B on the server.\n"
    assert "(embedding only); Qwen2.5-Coder-1.5B does" in refused.out
    assert refused.out.endswith("Load Qwen2.5-Coder-1.5B in LM Studio.\n")


@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["for-a-person", "for-a-program"])
def test_no_server_is_said_plainly_with_a_remedy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = holdfast("models", *arguments, cwd=tmp_path)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"holdfast: Nothing answers at {NOBODY_LISTENS}.")
    assert "ollama serve" in ran.err


def test_no_server_is_asked_where_the_settings_say_so(tmp_path: Path) -> None:
    ran = holdfast("models", cwd=tmp_path, environment={"AI_PROVIDER": "none"})

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("holdfast: No model server is asked.")


def test_a_model_s_name_does_not_steer_the_terminal(tmp_path: Path) -> None:
    with ScriptedOllama(
        models=(ScriptedModel("evil\x1b[2J", "llama", CONVERSATION, ("completion",), special=()),)
    ) as server:
        ran = models(server, tmp_path)
        raw = models(server, tmp_path, "--json").out

    assert "\x1b[2J" not in ran.out
    assert json.loads(raw)["models"][0]["name"] == "evil\x1b[2J"


def test_another_folder_s_settings_and_none_there(ollama: ScriptedOllama, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()

    assert models(ollama, tmp_path, "project").code == 0
    assert models(ollama, tmp_path, "absent").code == 4


def test_a_model_that_converses_is_shown_the_hole_and_its_chatter_dropped(shop: Path) -> None:
    with ScriptedOllama(models=(TALKER,)) as server:
        server.generate_with("```python\npolitely('you'))\n```\nThis calls it.")
        environment = {"HOLDFAST_ENDPOINT": server.endpoint, "HOLDFAST_MODEL": TALKER.name}
        told = answer(holdfast("complete", "app.py:5:17", "--json", cwd=shop, environment=environment), Completed)
        body = server.generations[0].body

    assert (told.engine, told.model, told.text) == ("model", TALKER.name, "politely('you'))")
    assert (body["raw"], "system" in body, "suffix" in body) == (False, True, False)
    assert str(body["prompt"]).endswith("    print(greet_<FILL_ME>\n")


def test_a_model_that_only_the_server_knows_gets_prefix_and_suffix_apart(shop: Path) -> None:
    with ScriptedOllama(models=(STRANGER,)) as server:
        server.generate_with("politely('you'))")
        environment = {"HOLDFAST_ENDPOINT": server.endpoint}
        told = answer(holdfast("complete", "app.py:5:17", "--json", cwd=shop, environment=environment), Completed)
        body = server.generations[0].body

    assert (told.model, told.text) == (STRANGER.name, "politely('you'))")
    assert (body["raw"], body["suffix"], "system" in body) == (False, "\n", False)
    assert str(body["prompt"]).endswith(
        "# app.py\nfrom library import greet_politely\n\n\ndef main() -> None:\n    print(greet_"
    )
