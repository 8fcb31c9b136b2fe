"""Text that is too long for where it goes, cut before it is redacted: half a secret is one too, and no rule would know it."""

from holdfast.redaction.redactor import find_secrets
from holdfast.redaction.rule import MOST_CHARACTERS


def cut(text: str, limit: int) -> str:
    """The first `limit` characters of `text`, fewer where a secret would be cut in two: then it goes as a whole."""
    if len(text) <= limit:
        return text
    end = limit
    for secret in find_secrets(text[: limit + MOST_CHARACTERS], conversation=True):
        if secret.start < limit < secret.end:
            end = secret.start
    return text[:end]
