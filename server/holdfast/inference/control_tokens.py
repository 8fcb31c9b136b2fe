"""Text from files, manifests and logs never becomes a control token.

Ollama tokenises a raw prompt with special-token parsing on, by exact substring. Inserting one character
after the first of every special string breaks the match, and is undone in what the model answers.
The character is U+E000 (private use); where it stands in a text already it is doubled, so that the
change is reversible for every text.
"""

import re
from functools import lru_cache
from typing import Final

MARK: Final = "\ue000"

KNOWN_SPECIAL_TOKENS: Final[tuple[str, ...]] = (
    # Qwen 2.5 Coder and Qwen 3 Coder (tokenizer_config.json of the models)
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<tool_call>",
    "</tool_call>",
    "<think>",
    "</think>",
    # StarCoder, CodeLlama, DeepSeek, CodeGemma, Codestral, Llama 3 and Gemma, for models of other families
    "<fim_prefix>",
    "<fim_middle>",
    "<fim_suffix>",
    "<file_sep>",
    "<repo_name>",
    "<PRE>",
    "<SUF>",
    "<MID>",
    "<EOT>",
    "<｜fim▁begin｜>",
    "<｜fim▁hole｜>",
    "<｜fim▁end｜>",
    "<｜begin▁of▁sentence｜>",
    "<｜end▁of▁sentence｜>",
    "<|file_separator|>",
    "[PREFIX]",
    "[SUFFIX]",
    "[INST]",
    "[/INST]",
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<s>",
    "</s>",
)

_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]",
)
_MARKS = re.compile(f"{MARK}{MARK}|{MARK}")


def neutralise(text: str, special_tokens: tuple[str, ...] = ()) -> str:
    """`text` in which no special string survives: the model's own list where it is known, else every known one."""
    escaped = text.replace(MARK, MARK + MARK) if MARK in text else text
    return _pattern(special_tokens).sub(_broken, escaped)


def restore(text: str) -> str:
    """The inverse of :func:`neutralise`, also right for a beginning of its result."""
    if MARK not in text:
        return text
    return _MARKS.sub(lambda match: MARK if len(match.group()) > 1 else "", text)


def drop_invisible(text: str) -> str:
    """`text` without zero-width and bidirectional characters: for injected text only, never for the live file."""
    return _INVISIBLE.sub("", text)


def _broken(match: re.Match[str]) -> str:
    token = match.group()
    return token[0] + MARK + token[1:]


@lru_cache(maxsize=8)
def _pattern(special_tokens: tuple[str, ...]) -> re.Pattern[str]:
    # A token of one character cannot be broken in two; no model family has one that is control text.
    tokens = {token for token in special_tokens or KNOWN_SPECIAL_TOKENS if len(token) > 1}
    longest_first = sorted(tokens, key=lambda token: (-len(token), token))
    return re.compile("|".join(map(re.escape, longest_first)))
