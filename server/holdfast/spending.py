"""What a request to a model server cost: the noun that those who ask and those who keep the books share."""

from dataclasses import dataclass
from typing import Literal

Purpose = Literal["completion", "priming", "embedding"]


@dataclass(frozen=True, slots=True)
class Spending:
    """The tokens of one request: of its prompt, cached or not, and of its answer.

    `estimated` of them are our own reckoning, where the server gave no count or was not heard to the end. `server` is
    where it was sent; `is_fallback` says that it was sent there because another had failed it, `is_remote` that the
    model runs off this machine.
    """

    server: str
    model: str
    purpose: Purpose
    prompt_tokens: int
    generated_tokens: int
    estimated: int = 0
    is_fallback: bool = False
    is_remote: bool = False
