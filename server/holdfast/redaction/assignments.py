"""Values of no published form that are assigned to something called a password, a key, a token.

The name is found first and the value looked at where it must stand, so that no pattern searches twice. Whether the value
is a secret depends on where it stands and on how random it is: `token = parse(line)` is code, `TOKEN=9f2c…` is not.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from holdfast.redaction.rule import Found

_NAME: Final = re.compile(
    r"passw(?:or)?d|passphrase|passwd|pwd|secret|token|api[_\-]?key|apikey|access[_\-]?key|private[_\-]?key"
    r"|signing[_\-]?key|encryption[_\-]?key|master[_\-]?key|auth[_\-]?key|credential|client[_\-]?key|hmac[_\-]?key"
    r"|passwort|kennwort|geheimnis|schlüssel|mot[_\-]?de[_\-]?passe|contraseña|clave[_\-]?secreta|senha|palavra[_\-]?passe"
    r"|parola|wachtwoord|lösenord|hasło|haslo|heslo|пароль|секрет|密码|口令|密钥|パスワード|비밀번호",
    re.IGNORECASE,
)
_ASSIGNED: Final = re.compile(
    r"[\w\-.]{0,40}\\{0,2}[\"'`]?\]?[ \t]{0,8}(?::[ \t]{0,3}[A-Za-z]{1,20}[ \t]{0,3}=|=>|:=|==?|:)[ \t]{0,8}"
    r"(?:[brfu]{0,2}\\{0,2}(?P<quote>[\"'`])(?P<quoted>[^\"'`\r\n\\]{4,512})\\{0,2}(?P=quote)|(?P<bare>[^\s\"'`,;(){}\[\]<>]{6,512}))"
)
_PASSWORD: Final = re.compile(
    r"pass|pwd|wort|mot|contrase|senha|parola|wachtwoord|lösenord|has[łl]o|heslo|пароль|密码|口令|パスワード|비밀번호",
    re.IGNORECASE,
)
_RANDOM: Final = re.compile(r"[A-Za-z0-9_\-+/=.~!@#$%^&*:|]{10,512}")
_CODE: Final = re.compile(r"[A-Za-z_][\w]*(?:[.:\-]{1,2}[A-Za-z_][\w]*)*[\\]?")
_PLACEHOLDER: Final = re.compile(
    r"[<$%{]|\.\.\.|…|\*{3}|x{4,}|your|example|sample|changeme|change[_\-]me|placeholder|dummy|fake|redacted|todo|insert|replace|none|null|undefined|test",
    re.IGNORECASE,
)
_BITS_A_CHARACTER: Final = 3.0
_WEAK_BITS: Final = 2.5
_FEWEST_RANDOM: Final = 16
_FEWEST_PASSWORD: Final = 6


def find_assignments(text: str) -> Iterator[Found]:
    """The secret values in `text`, in order."""
    for name in _NAME.finditer(text):
        value = _ASSIGNED.match(text, name.end())
        if value is None:
            continue
        group = "quoted" if value["quoted"] is not None else "bare"
        rule = judge(name[0], value[group], is_quoted=group == "quoted")
        if rule is not None:
            yield Found(*value.span(group), rule)


def judge(name: str, value: str, *, is_quoted: bool = True) -> str | None:
    """The rule by which `value` is a secret where it belongs to `name`; None where it is none."""
    found = _NAME.search(name)
    if found is None:
        return None
    is_password = _PASSWORD.search(found[0]) is not None
    if not _is_secret(value, is_password=is_password, is_quoted=is_quoted):
        return None
    return "password" if is_password else "secret-value"


def bits_a_character(text: str) -> float:
    """Shannon entropy of the characters of `text`."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def _is_secret(value: str, *, is_password: bool, is_quoted: bool) -> bool:
    if _PLACEHOLDER.search(value):
        return False
    kinds = (
        any(char.isdigit() for char in value)
        + any(char.isalpha() for char in value)
        + any(not char.isalnum() and char not in " _-.:/" for char in value)
    )
    if len(value) >= _FEWEST_RANDOM and _RANDOM.fullmatch(value) and bits_a_character(value) >= _BITS_A_CHARACTER:
        return any(char.isdigit() for char in value) and not _is_words(value)
    if not is_password or len(value) < _FEWEST_PASSWORD or " " in value:
        return False
    # A short one: nothing but its kinds of characters tells it from a word, and code writes words.
    return kinds >= 2 and bits_a_character(value) >= _WEAK_BITS and (is_quoted or not _CODE.fullmatch(value))  # noqa: PLR2004 - letters and something else


def _is_words(value: str) -> bool:
    """Whether `value` is a path, a dotted name or words with a number at the end, as code has them."""
    parts = [part for part in re.split(r"[_\-./:]", value) if part]
    return bool(parts) and all(part.isalpha() or (part.isdigit() and len(part) <= 4) for part in parts)  # noqa: PLR2004 - a year
