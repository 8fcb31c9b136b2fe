"""Where the model server is: what people write for it, and whether that is this machine.

The forms are those of Ollama's own `OLLAMA_HOST` (`envconfig.Host`): a URL, `host`, `host:port`, `:port`, an IPv6
address with or without brackets; without a scheme the port defaults to 11434, with one to the scheme's own.
A wildcard address (`0.0.0.0`, `::`) is where a server listens, not where one connects to: it means loopback.

No name is ever looked up to decide whether it is this machine. Only literal loopback addresses, `localhost` and
names under it (RFC 6761 §6.3) are; spellings that only a C library reads as an address (`127.1`, `0x7f000001`)
are refused.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, NoReturn

from holdfast.errors import SettingsError
from holdfast.inference.readable import readable

DEFAULT_PORT: Final = 11434
_SCHEME_PORTS: Final = {"http": 80, "https": 443}
_LAST_PORT: Final = 65535
_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMBER_LIKE: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_API_PATHS: Final = re.compile(
    r"/(?:api(?:/(?:generate|chat|tags|version|show|ps|embed))?|v1(?:/(?:chat/)?completions)?)$"
)
_EXAMPLE: Final = "Write it like http://localhost:11434."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A parsed address; `host` is lower case and without brackets, `path` is empty or a prefix like `/ollama`."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def url(self) -> str:
        """The address as a URL without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    def __str__(self) -> str:
        return self.url


def is_localhost_name(host: str) -> bool:
    """Whether `host` is `localhost` or a name under it, which is this machine whatever a resolver says."""
    return host == "localhost" or host.endswith(".localhost")


def is_loopback(endpoint: Endpoint) -> bool:
    """Whether what is sent to `endpoint` stays on this machine; decided without a look-up."""
    if is_localhost_name(endpoint.host):
        return True
    try:
        return ip_address(endpoint.host).is_loopback
    except ValueError:
        return False


def parse_endpoint(text: str, *, setting: str = "holdfast.endpoint") -> Endpoint:
    """`text` as an endpoint; SettingsError names `setting` and what to write instead.

    The tail of an API path that was copied along (`/api`, `/api/generate`, `/v1`) is dropped.
    """
    words = text.strip().strip("\"'").strip()
    if not words:
        _refuse(setting, "is empty")
    if not words.isascii() or not words.isprintable() or " " in words:
        _refuse(setting, "holds a character that no address has")
    scheme, has_scheme, rest = words.partition("://")
    if not has_scheme:
        scheme, rest = "http", words
    scheme = scheme.lower()
    if scheme not in _SCHEME_PORTS:
        _refuse(setting, f"begins with {readable(scheme, 20)}://, and only http and https are spoken")
    authority, _, path = rest.partition("/")
    if "@" in authority:
        # The text is not repeated: it holds a password.
        _refuse(setting, "holds a user name or password, and Holdfast sends none")
    if "?" in rest or "#" in rest:
        _refuse(setting, "has a query or a fragment")
    host, port = _split(authority, setting)
    default_port = _SCHEME_PORTS[scheme] if has_scheme else DEFAULT_PORT
    prefix = _API_PATHS.sub("", f"/{path}".rstrip("/"))
    return Endpoint(scheme, _host(host, setting), _port(port, default_port, setting), prefix)


def _split(authority: str, setting: str) -> tuple[str, str]:
    """Host without brackets, and the port as written or empty."""
    if authority.startswith("["):
        host, closed, after = authority[1:].partition("]")
        if not closed or (after and not after.startswith(":")):
            _refuse(setting, "has a bracket that is not closed")
        return host, after[1:]
    if authority.count(":") > 1:
        return authority, ""
    host, _, port = authority.partition(":")
    return host, port


def _host(written: str, setting: str) -> str:
    host = written.lower()
    if not host:
        return "127.0.0.1"
    try:
        address = ip_address(host)
    except ValueError:
        return _name(host, setting)
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            _refuse(setting, "has an IPv6 zone, which a URL cannot carry")
        address = address.ipv4_mapped or address
    if not address.is_unspecified:
        return str(address)
    return "127.0.0.1" if isinstance(address, IPv4Address) else "::1"


def _name(written: str, setting: str) -> str:
    name = written.removesuffix(".")
    if _NUMBER_LIKE.fullmatch(name):
        _refuse(setting, f"has {readable(name, 40)} for a host, which is neither a name nor a whole address")
    if not _NAME.fullmatch(name):
        _refuse(setting, f"has {readable(name, 40)} for a host, which is not a name")
    return name


def _port(written: str, default: int, setting: str) -> int:
    if not written:
        return default
    # Five digits at most: int() on a huge string of digits is slow, and no port has more.
    port = int(written) if written.isdecimal() and len(written) <= len(str(_LAST_PORT)) else 0
    if not 1 <= port <= _LAST_PORT:
        _refuse(setting, f"has {readable(written, 20)} for a port, which is not between 1 and {_LAST_PORT}")
    return port


def _refuse(setting: str, what: str) -> NoReturn:
    raise SettingsError(f"{setting} {what}.", remedy=_EXAMPLE)
