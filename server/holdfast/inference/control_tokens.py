"""Text from files, manifests and logs never becomes a control token.

Ollama tokenises a raw prompt with special-token parsing on, by exact substring. Inserting one character
after the first of every special string breaks the match, and is undone in what the model answers.
The character is U+E000 (private use); where it stands in a text already it is doubled, so that the
change is reversible for every text.
"""

import re
from functools import lru_cache
from itertools import groupby
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
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
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
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e01ef]",
)
_MARKS = re.compile(f"{MARK}{MARK}|{MARK}")


def neutralise(text: str, special_tokens: tuple[str, ...] = ()) -> str:
    """`text` in which no special string survives: the model's own list where it is known, else every known one."""
    escaped = text.replace(MARK, MARK + MARK) if MARK in text else text
    return _pattern(special_tokens).sub(_with_mark, escaped)


def restore(text: str) -> str:
    """The inverse of :func:`neutralise`, also right for a beginning of its result."""
    if MARK not in text:
        return text
    return _MARKS.sub(lambda match: MARK if len(match.group()) > 1 else "", text)


def drop_invisible(text: str) -> str:
    """`text` without zero-width and bidirectional characters: for injected text only, never for the live file."""
    return _INVISIBLE.sub("", text)


def _with_mark(match: re.Match[str]) -> str:
    return match.group() + MARK


@lru_cache(maxsize=8)
def _pattern(special_tokens: tuple[str, ...]) -> re.Pattern[str]:
    """Matches the first character of every special string, also of those that overlap or hold another."""
    # A token of one character cannot be broken in two; no model family has one that is control text.
    tokens = sorted({token for token in special_tokens or KNOWN_SPECIAL_TOKENS if len(token) > 1})
    by_first = {first: [token[1:] for token in rest] for first, rest in groupby(tokens, key=lambda token: token[0])}
    branches = (f"{re.escape(first)}(?={'|'.join(map(re.escape, rest))})" for first, rest in by_first.items())
    return re.compile("|".join(branches) or r"(?!)")
