"""The JSON of Ollama's API as it is on the wire (`api/types.go`); goes no further than the client.

Fields that a release left out, or sent as null, have the value that says "unknown". Unknown fields are ignored.
"""

import re
from typing import Final

from pydantic import FiniteFloat, JsonValue

from holdfast.inference.model_server import EmbedRequest, Finished, GenerateRequest, InstalledModel, RunningModel
from holdfast.inference.network.wire import Count, Several, Text, Tokens, Wire

_CLOUD_TAG: Final = re.compile(r":(?:[^:/]*-)?cloud$")


def is_cloud_name(name: str) -> bool:
    """Whether Ollama runs the model of this name on its makers' machines: a tag `cloud`, or one that ends in `-cloud`."""
    return _CLOUD_TAG.search(name.lower()) is not None


class VersionAnswer(Wire):
    """GET /api/version."""

    version: str


class WireDetails(Wire):
    """`details` of a model in /api/tags and /api/show."""

    family: Text = ""
    parameter_size: Text = ""
    quantization_level: Text = ""


class TaggedModel(Wire):
    """One of GET /api/tags."""

    name: str
    digest: Text = ""
    size: Count = 0
    details: WireDetails | None = None
    remote_host: Text = ""
    remote_model: Text = ""

    def installed(self) -> InstalledModel:
        """The same without the wire."""
        details = self.details or WireDetails()
        return InstalledModel(
            name=self.name,
            digest=self.digest,
            family=details.family,
            parameter_size=details.parameter_size,
            quantization=details.quantization_level,
            size=self.size,
            is_remote=bool(self.remote_host or self.remote_model) or is_cloud_name(self.name),
        )


class TagsAnswer(Wire):
    """GET /api/tags."""

    models: Several[TaggedModel]


class LoadedModel(Wire):
    """One of GET /api/ps."""

    name: Text = ""
    model: Text = ""
    size: Count = 0
    size_vram: Count = 0
    context_length: Count = 0

    def running(self) -> RunningModel:
        """The same without the wire."""
        return RunningModel(self.name or self.model, self.size, self.size_vram, self.context_length)


class RunningAnswer(Wire):
    """GET /api/ps."""

    models: Several[LoadedModel]


class EmbedAnswer(Wire):
    """POST /api/embed: a vector for each text, in their order."""

    embeddings: list[list[FiniteFloat]]


class ErrorAnswer(Wire):
    """The body of a refusal, or a line in the middle of a stream."""

    error: str


class GenerateLine(Wire):
    """One line of POST /api/generate. An honest one has `response`, `done` or `error`."""

    response: str | None = None
    done: bool = False
    done_reason: Text = ""
    error: str | None = None
    prompt_eval_count: Tokens = 0
    prompt_eval_duration: Count = 0
    eval_count: Tokens = 0
    eval_duration: Count = 0
    load_duration: Count = 0
    logprobs: JsonValue = None

    @property
    def is_of_a_generation(self) -> bool:
        """Whether it is a line of this API at all, and not some other JSON object."""
        return self.response is not None or self.done or self.error is not None

    def finished(self) -> Finished:
        """The counts of the last line. Releases before 0.1.33 gave no reason."""
        return Finished(
            reason=self.done_reason or "stop",
            prompt_tokens=self.prompt_eval_count,
            generated_tokens=self.eval_count,
            prompt_ns=self.prompt_eval_duration,
            generate_ns=self.eval_duration,
            load_ns=self.load_duration,
        )


def generate_body(request: GenerateRequest) -> dict[str, JsonValue]:
    """The body of POST /api/generate for a generation that neither thinks, truncates nor penalises repetition.

    A model's own stops hold where none are given for a request that goes through its template.
    """
    options: dict[str, JsonValue] = {
        "num_ctx": request.num_ctx,
        "num_predict": request.num_predict,
        "temperature": request.temperature,
        "repeat_penalty": 1.0,
    }
    if request.is_raw or request.stop:
        options["stop"] = list(request.stop)
    body: dict[str, JsonValue] = {
        "model": request.model,
        "prompt": request.prompt,
        "raw": request.is_raw,
        "stream": True,
        "think": False,
        "truncate": False,
        "options": options,
    }
    if request.with_logprobs:  # a release before 0.12.11 does not know the field and leaves it alone
        body["logprobs"] = True
    if request.suffix is not None:
        body["suffix"] = request.suffix
    if request.system is not None:
        body["system"] = request.system
    if request.keep_alive is not None:
        body["keep_alive"] = _keep_alive(request.keep_alive)
    return body


def embed_body(request: EmbedRequest) -> dict[str, JsonValue]:
    """The body of POST /api/embed; without options, which could make the server load the model again."""
    body: dict[str, JsonValue] = {"model": request.model, "input": list(request.texts), "truncate": True}
    if request.keep_alive is not None:
        body["keep_alive"] = _keep_alive(request.keep_alive)
    return body


def _keep_alive(value: str | int) -> str | int:
    """Seconds as a number: a bare number in a string, as OLLAMA_KEEP_ALIVE may hold, is a duration without a unit."""
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,9}", value.strip()):
        return int(value)
    return value
