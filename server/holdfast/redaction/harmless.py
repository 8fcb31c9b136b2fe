"""What has the form of a secret and is none: digests, identifiers, examples of documentation, places for a value."""

import re
from typing import Final

_HARMLESS: Final = re.compile(
    r"AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?:sha(?:1|256|384|512)|md5|blake2b|b2)[-:][A-Za-z0-9+/=]{16,128}"
    r"|\$\{?[A-Za-z_][\w.]{0,80}\}?|\{\{?[\w. ]{0,80}\}?\}|%\(?\w{0,40}\)?s?|<[\w\- ]{0,80}>|\*{3,200}|[xX.]{3,200}",
    re.IGNORECASE,
)
_EXAMPLE: Final = re.compile(
    r"EXAMPLE(?:KEY)?$|^(?:user|username|pass|password|passwd|pw|secret|token|changeme|guest|postgres|root|admin|test|foo|bar)$",
    re.IGNORECASE,
)
_DIGEST: Final = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}", re.IGNORECASE
)
_EXAMPLE_MAIL: Final = re.compile(
    r"@(?:[\w\-]+\.)*(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)$|^(?:git|noreply|no-reply)@|@users\.noreply\.github\.com$",
    re.IGNORECASE,
)
_HAS_A_FORM: Final = frozenset({"secret-value", "password"})


def is_harmless(rule: str, value: str) -> bool:
    """Whether `value`, which has the form of `rule`, is known to be no secret."""
    if value.startswith("[REDACTED:") or _HARMLESS.fullmatch(value) or _EXAMPLE.search(value):
        return True
    if rule == "email":
        return _EXAMPLE_MAIL.search(value) is not None
    # A bare digest is a commit or a checksum. One that its place calls a password is that.
    return rule == "secret-value" and _DIGEST.fullmatch(value) is not None and len(set(value)) < 8  # noqa: PLR2004 - 0000…, abab…
