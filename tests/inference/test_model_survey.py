from dataclasses import replace

import pytest

from holdfast.errors import GenerationFailed, ModelMissing, ModelUnsupported, RemoteEndpoint, ServerUnreachable
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.families.table import CHAT
from holdfast.inference.model_server import InstalledModel, ModelDetails, RunningModel
from holdfast.inference.model_survey import survey_models
from playing_server import PlayingServer

CONVERSATION = "{{ range .Messages }}<|im_start|>{{ .Role }}{{ end }}"


class TellingServer(PlayingServer):
    """One whose models each say what the test wrote, or fail."""

    def __init__(self, *models: ModelDetails | Exception, loaded: tuple[str, ...] = ()) -> None:
        self.told = {
            f"m{number}" if isinstance(model, Exception) else model.name: model for number, model in enumerate(models)
        }
        installed = tuple(
            InstalledModel(
                name,
                "",
                "",
                "" if isinstance(told, Exception) else told.parameter_size,
                "",
                1,
                is_remote=not isinstance(told, Exception) and told.is_remote,
            )
            for name, told in self.told.items()
        )
        super().__init__(
            lambda _, __: (), installed=installed, loaded=tuple(RunningModel(name, 1, 0, 4096) for name in loaded)
        )

    async def details(self, name: str) -> ModelDetails:
        told = self.told[name]
        if isinstance(told, Exception):
            raise told
        return told


def said(name: str, template: str = "", *capabilities: str, tokens: tuple[str, ...] = ()) -> ModelDetails:
    return ModelDetails(
        name, "", "", template, capabilities or ("completion",), 8192, 0, "", "", tokens, is_remote=False
    )


CODER = said("qwen2.5-coder:1.5b", tokens=QWEN_CODER.tokens)
TALKER = said("llama3.1:8b", CONVERSATION)
EMBEDDER = said("nomic-embed-text", "", "embedding")
CLOUD = replace(said("qwen3-coder:480b-cloud"), is_remote=True)


async def test_each_model_with_its_way_and_the_choice_with_its_reason() -> None:
    survey = await survey_models(TellingServer(EMBEDDER, TALKER, CODER, CLOUD, loaded=(TALKER.name,)), "auto")

    assert [(one.model.name, one.fit.family, one.is_loaded) for one in survey.models] == [
        (EMBEDDER.name, None, False),
        (TALKER.name, CHAT, True),
        (CODER.name, QWEN_CODER, False),
        (CLOUD.name, None, False),
    ]
    assert [bool(one.refusal) for one in survey.models] == [True, False, False, True]
    assert survey.models[0].refusal == "it does not write text (embedding only); qwen2.5-coder:1.5b-base does"
    assert "holdfast.allowedRemoteModels" in survey.models[3].refusal
    assert survey.chosen is not None
    assert survey.chosen.name == CODER.name
    assert survey.chosen.why == "the only one whose name promises it; its name and its tokenizer say qwen2.5-coder"


@pytest.mark.parametrize(
    ("server", "wanted", "problem"),
    [
        pytest.param(TellingServer(TALKER, EMBEDDER), "auto", ModelMissing, id="nobody-fills"),
        pytest.param(TellingServer(), "auto", ModelMissing, id="nothing-installed"),
        pytest.param(TellingServer(CODER), "gone", ModelMissing, id="not-installed"),
        pytest.param(TellingServer(EMBEDDER), EMBEDDER.name, ModelUnsupported, id="cannot"),
        pytest.param(TellingServer(CLOUD), CLOUD.name, RemoteEndpoint, id="not-allowed"),
    ],
)
async def test_no_choice_is_told_with_its_reason(server: TellingServer, wanted: str, problem: type[Exception]) -> None:
    survey = await survey_models(server, wanted)

    assert survey.chosen is None
    assert isinstance(survey.problem, problem)


async def test_a_conversation_model_is_chosen_when_it_is_named() -> None:
    chosen = (await survey_models(TellingServer(TALKER), TALKER.name)).chosen

    assert chosen is not None
    assert chosen.family is CHAT
    assert "second best" in chosen.why


async def test_what_nobody_documents_is_second_best_too() -> None:
    devstral = said("devstral:24b", tokens=("[PREFIX]", "[SUFFIX]"))
    by_itself = await survey_models(TellingServer(devstral), "auto")
    named = await survey_models(TellingServer(devstral), devstral.name)

    assert by_itself.chosen is None
    assert "Second best: name devstral:24b in holdfast.model" in str(by_itself.problem)
    assert named.chosen is not None
    assert named.chosen.family.name == "devstral"


async def test_a_stranger_that_fills_is_found_when_no_name_promises_it() -> None:
    stranger = said("mine", "{{ .Prompt }}", "completion", "insert")
    chosen = (await survey_models(TellingServer(TALKER, stranger), "auto")).chosen

    assert chosen is not None
    assert (chosen.name, chosen.family.order, chosen.context_length) == ("mine", "server", 8192)


async def test_a_model_too_small_for_its_family_is_told_so() -> None:
    small = replace(CODER, parameter_size="494.03M")
    survey = await survey_models(TellingServer(small), "auto")

    assert survey.models[0].remark.endswith("small for its family, 1.5B is the least that is good")


async def test_one_model_that_fails_does_not_hide_the_others() -> None:
    survey = await survey_models(TellingServer(GenerationFailed("it broke"), CODER), CODER.name)

    assert [one.refusal for one in survey.models] == ["it broke", ""]
    assert survey.chosen is not None


async def test_a_server_that_goes_away_is_an_error() -> None:
    with pytest.raises(ServerUnreachable):
        await survey_models(TellingServer(ServerUnreachable("gone")), "auto")
