"""The rule tables: every rule finds what it is for, costs little, and is found by its keywords."""

import re
import string
import time

import pytest

from holdfast.redaction.redactor import RULES, find_secrets
from holdfast.redaction.rule import Rule, span_of
from planted_documents import plant
from planted_secrets import chars, seeded

_RNG = seeded(7)
_ALNUM, _HEX, _LOWER = string.ascii_letters + string.digits, "0123456789abcdef", string.ascii_lowercase + string.digits


def _alnum(count: int) -> str:
    return chars(_RNG, _ALNUM, count)


def _hex(count: int) -> str:
    return chars(_RNG, _HEX, count)


def _low(count: int) -> str:
    return chars(_RNG, _LOWER, count)


EXAMPLES = {
    "credential-pair": "requests.get(url, auth=('ada', 'Kran!Kahn-19'))",
    "command-password": "sshpass -p Kran!Kahn-19 ssh ada@shop.dev",
    "wifi-password": "WIFI:S:Shop;T:WPA;P:Kran!Kahn-19;;",
    "putty-private-key": f"Private-Lines: 2\n{_alnum(64)}\n{_alnum(40)}\nPrivate-MAC: 0\n",
    "jwk-private-key": f'{{"kty":"OKP","crv":"Ed25519","d":"{_alnum(43)}","x":"a"}}',
    "kubeconfig-key": f"    client-key-data: {_alnum(800)}\n",
    "wireguard-key": f"[Interface]\nPrivateKey = {_alnum(42)}E=\n",
    "aws-bedrock-key": f"use ABSK{_alnum(124)} now",
    "azure-sas-signature": f"https://shop.blob.core.windows.net/a?sv=2022-11-02&sig={_alnum(42)}%3D&se=2027",
    "tencent-secret-id": f"is AKID{_alnum(32)}",
    "yandex-key": f"is AQVN{_alnum(36)}",
    "cloudflare-origin-key": f"is v1.0-{_hex(24)}-{_hex(146)}",
    "heroku-key": f"is HRKU-{_alnum(58)}",
    "netlify-token": f"is nfp_{_alnum(36)}",
    "vercel-token": f"is vcp_{_alnum(56)}",
    "pulumi-token": f"is pul-{_hex(40)}",
    "datadog-app-key": f"is ddapp_{_alnum(34)}",
    "gitlab-runner-token": f"is GR1348941{_alnum(20)}",
    "bitbucket-token": f"is ATBB{_alnum(32)}",
    "crates-token": f"is cio{_alnum(32)}",
    "nuget-key": f"is oy2{_low(43)}",
    "clojars-token": f"is CLOJARS_{_low(60)}",
    "artifactory-key": f"is AKCp{_alnum(69)}",
    "readme-key": f"is rdme_{_low(70)}",
    "contentful-token": f"is CFPAT-{_alnum(43)}",
    "openrouter-key": f"is sk-or-v1-{_hex(64)}",
    "xai-key": f"is xai-{_alnum(80)}",
    "perplexity-key": f"is pplx-{_alnum(48)}",
    "langsmith-key": f"is lsv2_pt_{_hex(32)}_{_hex(10)}",
    "plaid-token": f"is access-sandbox-{_hex(8)}-{_hex(4)}-{_hex(4)}-{_hex(4)}-{_hex(12)}",
    "discord-webhook": f"https://discord.com/api/webhooks/123456789012345678/{_alnum(68)}",
    "typeform-token": f"is tfp_{_alnum(59)}",
    "dropbox-token": f"is sl.{_alnum(136)}",
    "onepassword-token": f"is ops_eyJ{_alnum(300)}",
    "shippo-token": f"is shippo_live_{_hex(40)}",
    "easypost-key": f"is EZAK{_alnum(54)}",
    "flutterwave-key": f"is FLWSECK-{_hex(32)}-X",
    "prefect-key": f"is pnu_{_alnum(36)}",
    "adafruit-key": f"is aio_{_alnum(28)}",
    "token-in-url": f"git clone https://{_alnum(40)}@git.shop.dev/shop.git",
    "bearer-token": f"sent Bearer {_alnum(40)} twice",
    "pgpass-password": "db.shop.dev:5432:shop:ada:Tr0ub4dor&3\n",
    "docker-auth": '{"auths": {"https://index.docker.io/v1/": {"auth": "YWRhOlRyMHViNGRvciYz"}}}',
    "password-hash": f"root:$6${_alnum(16)}${_alnum(86)}:19000:0:99999:7:::",
    "iban": "to DE89 3704 0044 0532 0130 00 please",
}
"""Texts for the rules that the planted secrets have no kind of."""
FOUND_IN_PLANTED = {
    one.rule
    for planted in plant(1, 1)
    for one in find_secrets(planted.text, conversation=True)
}  # fmt: skip

REPEATED = [
    *(
        "a",
        "A",
        "0",
        "-",
        ".",
        "+",
        "/",
        "=",
        " ",
        '"',
        "\n",
        "\\n",
        "a.",
        "a-",
        "0 ",
        "A\n",
        "x:",
        "a@",
        "://",
        "://a:",
    ),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "Cookie: a=",
        "AccountKey=",
        "client-key-data:",
        "Private-Lines: 1 ",
        "1111 ",
    ),
    *(
        "machine a login b password ",
        "authorization: bearer ",
        "?key=",
        "-u a:",
        "PrivateKey = ",
        "AB12 ",
        "+1 1",
        "$1$",
    ),
]


@pytest.mark.parametrize("name", sorted({rule.name for rule in RULES}))
def test_every_rule_finds_what_it_is_for(name: str) -> None:
    if name in EXAMPLES:
        assert name in {one.rule for one in find_secrets(EXAMPLES[name], conversation=True)}
    else:
        assert name in FOUND_IN_PLANTED


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_where_its_form_is_published_and_has_keywords_in_lower_case(rule: Rule) -> None:
    assert rule.source
    assert rule.keywords
    assert [keyword for keyword in rule.keywords if keyword != keyword.lower()] == []


def test_whatever_a_pattern_matches_holds_one_of_its_keywords() -> None:
    texts = [planted.text for planted in plant(1, 1)] + list(EXAMPLES.values())
    without = [
        (rule.name, match[0])
        for rule in RULES
        for text in texts
        for match in rule.pattern.finditer(text)
        if not any(keyword in match[0].lower() for keyword in rule.keywords)
    ]

    assert without == []


def test_a_name_fits_into_a_mark() -> None:
    assert [rule.name for rule in RULES if not re.fullmatch(r"[a-z0-9\-]{1,40}", rule.name)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_text_makes_a_pattern_search_long(rule: Rule) -> None:
    # Four times the text takes four times as long; sixteen times where a pattern looks at everything from everywhere.
    grown = [growth for piece in {*REPEATED, *rule.keywords} if (growth := _growth(rule, piece)) > 10]

    assert grown == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_pattern_has_an_unbounded_quantifier(rule: Rule) -> None:
    plain = re.sub(r"\\.|\[(?:\\.|[^\]])+\]", "", rule.pattern.pattern)

    assert re.findall(r"[*]|(?<![}?)\w])\+|\)\+|\{\d*,\}", plain) == []


def test_the_secret_of_a_match_lies_in_it() -> None:
    for planted in plant(1, 1):
        for rule in RULES:
            for match in rule.pattern.finditer(planted.text):
                start, end = span_of(match)
                assert match.start() <= start < end <= match.end()


def _growth(rule: Rule, piece: str) -> float:
    """How much longer four times as much of `piece` takes; 1 for what takes hardly any time."""
    short, long = (_seconds(rule, piece, count) for count in (8_000, 32_000))
    if long < 0.05:
        return 1
    return min(long / short, _seconds(rule, piece, 32_000) / _seconds(rule, piece, 8_000))


def _seconds(rule: Rule, piece: str, count: int) -> float:
    text = piece * (count // len(piece))
    before = time.process_time()
    for _ in rule.pattern.finditer(text):
        pass
    return max(time.process_time() - before, 1e-6)
