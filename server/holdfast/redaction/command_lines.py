"""Passwords in commands and statements, where no `name = value` introduces them, and in codes that people scan."""

from typing import Final

from holdfast.redaction.rule import Rule, rule

_VALUE: Final = (
    r"(?P<quote>[\"'])?(?P<secret>(?(quote)[^\"'\r\n]{3,200}(?=[\"'])|[^\s\"'`|;&<>$\-/][^\s\"'`|;&<>]{2,200}(?!\S)))"
)

COMMAND_LINES: Final[tuple[Rule, ...]] = (
    rule("command-password", "sshpass", rf"\bsshpass\s{{1,3}}(?:-v\s{{1,3}})?-p\s{{0,3}}{_VALUE}", "sshpass(1)"),
    rule(
        "command-password",
        "mysql mariadb",
        rf"\b(?:mysql|mariadb)[a-z\-]{{0,12}}\s[^\r\n|;&]{{0,200}}?(?<=\s)-p{_VALUE}",
        "mysql(1): -p and the password without a blank",
    ),
    rule(
        "command-password",
        "docker podman helm skopeo mongo ldap redis-cli",
        r"\b(?:(?:docker|podman|helm|skopeo)\s[a-z ]{0,20}login\s[^\r\n|;&]{0,200}?(?<=\s)-p"
        r"|mongo[a-z]{0,10}\s[^\r\n|;&]{0,200}?(?<=\s)-p|ldap[a-z]{3,10}\s[^\r\n|;&]{0,200}?(?<=\s)-w"
        rf"|redis-cli\s[^\r\n|;&]{{0,200}}?(?<=\s)-a)\s{{1,3}}{_VALUE}",
        "docker-login(1), mongosh, ldapsearch(1), redis-cli",
    ),
    rule(
        "command-password",
        "pass:",
        rf"-pass(?:in|out)?\s{{1,3}}[\"']?pass:{_VALUE}",
        "openssl-passphrase-options(1)",
    ),
    rule(
        "command-password",
        "echo printf",
        r"\b(?:echo|printf)\s{1,3}(?:-[neE]{1,3}\s{1,3})?(?:[\"']?%s(?:\\n)?[\"']?\s{1,3})?"
        rf"{_VALUE}[\"']?\s{{0,3}}\|\s{{0,3}}(?:sudo\s{{1,3}}-[a-zA-Z]{{0,5}}S|(?:sudo\s{{1,3}})?(?:chpasswd|passwd|smbpasswd|kinit|cryptsetup)\b"
        r"|[^\r\n|]{1,200}?--password-stdin)",
        "sudo(8) -S, chpasswd(8), docker-login(1)",
    ),
    rule(
        "command-password",
        "/user: /u:",
        rf"(?i:\bnet\s{{1,3}}use\s[^\r\n]{{0,200}}?(?<=\s)/u(?:ser)?:\S{{1,100}})\s{{1,3}}{_VALUE}",
        "Windows, net use",
    ),
    rule(
        "command-password",
        "convertto-securestring",
        rf"(?i:ConvertTo-SecureString)\s{{1,3}}(?:-[A-Za-z]{{1,12}}\s{{1,3}}){{0,3}}{_VALUE}",
        "PowerShell, ConvertTo-SecureString",
    ),
    rule(
        "command-password",
        "identified",
        r"(?i:\bIDENTIFIED\s{1,3}(?:WITH\s{1,3}[\w\"'`]{1,40}\s{1,3})?(?:BY|AS)\s{1,3}(?:PASSWORD\s{1,3})?)"
        r"[\"'](?P<secret>(?=[^\"'\s]{0,199}[^\"'\sA-Za-z_])[^\"'\s]{3,200})[\"']",
        "SQL, CREATE USER and ALTER USER of MySQL and Oracle",
    ),
    rule(
        "wifi-password",
        "wifi:",
        r"(?i:\bWIFI:)(?:[A-Z]:[^;\r\n]{0,80};){0,4}P:(?P<secret>(?:[^;\\\r\n]|\\[^\r\n]){3,80});",
        "Wi-Fi Alliance, WPA3 specification: URI format of codes",
    ),
)
"""Where a value stands says what it is, as with the other credentials."""
