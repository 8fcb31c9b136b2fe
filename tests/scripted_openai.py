"""Servers of OpenAI's API whose answers a test writes, over the scripted Ollama's sockets and threads.

    with ScriptedOpenAi() as server:
        server.complete_with(completion("return a + b"))

`ScriptedLlamaCpp` answers llama.cpp's own paths too, with a tokenizer that knows the control tokens it is given and
takes every other character for a token.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from scripted_answer import JSON, Answer, Send, as_json, pieces
from scripted_connection import Received
from scripted_models import QWEN_SPECIAL
from scripted_ollama import Script, ScriptedOllama

SSE: Final = "text/event-stream"
MODEL: Final = "qwen2.5-coder-1.5b"
DONE: Final = b"data: [DONE]\n\n"


def event(values: Mapping[str, object] | Sequence[object]) -> bytes:
    """One event with JSON for its data."""
    return b"data: " + json.dumps(values, ensure_ascii=False).encode() + b"\n\n"


def chunk(text: str, finish_reason: str | None = None, **more: object) -> bytes:
    """The event of one piece of a completion."""
    choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish_reason}
    return event({"id": "cmpl-1", "object": "text_completion", "model": "m", "choices": [choice], **more})


def usage(prompt: int, completion: int) -> dict[str, object]:
    """What a request cost."""
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def completion(
    text: str | Sequence[str], *, finish_reason: str | None = "stop", prompt_tokens: int | None = None
) -> Answer:
    """`text` piece by piece as vLLM streams it: the usage in an event of its own, then the end."""
    tokens = pieces(text) if isinstance(text, str) else list(text)
    sent = [chunk(token) for token in tokens]
    if finish_reason is not None:
        sent.append(chunk("", finish_reason))
        if prompt_tokens is not None:
            sent.append(event({"choices": [], "usage": usage(prompt_tokens, len(tokens))}))
        sent.append(DONE)
    return events(*sent)


def events(*data: bytes) -> Answer:
    """Exactly these bytes as an event stream, each its own chunk of HTTP."""
    return Answer(tuple(Send(part) for part in data), content_type=SSE)


def refused(status: int, message: str, kind: str = "invalid_request_error") -> Answer:
    """An error as OpenAI, llama.cpp and vLLM shape it."""
    body = {"error": {"code": status, "message": message, "type": kind}}
    return Answer((Send(json.dumps(body).encode()),), status=status, content_type=JSON)


class ScriptedOpenAi(ScriptedOllama):
    """`listed` is what GET /v1/models says, `studio` what LM Studio's own list does (None: it is another server)."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port, models=())
        self.listed: list[dict[str, object]] = [{"id": MODEL, "object": "model", "owned_by": "vllm"}]
        self.studio: list[dict[str, object]] | None = None
        self.complete_with(completion("pass"))

    def complete_with(self, *scripts: Script) -> None:
        """Answer the next completions with these, one each, and all later ones with the last."""
        self.answer_with("/v1/completions", *scripts)

    @property
    def completions(self) -> list[Received]:
        """The requests for text."""
        return self.received("/v1/completions")

    def _control(self, request: Received) -> Answer:
        if request.path == "/v1/models":
            return as_json({"object": "list", "data": self.listed})
        if request.path == "/api/v0/models" and self.studio is not None:
            return as_json({"object": "list", "data": self.studio})
        return refused(404, "File Not Found", "not_found_error")


def line(values: Mapping[str, object]) -> bytes:
    """One event of llama.cpp's POST /completion."""
    return event({"index": 0, "stop": False, **values})


def last_line(
    *, stop_type: str = "eos", cache_n: int = 0, prompt_n: int = 0, predicted_n: int = 0, **more: object
) -> bytes:
    """The event that ends it. Times are milliseconds."""
    timings = {"cache_n": cache_n, "prompt_n": prompt_n, "prompt_ms": 5.0}
    timings |= {"predicted_n": predicted_n, "predicted_ms": 3.0}
    counts: dict[str, object] = {"tokens_evaluated": cache_n + prompt_n, "tokens_predicted": predicted_n}
    return line(
        {"content": "", "stop": True, "stop_type": stop_type, "truncated": False, **counts, "timings": timings, **more}
    )


def generated(text: str | Sequence[str], *, stop_type: str = "eos", cache_n: int = 0, prompt_n: int = 0) -> Answer:
    """`text` piece by piece as llama.cpp's POST /completion streams it."""
    tokens = pieces(text) if isinstance(text, str) else list(text)
    end = last_line(stop_type=stop_type, cache_n=cache_n, prompt_n=prompt_n, predicted_n=len(tokens))
    return events(*(line({"content": token}) for token in tokens), end)


class ScriptedLlamaCpp(ScriptedOpenAi):
    """A llama-server with one slot of `n_ctx` tokens; `hole` is how its /infill writes one, "" for a model without."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        meta = {"n_ctx_train": 32_768, "n_params": 1_543_714_304, "size": 986_061_892, "ftype": "Q4_K_M"}
        self.listed = [{"id": MODEL, "object": "model", "owned_by": "llamacpp", "meta": meta}]
        self.n_ctx = 2048
        self.special: tuple[str, ...] = QWEN_SPECIAL
        self.hole = "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"
        self.props: dict[str, object] = {"chat_template": "{{ '<|im_start|>' }}", "eos_token": "<|endoftext|>"}
        self.generate_by_llama_with(generated("pass"))

    def generate_by_llama_with(self, *scripts: Script) -> None:
        """Answer the next generations with these, one each, and all later ones with the last."""
        self.answer_with("/completion", *scripts)

    @property
    def generations(self) -> list[Received]:
        """The requests for text."""
        return self.received("/completion")

    def _control(self, request: Received) -> Answer:
        match request.path:
            case "/props":
                window = {"n_ctx": self.n_ctx}
                known = {"total_slots": 1, "default_generation_settings": window, "build_info": "b11549-abc"}
                return as_json(known | self.props)
            case "/tokenize":
                return self._tokenized(request.body)
            case "/infill":
                return self._filled(request.body)
            case _:
                return super()._control(request)

    def _tokenized(self, body: dict[str, object]) -> Answer:
        special = "|".join(map(re.escape, self.special)) if body.get("parse_special") else "(?!)"
        found = re.findall(f"{special}|.", str(body["content"]), re.DOTALL)
        if body.get("with_pieces"):
            return as_json({"tokens": [{"id": number, "piece": piece} for number, piece in enumerate(found)]})
        return as_json({"tokens": list(range(len(found)))})

    def _filled(self, body: dict[str, object]) -> Answer:
        if not self.hole:
            return refused(
                501, "Infill is not supported by this model: prefix token is missing.", "not_supported_error"
            )
        prompt = self.hole.format(prefix=body["input_prefix"], suffix=body["input_suffix"])
        return as_json({"prompt": prompt})
