"""The models a scripted Ollama has, and what its control requests say of them."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

NORMAL: Final = 1
CONTROL: Final = 3
USER_DEFINED: Final = 4

QWEN_SPECIAL: Final = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
)
_QWEN_TEMPLATE: Final = "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ end }}"


TOY_DIMENSIONS: Final = 96
_WORD: Final = re.compile(r"[a-z]{3,}")


def toy_vector(text: str) -> list[float]:
    """The direction of a text as a bag of its words' beginnings: "invoicing" is near "invoice"."""
    vector = [0.0] * TOY_DIMENSIONS
    vector[0] = 0.01
    for word in _WORD.findall(text.lower()):
        digest = hashlib.sha256(word[:5].encode()).digest()
        vector[1 + int.from_bytes(digest[:4], "big") % (TOY_DIMENSIONS - 1)] += 1.0
    return vector


@dataclass(frozen=True, slots=True)
class ScriptedModel:
    """One installed model; the defaults are those of qwen2.5-coder."""

    name: str = "qwen2.5-coder:1.5b-base"
    family: str = "qwen2"
    template: str = _QWEN_TEMPLATE
    capabilities: tuple[str, ...] = ("completion", "insert")
    context_length: int = 32_768
    parameter_size: str = "1.5B"
    quantization: str = "Q4_K_M"
    parameter_count: int = 1_543_714_304
    size: int = 986_061_892
    words: tuple[str, ...] = ("!", '"', "def", "Ġreturn", "[é]", "\\")
    special: tuple[str, ...] = QWEN_SPECIAL
    remote_host: str = ""
    digest: str = ""

    def tag(self) -> dict[str, object]:
        """Its entry in /api/tags."""
        entry: dict[str, object] = {
            "name": self.name,
            "model": self.name,
            "modified_at": "2025-01-01T00:00:00Z",
            "size": self.size,
            "digest": self.digest or hashlib.sha256(self.name.encode()).hexdigest(),
            "details": self._details(),
        }
        return entry | ({"remote_host": self.remote_host} if self.remote_host else {})

    def show(self, *, verbose: bool) -> dict[str, object]:
        """Its /api/show; without `verbose` the long lists are null, as Ollama leaves them."""
        tokens, types = [*self.words, *self.special], [NORMAL] * len(self.words) + [CONTROL] * len(self.special)
        answer: dict[str, object] = {
            "license": 'a licence that mentions "tokenizer.ggml.tokens": ["x"',
            "template": self.template,
            "capabilities": list(self.capabilities),
            "details": self._details(),
            "model_info": {
                "general.architecture": self.family,
                "general.parameter_count": self.parameter_count,
                f"{self.family}.context_length": self.context_length,
                "tokenizer.ggml.merges": ["Ġ Ġ", "d ef"] if verbose else None,
                "tokenizer.ggml.model": "gpt2",
                "tokenizer.ggml.token_type": types if verbose else None,
                "tokenizer.ggml.tokens": tokens if verbose else None,
            },
        }
        return answer | ({"remote_host": self.remote_host} if self.remote_host else {})

    def loaded(self, num_ctx: int) -> dict[str, object]:
        """Its entry in /api/ps once it was used with a window of `num_ctx` tokens."""
        return {
            "name": self.name,
            "model": self.name,
            "size": self.size,
            "size_vram": 0,
            "expires_at": "2025-01-01T00:05:00Z",
            "context_length": num_ctx,
            "details": self._details(),
        }

    def _details(self) -> dict[str, object]:
        return {
            "format": "gguf",
            "family": self.family,
            "families": [self.family],
            "parameter_size": self.parameter_size,
            "quantization_level": self.quantization,
        }
