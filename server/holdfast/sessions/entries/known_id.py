"""The ids that other tools give to their sessions and messages, as the log writes them."""

import hashlib
import re
from typing import Final

from holdfast.redaction.identifiers import is_identifier

ID_FORM: Final = re.compile(r"@?[\w.:#/+\-]{1,200}", re.ASCII)
_DIGEST_BYTES: Final = 16


def known_id(text: str) -> str:
    """The id `text` of a tool as the log writes it: one of a strange form, or one that could be a secret, as a digest.

    Of what it has written, the same. An older version wrote ids that could be secrets as they are.
    """
    if not text or (ID_FORM.fullmatch(text) and is_identifier(text)):
        return text
    return "b2." + hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).hexdigest()
