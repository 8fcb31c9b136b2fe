"""Whether a name in code or configuration says that what is assigned to it is a secret.

A name is read as words: `db_password`, `dbPassword` and `DB-PASSWORD` are the same. The last word decides, so that
`password_field` and `token_url` are none, and `tokenizer` is not a token.
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

STEMS: Final = re.compile(
    "pass|pw|secret|token|key|cred|wort|geheim|schl|mot|contrase|clave|senha|palavra|parola|wachtw|lösen"
    "|has[łl]o|heslo|парол|секрет|ключ|密|口令|パスワ|비밀"
)
"""What a text in lower case holds wherever a name of a secret stands."""


class Says(IntEnum):
    """What a name says of its value, from nothing to a password, which may be short."""

    NOTHING = 0
    SOME_KEY = 1
    SECRET = 2
    PASSWORD = 3


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_PASSWORD: Final = re.compile(
    r"(?:password|passwd|passphrase|passcode|passwort|kennwort|wachtwoord|lösenord)$|(?:store|key|db|my|root|admin|smtp|ftp|user|login|sudo|become)pass$|^(?:pass|pwd|pw|psw|pword|mysqlpwd)$"
    r"|contraseña|contrasena|motdepasse|senha$|palavrapasse|^parola$|hasło|^haslo$|heslo$|парол|密码|密碼|口令|パスワード|비밀번호"
)
_SECRET: Final = re.compile(
    r"(?:secret|token|apikey|secretkey|accesskey|privatekey|authkey|credential|secrets|credentials)$"
    r"|geheimnis|schlüssel$|clavesecreta|секрет|ключ|密钥|密鑰"
)
_KINDS_OF_KEY: Final = frozenset(
    [
        "api",
        "access",
        "secret",
        "private",
        "signing",
        "signature",
        "encryption",
        "master",
        "auth",
        "account",
        "shared",
        "hmac",
        "client",
        "service",
        "session",
        "cookie",
        "license",
        "deploy",
        "storage",
        "consumer",
        "webhook",
        "jwt",
        "cipher",
        "crypto",
        "aes",
        "admin",
        "root",
        "subscription",
        "ssh",
    ]
)
_PUBLIC_KEYS: Final = frozenset(
    [
        "public",
        "primary",
        "foreign",
        "cache",
        "sort",
        "partition",
        "hash",
        "dict",
        "map",
        "lookup",
        "i18n",
        "translation",
        "config",
        "group",
        "row",
        "column",
        "index",
        "object",
        "field",
        "data",
        "event",
        "query",
        "route",
        "unique",
        "natural",
        "pub",
        "host",
        "react",
        "item",
        "label",
        "lang",
        "message",
        "module",
        "param",
        "socket",
    ]
)
_NUMBERED: Final = re.compile(
    r"\d{1,2}|value|val|plain|plaintext|raw|prod|production|dev|staging|live|old|new|default|base|base64|b64"
)
_NOT_ONES: Final = frozenset(
    {"next", "csrf", "page", "continuation", "cancel", "cancellation", "sync", "stop", "eos", "bos", "pad"}
)


@lru_cache(maxsize=4096)
def what_says(name: str) -> Says:
    """What `name` says of the value it is given."""
    words = [word.lower() for word in _WORD.findall(name[-80:])]
    while len(words) > 1 and _NUMBERED.fullmatch(words[-1]):
        words.pop()
    if not words:
        return Says.NOTHING
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    joined = "".join(words[-3:])
    if _PASSWORD.search(last) or _PASSWORD.search(joined):
        return Says.PASSWORD
    if last in {"token", "tokens"} and before in _NOT_ONES:
        return Says.NOTHING
    if _SECRET.search(last) or _SECRET.search(joined):
        return Says.SECRET
    if last == "key" and before:
        return Says.SECRET if before in _KINDS_OF_KEY else Says.NOTHING if before in _PUBLIC_KEYS else Says.SOME_KEY
    return Says.NOTHING
