"""What can be said of every installed model: which fill in the middle, how each would be prompted, which is chosen."""

import asyncio
from dataclasses import dataclass
from typing import Final

from holdfast.errors import ModelMissing, ModelUnsupported, RemoteEndpoint, ServerError, ServerUnreachable
from holdfast.inference.families.detect import Fit, fit_of
from holdfast.inference.families.table import FAMILIES
from holdfast.inference.model_advice import ModelAdvice
from holdfast.inference.model_choice import ChosenModel, choose_model
from holdfast.inference.model_rank import is_good
from holdfast.inference.model_server import InstalledModel, ModelServer

_AT_ONCE: Final = 2
"""Models asked for their vocabulary at the same time: some ten megabytes each."""


@dataclass(frozen=True, slots=True)
class SurveyedModel:
    """One installed model. `refusal` is why it is not used whoever names it, empty where it can be."""

    model: InstalledModel
    fit: Fit
    is_loaded: bool
    refusal: str = ""
    context_length: int = 0

    @property
    def remark(self) -> str:
        """What a person should know of it in one line."""
        if self.refusal:
            return self.refusal
        family = self.fit.family
        if family is not None and family in FAMILIES and not is_good(self.model):
            return f"{self.fit.why}; small for its family, {family.least_good:g}B is the least that is good"
        return self.fit.why


@dataclass(frozen=True, slots=True)
class ModelSurvey:
    """Every installed model in the server's order, the chosen one, or why there is none; and how to get another one."""

    models: tuple[SurveyedModel, ...]
    chosen: ChosenModel | None
    problem: ServerError | None
    advice: ModelAdvice


async def survey_models(
    server: ModelServer, wanted: str, allowed_remote: tuple[str, ...] = (), *, digest: str | None = None
) -> ModelSurvey:
    """Ask `server` for all it has and for each what it is; raises ServerError only where it cannot be asked at all."""
    installed = await server.models()
    loaded = {model.name for model in await server.running()}
    few = asyncio.Semaphore(_AT_ONCE)

    async def surveyed(model: InstalledModel) -> SurveyedModel:
        async with few:
            return await _survey(server, model, allowed_remote, is_loaded=model.name in loaded)

    models = tuple(await asyncio.gather(*map(surveyed, installed)))
    try:
        chosen = await choose_model(server, wanted, allowed_remote, digest=digest)
    except (ModelMissing, ModelUnsupported, RemoteEndpoint) as problem:
        return ModelSurvey(models, None, problem, server.advice)
    return ModelSurvey(models, chosen, None, server.advice)


async def _survey(
    server: ModelServer, model: InstalledModel, allowed_remote: tuple[str, ...], *, is_loaded: bool
) -> SurveyedModel:
    if model.is_remote and model.name not in allowed_remote:
        return _remote(model, is_loaded=is_loaded)
    try:
        details = await server.details(model.name)
    except ServerUnreachable:
        raise
    except ServerError as error:
        return SurveyedModel(model, Fit(None, error.message), is_loaded, error.message)
    if details.is_remote and model.name not in allowed_remote:
        return _remote(model, is_loaded=is_loaded)
    fit = fit_of(details)
    refusal = "" if fit.family is not None else f"{fit.why}; {server.advice.suggested} does"
    return SurveyedModel(model, fit, is_loaded, refusal, details.context_length)


def _remote(model: InstalledModel, *, is_loaded: bool) -> SurveyedModel:
    why = "it runs on another machine, and holdfast.allowedRemoteModels does not name it"
    return SurveyedModel(model, Fit(None, why), is_loaded, why)
