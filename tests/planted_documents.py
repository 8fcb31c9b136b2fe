"""Where secrets get lost: code, configuration, logs, shell transcripts, conversations, each around one planted secret."""

import base64
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planted_secrets import HELD_OUT, PERSONAL, TOKENS, VALUES, Make, private_key, seeded

_FRAGMENT: Final = 10


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with one secret; `group` and `kind` say of what sort, `place` where it was put."""

    group: str
    kind: str
    place: str
    secret: str
    text: str
    is_conversation: bool

    def is_gone_from(self, redacted: str) -> bool:
        """Whether no ten characters in a row of the secret are left (of a short one: the whole)."""
        return not any(piece in redacted for piece in self._pieces())

    def _pieces(self) -> Iterator[str]:
        for line in self.secret.split("\n"):
            if line.startswith("-----") or ": " in line or (line != self.secret and len(line) < _FRAGMENT):
                continue
            yield from (line[at : at + _FRAGMENT] for at in range(max(1, len(line) - _FRAGMENT + 1)))


Place = Callable[[str, str], str]
_ANYWHERE: Final[Mapping[str, Place]] = {
    "Python": lambda _, value: f'import os\n\nclient = Client("{value}", retries=3)\n',
    "JavaScript": lambda _, value: f"const client = new Client({{ auth: '{value}' }});\n",
    "log line": lambda _, value: f"2026-05-04T10:12:01Z WARN http: request failed for {value}, status=401\n",
    "conversation": lambda _, value: f"Sure, use this one: {value} and tell me whether the deploy works now.\n",
    "Markdown": lambda _, value: f"Then paste `{value}` into the form.\n",
    "diff": lambda _, value: f"@@ -1,3 +1,3 @@\n-client(old)\n+client({value})\n",
    "command argument": lambda _, value: f"$ curl -s https://api.shop.dev/v1/me -d '{value}'\n",
    "JSON in a string": lambda _, value: json.dumps(json.dumps({"data": [value, 3]})) + "\n",
    "end of text": lambda _, value: f"it was {value}",
    "full stop": lambda _, value: f"My old one was {value}.\n",
}
_ASSIGNED: Final[Mapping[str, Place]] = {
    "Python": lambda name, value: f'DEBUG = True\n{name} = "{value}"\nPORT = 80\n',
    "TypeScript": lambda name, value: f"export const {_camel(name)}: string = '{value}';\n",
    "env file": lambda name, value: f"PORT=80\n{name}={value}\nDEBUG=1\n",
    "JSON": lambda name, value: json.dumps(
        {"port": 80, name.lower(): value, "debug": True}, indent=2, ensure_ascii=False
    ),
    "YAML": lambda name, value: f"server:\n  port: 80\n  {name.lower()}: {value}\n",
    "shell": lambda name, value: f'$ export {name}="{value}"\n$ make deploy\n',
    "JSON in a string": lambda name, value: _in_a_string({name.lower(): value}),
    "properties": lambda name, value: f"app.{name.lower().replace('_', '.')}={value}\nlog=1\n",
    "Python dictionary": lambda name, value: f"settings = {{'{name.lower()}': '{value}', 'port': 80}}\n",
    "C#": lambda name, value: f'var {_camel(name)} = "{value}";\n',
}
_LEARNT: Final[Mapping[str, Place]] = {
    "PHP": lambda name, value: f"define('{name}', '{value}');\n",
    "said": lambda name, value: f"the {name.lower().replace('_', ' ')} is {value}, try again\n",
}
"""Places that were held out at first, and where nothing was found then."""
_UNSEEN: Final[Mapping[str, Place]] = {
    "Terraform": lambda name, value: f'variable "x" {{\n  {name.lower()} = "{value}"\n}}\n',
    "Dockerfile": lambda name, value: f"FROM alpine\nENV {name}={value}\nRUN make\n",
    "docker -e": lambda name, value: f"$ docker run -e {name}={value} -p 80:80 shop\n",
    "Kubernetes": lambda name, value: f'    env:\n      - name: {name}\n        value: "{value}"\n',
    "XML": lambda name, value: f'<add key="{_camel(name)}" value="{value}" />\n',
    "XML element": lambda name, value: f"<{_camel(name)}>{value}</{_camel(name)}>\n",
    "option": lambda name, value: f"$ shop login --{name.lower().replace('_', '-')} {value}\n",
    "Go": lambda name, value: f'\t{_camel(name)} := "{value}"\n',
    "Ruby": lambda name, value: f'ENV["{name}"] = "{value}"\n',
    "GitHub Actions": lambda name, value: f"      {name}: {value}\n",
}
"""Places that were not looked at while the rules for assignments were written."""
_CREDENTIALS: Final[Mapping[str, Place]] = {
    "Authorization header": lambda _, value: f"> Authorization: Bearer {value}\n> Accept: */*\n",
    "header in code": lambda _, value: f'headers = {{"Authorization": "Bearer {value}"}}\n',
    "X-Api-Key": lambda _, value: f"curl -H 'X-Api-Key: {value}' https://api.shop.dev\n",
    "address": lambda _, value: f"DATABASE_URL=postgresql://shop:{_plain(value)}@db.shop.dev:5432/shop\n",
    "address without a user": lambda _, value: f"redis://:{_plain(value)}@cache.shop.dev:6379/0\n",
    "query": lambda _, value: f"GET https://api.shop.dev/v1?access_token={_plain(value)}&page=2 HTTP/1.1\n",
    "cookie": lambda _, value: f"Cookie: session={_plain(value)}; theme=dark\n",
    "curl -u": lambda _, value: f"curl -u admin:{_plain(value)} https://shop.dev\n",
    "connection string": lambda _, value: (
        f'"Server=db;Database=shop;User Id=sa;Password={_plain(value)};Encrypt=True"\n'
    ),
    "netrc": lambda _, value: f"machine shop.dev login ada password {_plain(value)}\n",
    "npmrc": lambda _, value: f"//registry.shop.dev/:_authToken={_plain(value)}\n",
    "Azure storage": lambda _, value: (
        f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={_account_key(value)};\n"
    ),
}
_BLOCKS: Final[Mapping[str, Place]] = {
    "file": lambda _, value: value + "\n",
    "YAML": lambda _, value: "key: |\n" + "".join(f"  {line}\n" for line in value.split("\n")),
    "JSON": lambda _, value: json.dumps({"private_key": value + "\n", "type": "service_account"}),
    "Python lines": lambda _, value: "KEY = (\n" + "".join(f'    "{line}\\n"\n' for line in value.split("\n")) + ")\n",
    "cut off": lambda _, value: "\n".join(value.split("\n")[:-2]) + "\n",
    "CRLF": lambda _, value: value.replace("\n", "\r\n") + "\r\n",
    "env file": lambda _, value: 'KEY="' + value.replace("\n", "\\n") + '"\n',
    "quoted in a mail": lambda _, value: "".join(f"> {line}\n" for line in value.split("\n")),
    "diff": lambda _, value: "".join(f"+{line}\n" for line in value.split("\n")),
}
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS secret key": ("AWS_SECRET_ACCESS_KEY", "aws_secret_key"),
    "password": ("DB_PASSWORD", "ADMIN_PASSWD", "MYSQL_ROOT_PASSWORD", "SMTP_PASS", "PASSWORT", "CONTRASEÑA"),
    "": ("API_KEY", "AUTH_TOKEN", "CLIENT_SECRET", "SECRET_KEY", "WEBHOOK_SECRET", "SERVICE_ACCESS_TOKEN"),
}
_TALKS: Final[Mapping[str, Place]] = {
    "conversation": lambda _, value: f"You can reach me at {value}, best after lunch.\n",
    "line": lambda _, value: f"contact: {value}\n",
    "table": lambda _, value: f"| Ada | {value} | Berlin |\n",
    "sentence's end": lambda _, value: f"It is {value}.\n",
}


def plant(seed: int, times: int) -> Iterator[Planted]:
    """Every kind in every place that it is found in, `times` over, each time another secret."""
    yield from _each("token with a published form", TOKENS, _ANYWHERE, seed, times)
    yield from _each("no form, assigned", VALUES, _ASSIGNED, seed, times)
    yield from _each("no form, in a credential", {"password or token": _unformed}, _CREDENTIALS, seed, times * 4)
    yield from _each("private key", {"private key": private_key}, _BLOCKS, seed, times * 8)
    yield from _each("personal, in conversation", PERSONAL, _TALKS, seed, times * 4)
    yield from _each("no form, in places once held out", VALUES, _LEARNT, seed, times)
    yield from _each("held out: no form, unseen places", VALUES, _UNSEEN, seed, times)
    yield from _each("held out: token without a rule, assigned", HELD_OUT, _ASSIGNED, seed, times)
    yield from _each("held out: token without a rule, anywhere", HELD_OUT, _ANYWHERE, seed, times)


def _each(
    group: str, kinds: Mapping[str, Make], places: Mapping[str, Place], seed: int, times: int
) -> Iterator[Planted]:
    for kind, make in kinds.items():
        for place, put in places.items():
            for time in range(times):
                rng = seeded(seed, group, kind, place, time)
                secret, name = make(rng), rng.choice(_NAMES.get(kind, _NAMES[""]))
                if kind == "Slack webhook":
                    text = put(name, f"https://hooks.slack.com/services/{secret}")
                else:
                    text = put(name, secret)
                if place == "Azure storage":
                    secret = _account_key(secret)
                yield Planted(group, kind, place, secret, _around(rng, text), places is _TALKS)


def _unformed(rng: random.Random) -> str:
    return rng.choice([VALUES["random alphanumeric"], VALUES["random hexadecimal"], VALUES["random alphanumeric"]])(rng)


def _around(rng: random.Random, text: str) -> str:
    lines = ["def total(prices):\n    return sum(prices)\n\n", "# see docs/setup.md\n\n", "", "ok 14 tests in 0.8s\n"]
    return rng.choice(lines) + text + (rng.choice(["\n", ""]) if text.endswith("\n") else "")


def _in_a_string(value: dict[str, str]) -> str:
    return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False) + "\n"


def _account_key(value: str) -> str:
    return base64.b64encode(hashlib.sha512(value.encode()).digest()).decode()


def _plain(value: str) -> str:
    return "".join(char for char in value if char.isalnum())


def _camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)
