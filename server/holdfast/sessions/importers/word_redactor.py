"""A redactor for many messages that are built alike: the names of their fields, and of tools, are looked through once."""

from typing import Final

from holdfast.redaction.redactor import Redacted, Redactor

_LONGEST: Final = 40
"""Characters of a text that may come again and again."""
_MOST: Final = 2000


class WordRedactor(Redactor):
    """Redacts as `Redactor` does. Remembers of short texts that nothing is secret in them, and of no secret anything."""

    def __init__(self, key: bytes) -> None:
        super().__init__(key)
        self._harmless: set[tuple[str, bool]] = set()

    def redact(self, text: str, *, conversation: bool = False) -> Redacted:
        """`text` redacted."""
        if len(text) > _LONGEST:
            return super().redact(text, conversation=conversation)
        word = (text, conversation)
        if word in self._harmless:
            return Redacted(text, {})
        redacted = super().redact(text, conversation=conversation)
        if redacted.text == text:
            if len(self._harmless) >= _MOST:
                self._harmless.clear()
            self._harmless.add(word)
        return redacted
