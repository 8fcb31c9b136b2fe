"""What a person does to have a model on their server: something else for each kind of server.

The commands are those of `ollama pull` (Ollama's README), `llama-server -m` (llama.cpp, tools/server/README.md) and
`vllm serve` (vLLM's CLI reference). Qwen 2.5 Coder with 1.5 thousand million parameters is what is suggested: small,
quick, and trained to fill in the middle.
"""

from dataclasses import dataclass
from typing import Final

from holdfast.inference.readable import readable

_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class ModelAdvice:
    """`suggested` is a model to begin with by this kind of server's name for it; `sentence` has `{model}` in it."""

    suggested: str
    sentence: str

    def to_get(self, model: str = "") -> str:
        """A sentence that says how to get `model`, or the suggested one."""
        return self.sentence.format(model=readable(model or self.suggested, _LONGEST_NAME))


OF_OLLAMA: Final = ModelAdvice("qwen2.5-coder:1.5b-base", "Run `ollama pull {model}`.")
OF_LLAMA_CPP: Final = ModelAdvice(
    "Qwen2.5-Coder-1.5B", "Start llama.cpp's server with a GGUF file of {model} (`llama-server -m FILE`)."
)
OF_VLLM: Final = ModelAdvice("Qwen/Qwen2.5-Coder-1.5B", "Start vLLM with it (`vllm serve {model}`).")
OF_LM_STUDIO: Final = ModelAdvice("Qwen2.5-Coder-1.5B", "Load {model} in LM Studio.")
OF_A_FILE: Final = ModelAdvice("Qwen2.5-Coder-1.5B", "Set holdfast.ggufFile to a GGUF file of {model}.")
OF_ANY: Final = ModelAdvice("Qwen2.5-Coder-1.5B", "Load {model} on the server.")
