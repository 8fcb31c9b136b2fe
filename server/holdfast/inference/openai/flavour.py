"""Which of the many servers of OpenAI's API this one is, by who it says owns its models, and what it needs to be told."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import JsonValue

from holdfast.inference.model_server import GenerateRequest
from holdfast.inference.openai.wire import ListedModel

Flavour = Literal["vllm", "llama.cpp", "LM Studio", "Ollama", "unknown"]

_OWNERS: Final[dict[str, Flavour]] = {
    "vllm": "vllm",
    "llamacpp": "llama.cpp",
    "llama-swap": "llama.cpp",
    "organization_owner": "LM Studio",
    "library": "Ollama",
}


def flavour_of(models: Sequence[ListedModel]) -> Flavour:
    """What the owners of `models` say; `unknown` where they say nothing known, or there are none."""
    return next((_OWNERS[model.owned_by] for model in models if model.owned_by in _OWNERS), "unknown")


def extras_of(flavour: Flavour, request: GenerateRequest) -> dict[str, JsonValue]:
    """What such a server must be told; nothing is sent to one that is not known to take it.

    A control token in a raw answer is to be text, which `stop` can then find: else vLLM (`skip_special_tokens`) and
    llama.cpp (`preserved_tokens`) leave it out of the text and go on behind it. In a conversation nobody thinks.
    """
    if request.system is not None:
        thinks: dict[str, JsonValue] = {"chat_template_kwargs": {"enable_thinking": False}}
        return thinks if flavour in {"vllm", "llama.cpp"} else {}
    match flavour:
        case "vllm":
            return {"skip_special_tokens": False}
        case "llama.cpp":
            return {"cache_prompt": True, "preserved_tokens": list(request.stop)}
        case _:
            return {}
