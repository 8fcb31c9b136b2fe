"""What has the form of a secret and is none: digests, identifiers, examples of documentation, places for a value."""

import re
from typing import Final

_KNOWN: Final = re.compile(
    r"AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    r"|(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:/[\w./\-]{0,100})?"
    r"|0x[0-9a-f]{40}"
    r"|(?:sha(?:1|256|384|512)|md5|blake2b|b2|kb2)[-:][A-Za-z0-9+/=]{16,128}",
    re.IGNORECASE,
)
"""Documentation's keys, UUIDs, addresses of a block chain, digests that say what they are (Subresource Integrity too)."""

_EXAMPLE: Final = re.compile(r"EXAMPLE(?:KEY)?$|^eyJhbGciOi[\w\-]{10,40}\.eyJzdWIiOiIxMjM0NTY3ODkw")
"""AWS's documentation ends its keys so; the web token is that of RFC 7519's playgrounds, subject 1234567890."""

_PLACEHOLDER: Final = re.compile(
    r"\$\{|\$\(|^\$[A-Za-z_]\w*$|\{\{|<%|%\(|^%\w+%$|^%[a-z]$|\{[A-Za-z_][\w.\[\]]*\}|^\{\d*\}|^<[^>]*>?$|^\[[^\]]*\]$|^@\w+@$"
    r"|<[a-z_\- ]{4,40}\d{0,3}>|\.\.\.|…|\*{3}|x{4,}|your|example|sample|change_?-?(?:me|this|it)|placeholder|dummy|redacted|replace_?-?(?:me|this|with)"
    r"|insert[_\-]|todo|[_\-]here$|process\.env|environ|getenv|^env[.:(]|^(?:secrets|vars|var|local|self|this|config|settings)\.",
    re.IGNORECASE,
)
_EVERYBODYS: Final = re.compile(
    r"(?:my|the|some|a|new|old|test|default|fake|bad|good|wrong|invalid|valid|secure?|super|user|access|auth)?[_\-]?"
    r"(?:pass(?:word|wd|phrase)?|pwd?|secret|token|key|apikey|value|test|testing|foo|bar|baz|admin|user|root|guest|postgres|mysql|tiger"
    r"|qwerty|abc|letmein|none|null|true|false|changeme)"
    r"[_\-]?[\d!]{0,6}",
    re.IGNORECASE,
)
_FORM: Final = re.compile(
    r"utf-?(?:8|16|32)[_-]?\w{0,3}|latin-?1|iso-?8859-\d{1,2}|(?:cp|windows-)\d{3,4}|base(?:16|32|58|64|85)(?:url)?"
    r"|(?:sha|md|hs|rs|es|ps|hmac-?sha)-?\d{1,4}|argon2\w{0,2}|pbkdf2|bcrypt|scrypt|oauth2?|http[23]?|x\.?509|aes-?\d{3}(?:-\w{3})?",
    re.IGNORECASE,
)
"""How a value is written or made: `encode(password, "utf16le")`, “the token is base64”."""
_EXAMPLE_MAIL: Final = re.compile(
    r"@(?:[\w\-]+\.)*(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)$|^(?:git|noreply|no-reply)@|@users\.noreply\.github\.com$",
    re.IGNORECASE,
)
_BY_PLACE: Final = frozenset(
    [
        "credential-in-url",
        "token-in-url",
        "secret-in-query",
        "authorization-header",
        "key-header",
        "password-option",
        "netrc-password",
        "pgpass-password",
        "npmrc-auth",
        "docker-auth",
        "connection-password",
        "command-password",
        "wifi-password",
        "credential-pair",
    ]
)
_UNMISTAKABLE: Final = frozenset({"private", "password", "cookie", "email", "phone", "card-number", "iban"})
_FEWEST_CHARACTERS: Final = 6


def is_harmless(rule: str, value: str) -> bool:
    """Whether `value`, which has the form of `rule` or stands where it says, is known to be no secret."""
    if value.startswith("[REDACTED:") or _KNOWN.fullmatch(value) or _EXAMPLE.search(value):
        return True
    if rule == "email":
        return _EXAMPLE_MAIL.search(value) is not None
    if rule in _BY_PLACE:
        return is_placeholder(value)
    # `ghp_xxxxxxxx…`, `sk-00000000…`: nobody's token has so few characters behind what it begins with.
    return rule not in _UNMISTAKABLE and len(set(value[-20:])) < _FEWEST_CHARACTERS


def is_placeholder(value: str) -> bool:
    """Whether `value` is where a value goes (`<your-key>`, `${TOKEN}`), or one that everybody writes (`secret`, `test123`)."""
    forms = (_EVERYBODYS, _FORM)
    return _PLACEHOLDER.search(value) is not None or any(form.fullmatch(value) is not None for form in forms)
