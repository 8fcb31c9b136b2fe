"""Whether a prompt fits the window that a server has, before it is asked and by what it counted afterwards.

Servers of OpenAI's API have no way to refuse to cut a prompt, and most cut it silently.
"""

from typing import Final

from holdfast.errors import PromptTooLong
from holdfast.inference.model_server import Finished, GenerateRequest

_MOST_BYTES_PER_TOKEN: Final = 8.0
"""No tokenizer of code gives more over a whole prompt: a server that counts fewer tokens has cut the prompt."""
_FULL_BYTES_PER_TOKEN: Final = 4.5
"""A prompt with fewer tokens than one in so many bytes is rare: over the window by this measure, it does not fit."""
_SMALLEST_SAMPLE_BYTES: Final = 2000


def refuse_what_cannot_fit(request: GenerateRequest, window: int) -> None:
    """Raise PromptTooLong for what fits a window of so many tokens by no measure; 0: nobody says how large it is."""
    size = len(request.prompt.encode("utf-8", "replace"))
    if window and size > (window - request.num_predict) * _FULL_BYTES_PER_TOKEN:
        raise PromptTooLong(
            f"A prompt of {size} bytes does not fit into the {window} tokens of {request.model}.",
            remedy=f"Set holdfast.numCtx to {window}, or give the server a larger window.",
        )


def refuse_what_was_cut(request: GenerateRequest, end: Finished, pieces: int, window: int) -> None:
    """Raise PromptTooLong where the counts say that the model has not read the prompt it was sent, or had no room to answer."""
    size = len(request.prompt.encode("utf-8", "replace"))
    is_cut = end.prompt_tokens and size > max(_SMALLEST_SAMPLE_BYTES, end.prompt_tokens * _MOST_BYTES_PER_TOKEN)
    if is_cut or (window and not pieces and end.prompt_tokens >= window):
        raise PromptTooLong(
            f"The server read {end.prompt_tokens} tokens of a prompt of {size} bytes, and not all of it.",
            remedy="Lower holdfast.numCtx to the window that the server has, or give the server a larger one.",
        )
