"""A model's look at conversation before it is stored, all of it or none: what was not looked at is not let through."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.errors import HoldfastError, NotRedacted
from holdfast.redaction.model_pass import Ask, may_find, redact_by_model
from holdfast.redaction.redactor import Redactor


@dataclass(frozen=True, slots=True)
class Passed:
    """`text` as the model let it through; `counts` says by rule how many were taken out."""

    text: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ModelRedactor:
    """Puts `redactor`'s marks where `ask`'s model points; for text that the rules have redacted."""

    redactor: Redactor
    ask: Ask

    def redact(self, text: str) -> Passed:
        """`text` without what the model finds. Raises what `ask` raises, and NotRedacted where an answer is none."""
        if not may_find(text):
            return Passed(text, {})
        heard = _Heard(self.ask)
        found = redact_by_model(self.redactor, text, heard.ask)
        if heard.failure is not None:
            raise heard.failure
        if found.unread:
            raise NotRedacted(
                "the model's answer about a message cannot be used, and what it has not looked through is not stored",
                remedy="Try another model (holdfast.model), or import without it.",
            )
        return Passed(found.text, found.counts)


class _Heard:
    """Asks until the first failure, and keeps that."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.failure: HoldfastError | None = None

    def ask(self, prompt: str) -> str:
        if self.failure is not None:
            raise self.failure
        try:
            return self._ask(prompt)
        except HoldfastError as error:
            self.failure = error
            raise
