"""Asking the model on this machine what in a piece of conversation is about a person."""

from typing import Final

from holdfast.inference.local_model import LocalModel

_INSTRUCTION: Final = "You find personal data in text. You answer with one JSON object and nothing else."
_ANSWER_TOKENS: Final = 800
_SHARE: Final = 5


async def find_personal_data(local: LocalModel, prompt: str) -> str:
    """What the model answers to a prompt of `redaction.model_pass`. Raises ServerError."""
    most_tokens = min(_ANSWER_TOKENS, local.num_ctx // _SHARE)
    return await local.answer(prompt, instruction=_INSTRUCTION, most_tokens=most_tokens)
