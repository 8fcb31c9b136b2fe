"""Private keys, which stand in blocks of lines, and what is written in their place in one line."""

from typing import Final

from holdfast.redaction.rule import Rule, rule

_GAP: Final = r"(?:\\[nrt]|[\s\"',>|+#]){0,40}+"
_BODY: Final = rf"{_GAP}[A-Za-z0-9+/=]{{32,200}}+(?:{_GAP}[A-Za-z0-9+/=]{{2,200}}+){{0,1500}}+"
"""Base64 in lines, also as a string of a program, a diff or a mail has them: with `\\n`, quotes, `+`, `>` between. A key that
was cut off is one too, so that no end is asked for."""

KEY_BLOCKS: Final[tuple[Rule, ...]] = (
    rule(
        "private-key",
        "-----begin",
        rf"-----BEGIN (?:[A-Z0-9]{{1,12}} ){{0,3}}PRIVATE KEY(?: BLOCK)?-----(?:{_GAP}[A-Za-z\-]{{1,20}}: [^\r\n\\]{{0,200}}){{0,6}}"
        rf"(?P<secret>{_BODY})",
        "RFC 7468, RFC 4880 and OpenSSH's PROTOCOL.key",
    ),
    rule(
        "putty-private-key",
        "private-lines:",
        r"(?i:Private-Lines): \d{1,3}\s{1,4}(?P<secret>[A-Za-z0-9+/=]{16,200}+(?:\s{1,4}[A-Za-z0-9+/=]{16,200}+){0,200}+)",
        "PuTTY, format of .ppk files",
    ),
    rule(
        "jwk-private-key",
        '"d',
        r"\"(?:d|p|q|dp|dq|qi|k)\\?\"\s{0,3}:\s{0,3}\\?\"(?P<secret>[A-Za-z0-9_\-]{43,1400})\"",
        "RFC 7517 and RFC 7518, private parameters of a JSON Web Key",
    ),
    rule(
        "kubeconfig-key",
        "client-key-data",
        r"client-key-data:?\"?\s{0,3}:?\s{0,3}\"?(?P<secret>[A-Za-z0-9+/=]{40,12000})",
        "Kubernetes, kubeconfig",
    ),
    rule(
        "wireguard-key",
        "privatekey presharedkey",
        r"(?i:PrivateKey|PresharedKey)\s{0,3}=\s{0,3}(?P<secret>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)",
        "WireGuard, wg(8)",
    ),
)
