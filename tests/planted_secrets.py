"""Made-up secrets in the forms their makers document, by seed: what redaction is measured on. None of them opens anything.

Written from those documents and not from the rules. `HELD_OUT` are forms that no rule was written for: they show what
happens to a token that nobody has heard of.
"""

import base64
import hashlib
import json
import random
import string
import uuid
from collections.abc import Callable, Mapping
from typing import Final

Make = Callable[[random.Random], str]
_UPPER, _LOWER, _DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
_ALNUM: Final = string.ascii_letters + _DIGITS
_URL: Final = _ALNUM + "-_"
_BASE64: Final = _ALNUM + "+/"
_HEX: Final = "0123456789abcdef"
_BECH32: Final = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"


def chars(rng: random.Random, alphabet: str, count: int) -> str:
    """`count` characters, evenly from `alphabet`."""
    return "".join(rng.choices(alphabet, k=count))


def _of(prefix: str, alphabet: str, count: int, suffix: str = "") -> Make:
    return lambda rng: prefix + chars(rng, alphabet, count) + suffix


def _any(*makes: Make) -> Make:
    return lambda rng: rng.choice(makes)(rng)


def _base64(count: int) -> Make:
    return lambda rng: base64.b64encode(rng.randbytes(count)).decode()


def _url64(rng: random.Random, count: int) -> str:
    return base64.urlsafe_b64encode(rng.randbytes(count)).decode().rstrip("=")


def json_web_token(rng: random.Random) -> str:
    """RFC 7519, signed with HS256 by nobody's key."""
    head = {"alg": rng.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    body = {"sub": chars(rng, _DIGITS, 8), "name": "Ada", "iat": rng.randrange(10**9, 2 * 10**9)}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).decode().rstrip("=")
        for part in (head, body)
    ]
    return ".".join([*parts, _url64(rng, 32)])


def _discord(rng: random.Random) -> str:
    bot = base64.urlsafe_b64encode(str(rng.randrange(10**17, 10**18)).encode()).decode().rstrip("=")
    return f"{bot}.{chars(rng, _URL, 6)}.{chars(rng, _URL, rng.choice([27, 38]))}"


def _pypi(rng: random.Random) -> str:
    caveats = b"\x02\x01\x08pypi.org\x02$" + str(uuid.UUID(bytes=rng.randbytes(16))).encode() + rng.randbytes(60)
    return "pypi-" + base64.urlsafe_b64encode(caveats).decode().rstrip("=")


def _crc(prefix: str, rng: random.Random) -> str:
    """GitHub's and npm's: thirty characters and a check sum of six in base 62."""
    return prefix + chars(rng, _ALNUM, 30) + "".join(rng.choices(_ALNUM, k=6))


TOKENS: Final[Mapping[str, Make]] = {
    "AWS access key": _any(_of("AKIA", _UPPER + "234567", 16), _of("ASIA", _UPPER + "234567", 16)),
    "Google API key": _of("AIzaSy", _URL, 33),
    "Google OAuth access token": _of("ya29.a0", _URL, 160),
    "Google OAuth client secret": _of("GOCSPX-", _URL, 28),
    "Azure client secret": lambda rng: chars(rng, _ALNUM, 3) + "8Q~" + chars(rng, _ALNUM + "_~.-", 33) + "a",
    "Azure DevOps token": lambda rng: chars(rng, _ALNUM, 76) + "AZDO" + chars(rng, _ALNUM, 4),
    "GitHub classic": lambda rng: _crc(rng.choice(["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]), rng),
    "GitHub fine-grained": lambda rng: f"github_pat_{chars(rng, _ALNUM, 22)}_{chars(rng, _ALNUM, 59)}",
    "GitLab personal": _any(
        _of("glpat-", _URL, 20),
        lambda rng: f"glpat-{chars(rng, _URL, 27)}.01.{chars(rng, _LOWER + _DIGITS, 9)}",
    ),
    "GitLab others": lambda rng: rng.choice(["gldt-", "glrt-", "glptt-", "glft-", "glimt-"]) + chars(rng, _URL, 25),
    "Slack bot": lambda rng: "-".join(
        [rng.choice(["xoxb", "xoxp"]), chars(rng, _DIGITS, 12), chars(rng, _DIGITS, 13), chars(rng, _ALNUM, 24)]
    ),
    "Slack app": lambda rng: f"xapp-1-A{chars(rng, _UPPER, 10)}-{chars(rng, _DIGITS, 13)}-{chars(rng, _HEX, 64)}",
    "Slack webhook": lambda rng: (
        f"T{chars(rng, _UPPER + _DIGITS, 8)}/B{chars(rng, _UPPER + _DIGITS, 8)}/{chars(rng, _ALNUM, 24)}"
    ),
    "Stripe": lambda rng: rng.choice(["sk_live_", "rk_live_", "sk_test_"]) + chars(rng, _ALNUM, rng.choice([24, 99])),
    "npm": lambda rng: _crc("npm_", rng),
    "PyPI": _pypi,
    "RubyGems": _of("rubygems_", _HEX, 48),
    "OpenAI project": lambda rng: f"sk-proj-{chars(rng, _URL, 74)}T3BlbkFJ{chars(rng, _URL, 74)}",
    "OpenAI user": lambda rng: f"sk-{chars(rng, _ALNUM, 20)}T3BlbkFJ{chars(rng, _ALNUM, 20)}",
    "Anthropic": lambda rng: rng.choice(["sk-ant-api03-", "sk-ant-admin01-"]) + chars(rng, _URL, 93) + "AA",
    "Anthropic OAuth": lambda rng: "sk-ant-oat01-" + chars(rng, _URL, 86) + "AA",
    "Hugging Face": _of("hf_", string.ascii_letters, 34),
    "Groq": _of("gsk_", _ALNUM, 52),
    "Replicate": _of("r8_", _ALNUM, 37),
    "Twilio": _of("SK", _HEX, 32),
    "SendGrid": lambda rng: f"SG.{chars(rng, _URL, 22)}.{chars(rng, _URL, 43)}",
    "Mailchimp": lambda rng: f"{chars(rng, _HEX, 32)}-us{rng.randrange(1, 22)}",
    "Mailgun": _of("key-", _HEX, 32),
    "Telegram bot": lambda rng: f"{rng.randrange(10**9, 8 * 10**9)}:AA{chars(rng, _URL, 33)}",
    "Discord bot": _discord,
    "JSON Web Token": json_web_token,
    "DigitalOcean": _of("dop_v1_", _HEX, 64),
    "Databricks": _of("dapi", _HEX, 32),
    "HashiCorp Vault": _of("hvs.", _URL, 90),
    "HCP Terraform": lambda rng: f"{chars(rng, _ALNUM, 14)}.atlasv1.{chars(rng, _ALNUM, 67)}",
    "Shopify": lambda rng: rng.choice(["shpat_", "shpss_"]) + chars(rng, _HEX, 32),
    "Square": _any(_of("EAAA", _URL, 60), _of("sq0csp-", _URL, 43)),
    "Notion": _of("ntn_", _ALNUM, 46),
    "Linear": _of("lin_api_", _ALNUM, 40),
    "Figma": _of("figd_", _URL, 40),
    "Airtable": lambda rng: f"pat{chars(rng, _ALNUM, 14)}.{chars(rng, _HEX, 64)}",
    "Postman": lambda rng: f"PMAK-{chars(rng, _HEX, 24)}-{chars(rng, _HEX, 34)}",
    "New Relic": _of("NRAK-", _UPPER + _DIGITS, 27),
    "Grafana": lambda rng: f"glsa_{chars(rng, _ALNUM, 32)}_{chars(rng, _HEX, 8)}",
    "Sentry user": _of("sntryu_", _HEX, 64),
    "Docker Hub": _of("dckr_pat_", _URL, 27),
    "Doppler": _of("dp.pt.", _ALNUM, 43),
    "Tailscale": lambda rng: f"tskey-auth-k{chars(rng, _ALNUM, 11)}CNTRL-{chars(rng, _ALNUM, 32)}",
    "Fly.io": _of("fo1_", _URL, 43),
    "PlanetScale": _of("pscale_tkn_", _URL, 43),
    "Supabase": _of("sbp_", _HEX, 40),
    "Alibaba": _of("LTAI5t", _ALNUM, 18),
    "Atlassian": lambda rng: "ATATT3xFfGF0" + chars(rng, _URL, 171) + "=" + chars(rng, "0123456789ABCDEF", 8),
    "Dynatrace": lambda rng: f"dt0c01.{chars(rng, _UPPER + '234567', 24)}.{chars(rng, _UPPER + '234567', 64)}",
    "Brevo": lambda rng: f"xkeysib-{chars(rng, _HEX, 64)}-{chars(rng, _ALNUM, 16)}",
    "age": _of("AGE-SECRET-KEY-1", _BECH32, 58),
}
"""Tokens that a published form gives away wherever they stand."""

HELD_OUT: Final[Mapping[str, Make]] = {
    "Cloudflare user token": lambda rng: "cfut_" + chars(rng, _ALNUM, 40) + chars(rng, _HEX, 8),
    "Buildkite": _of("bkua_", _HEX, 40),
    "Sourcegraph": lambda rng: f"sgp_{chars(rng, _HEX, 16)}_{chars(rng, _HEX, 40)}",
    "Asana": lambda rng: f"2/{chars(rng, _DIGITS, 16)}/{chars(rng, _DIGITS, 16)}:{chars(rng, _HEX, 32)}",
    "Resend": lambda rng: f"re_{chars(rng, _ALNUM, 8)}_{chars(rng, _ALNUM, 24)}",
    "PostHog": _of("phx_", _ALNUM, 43),
    "RunPod": _of("rpa_", _UPPER + _DIGITS, 40),
    "Tavily": _of("tvly-", _ALNUM, 32),
    "Neon": _of("napi_", _LOWER + _DIGITS, 64),
    "Cohere": _of("", _ALNUM, 40),
    "Hetzner": _of("", _ALNUM, 64),
    "Deepgram": _of("", _HEX, 40),
    "Okta": _of("00", _URL, 40),
    "ElevenLabs": _of("sk_", _HEX, 48),
    "Duffel": _of("duffel_live_", _URL, 43),
    "Lob": _of("live_", _HEX, 35),
}
"""Forms without a rule of their own."""

_WORDS: Final = [
    "river",
    "copper",
    "lantern",
    "maple",
    "orbit",
    "velvet",
    "harbor",
    "falcon",
    "sunset",
    "tiger",
    "walnut",
    "rocket",
]


def password(rng: random.Random) -> str:
    """As people make them, and as generators do."""
    word, other = rng.choice(_WORDS), rng.choice(_WORDS)
    return rng.choice(
        [
            f"{word.capitalize()}{rng.randrange(10, 3000)}{rng.choice('!?#*')}",
            f"{word.capitalize()}-{other}-{rng.randrange(100, 9999)}",
            word.replace("o", "0").replace("a", "@") + f"{rng.randrange(10, 99)}X",
            chars(rng, _ALNUM, rng.randrange(12, 24)) + str(rng.randrange(10)),
            chars(rng, _ALNUM + "!#%&*+-=?@^_~", rng.randrange(14, 28)) + "7a!",
        ]
    )


VALUES: Final[Mapping[str, Make]] = {
    "AWS secret key": _of("", _BASE64, 40),
    "random hexadecimal": lambda rng: chars(rng, _HEX, rng.choice([32, 40, 64])),
    "random base64": _base64(33),
    "random alphanumeric": lambda rng: chars(rng, _ALNUM, rng.randrange(20, 50)),
    "password": password,
}
"""Secrets of no form: only where they stand tells."""


def private_key(rng: random.Random) -> str:
    """A block as `openssl`, `ssh-keygen` and `gpg` write it, its content noise."""
    kind = rng.choice(["RSA ", "EC ", "", "OPENSSH ", "ENCRYPTED ", "PGP"])
    begin = f"-----BEGIN {kind}PRIVATE KEY-----" if kind != "PGP" else "-----BEGIN PGP PRIVATE KEY BLOCK-----"
    body = base64.b64encode(rng.randbytes(rng.choice([121, 600, 1200, 2400]))).decode()
    width = {"OPENSSH ": 70}.get(kind, 64)
    lines = [body[start : start + width] for start in range(0, len(body), width)]
    head = {
        "PGP": ["Version: GnuPG v2", ""],
        "RSA ": rng.choice([[], ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0A1B", ""]]),
    }
    if kind == "PGP":
        lines.append("=" + body[:4])
    return "\n".join([begin, *head.get(kind, []), *lines, begin.replace("BEGIN", "END")])


def email(rng: random.Random) -> str:
    """Of a person of no domain that answers."""
    name, place = rng.choice(_WORDS), rng.choice(_WORDS)
    return f"{name}.{chars(rng, _LOWER, 5)}{rng.choice(['', '+news', '_x'])}@{place}-{chars(rng, _LOWER, 4)}.{rng.choice(['com', 'co.uk', 'de', 'io'])}"


def phone(rng: random.Random) -> str:
    """International, and as North America writes it."""
    number = [chars(rng, "23456789", count) for count in (3, 3, 4)]
    return rng.choice(
        [
            f"+{rng.choice(['49', '44', '33', '1', '351'])} {number[0]} {number[1]}{number[2]}",
            "+41" + "".join(number),
            "+1-" + "-".join(number),
            f"({number[0]}) {number[1]}-{number[2]}",
            "-".join(number),
        ]
    )


def card(rng: random.Random) -> str:
    """With its check digit."""
    digits = "4" + chars(rng, _DIGITS, 14)
    total = sum(
        value - 9 * (value > 9) for value in (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    )
    whole = digits + str(-total % 10)
    return rng.choice([whole, " ".join(whole[at : at + 4] for at in range(0, 16, 4))])


PERSONAL: Final[Mapping[str, Make]] = {"e-mail address": email, "telephone": phone, "card number": card}
"""What identifies a person: looked for in conversation alone."""


def seeded(seed: int, *names: object) -> random.Random:
    """A source of chance that depends on nothing but its names."""
    return random.Random(hashlib.sha256(repr((seed, *names)).encode()).digest())
