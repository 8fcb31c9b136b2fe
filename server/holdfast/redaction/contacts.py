"""What identifies a person in a conversation: addresses, telephone and card numbers. In code they are data or examples."""

import re
from typing import Final

from holdfast.redaction.rule import Rule, rule

_GROUPS: Final = r"(?:(?: ?/ ?|[ .\-\u2013])?\(?\d{1,5}+\)?){2,7}"

CONTACTS: Final[tuple[Rule, ...]] = (
    rule(
        "email",
        "@",
        r"(?<![\w.%+\-/])[^\W_][\w.%+\-']{0,63}@(?:[^\W_][\w\-]{0,62}\.){1,8}[^\W\d_]{2,24}(?![\w@])",
        "RFC 5321 and RFC 6531, in the form that people write",
        only_conversation=True,
    ),
    rule(
        "phone",
        "+",
        rf"\+(?<![\w+.\-/]\+)[1-9]\d{{0,3}}{_GROUPS}(?![\w\-])",
        "ITU-T E.164, international numbers",
        only_conversation=True,
    ),
    rule(
        "phone",
        "0",
        rf"0(?<![\w+.,:\-/]0)(?:0[1-9]\d{{0,3}}{_GROUPS}(?![\w\-])"
        r"|[1-9]\d{1,4}\)?(?: ?[/\-\u2013] ?| )(?!\d{4}-\d{2}-\d{2})\d{2,8}(?:[ \-]\d{2,8}){0,4}(?![\w\-]|[.,:/]\d)"
        r"|(?<!\d 0)[1-9](?:[ .\-]\d{2}){4}(?![\w\-]|[ .,:/]\d))",
        "ITU-T E.123: behind 00, and as most of Europe, Asia and Africa dial within a country; last as France groups it",
        only_conversation=True,
    ),
    rule(
        "phone",
        "( - .",
        r"(?:\((?<![\w+.\-/(]\()[2-9]\d{2}\) ?|[2-9](?<![\w+.\-/(][2-9])\d{2}[\-.])[2-9]\d{2}[\-.]\d{4}(?![\w\-])",
        "North American Numbering Plan",
        only_conversation=True,
    ),
    rule(
        "card-number",
        "3 4 5 6",
        r"[3-6](?<![\w.\-][3-6])(?:\d{3}[ \-]?\d{4}[ \-]?\d{4}[ \-]?\d{1,7}|(?<=3)[47]\d{2}[ \-]?\d{6}[ \-]?\d{5})(?![\w\-]|\.\d)",
        "ISO/IEC 7812, with its check digit",
        only_conversation=True,
    ),
    rule(
        "iban",
        "0 1 2 3 4 5 6 7 8 9",
        r"[A-Z](?<![A-Za-z0-9][A-Z])[A-Z]\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])",
        "ISO 13616, with its check digits",
        only_conversation=True,
    ),
)

PERSONAL: Final = frozenset(rule.name for rule in CONTACTS)
_COOKIE: Final = re.compile(r"=(?=[^;\s\d]{0,200}\d)(?=[^;\sA-Za-z]{0,200}[A-Za-z])[^;\s]{12}")
"""A value that a server could tell a session by; `theme=dark` is none."""
_INTERNATIONAL_DIGITS: Final = range(8, 20)
_NATIONAL_DIGITS: Final = range(9, 13)
_FICTION: Final = re.compile(r"1?(?:[2-9]\d{2})?55501\d{2}|(?:44|0)7700900\d{3}")
"""Kept for stories by the North American Numbering Plan (555-0100 to 0199) and by Ofcom."""
_CARD_DIGITS: Final = range(13, 20)
_IBAN_CHARACTERS: Final = range(15, 35)


def is_one(rule_name: str, text: str) -> bool:
    """Whether `text`, which has the form, is one by its length and check digits."""
    digits = re.sub(r"\D", "", text)
    match rule_name:
        case "phone":
            return _is_phone(digits)
        case "card-number":
            return len(digits) in _CARD_DIGITS and len(set(digits)) > 2 and _luhn(digits)  # noqa: PLR2004 - as above
        case "cookie":
            return _COOKIE.search(text) is not None
        case "iban":
            return _mod_97(text.replace(" ", ""))
        case _:
            return True


def _is_phone(digits: str) -> bool:
    """Whether somebody could be called there: not 0 000 000, and not a number that is kept for films."""
    is_national = digits.startswith("0") and not digits.startswith("00")
    lengths = _NATIONAL_DIGITS if is_national else _INTERNATIONAL_DIGITS
    return len(digits) in lengths and len(set(digits)) > 2 and not _FICTION.fullmatch(digits)  # noqa: PLR2004 - see above


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)  # noqa: PLR2004 - its sum of digits
    return total % 10 == 0


def _mod_97(iban: str) -> bool:
    """ISO 7064, MOD 97-10."""
    if len(iban) not in _IBAN_CHARACTERS:
        return False
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1
