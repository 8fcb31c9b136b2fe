"""Credentials by where they stand: in an address, a header, a command line, a file of a well-known form."""

from typing import Final

from holdfast.redaction.rule import Rule, rule, token

_WORD: Final = r"[^\s\"'`<>\\]"
_IN_USER_INFO: Final = r"[^\s/@\"'`<>]"
_WRAP: Final = r"\r?\n[ \t>|]{0,8}(?=[A-Za-z\-_.]{0,60}\d)(?=[a-z0-9\-_.]{0,60}[A-Z])(?=[A-Z0-9\-_.]{0,60}[a-z])"
"""A line's end within a token: what comes next has digits, capitals and small letters, as a word has not."""

CREDENTIALS: Final[tuple[Rule, ...]] = (
    token(
        "json-web-token",
        "eyj",
        r"eyJ[A-Za-z0-9_\-]{8,2000}+(?:\.eyJ[A-Za-z0-9_\-]{8,8000}+(?:\.[A-Za-z0-9_\-]{8,1000}+)?|(?:\.[A-Za-z0-9_\-]{8,8000}+){2,4}+)"
        rf"(?:{_WRAP}[A-Za-z0-9_\-.]{{16,1000}}+){{0,40}}+",
        "RFC 7519 and RFC 7516; also without its signature, and in lines as a mail wraps it",
    ),
    rule(
        "credential-in-url",
        "://",
        rf"://[^\s/:@\"'`<>]{{0,200}}:(?P<secret>{_IN_USER_INFO}{{3,400}}(?:@{_IN_USER_INFO}{{1,200}}){{0,3}}|{_IN_USER_INFO}{{1,2}}(?:@{_IN_USER_INFO}{{1,200}}){{1,3}})@(?=[^\s\"'`<>])(?!sha\d{{3}}:)",
        "RFC 3986, user information; with `@` in it too, as people write it",
    ),
    rule(
        "token-in-url",
        "://",
        r"://(?P<secret>[A-Za-z0-9_\-]{20,400})@(?=[A-Za-z0-9])",
        "RFC 3986, user information; a token as the user's name",
    ),
    rule(
        "secret-in-query",
        "= ?",
        r"(?i:[?&](?:access_?token|api_?key|apikey|auth|client_?secret|key|password|passwd|pwd|secret|sig|signature|token|x-amz-signature|x-goog-signature|code_verifier))=(?P<secret>[^\s&\"'`<>#]{8,2000})",
        "RFC 6750 and common query parameters",
    ),
    rule(
        "authorization-header",
        "authorization",
        rf"(?i:(?:proxy-)?authorization)\\?[\"']?\s{{0,3}}[:=,]\s{{0,3}}\\?[\"'`]?(?i:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\s{{1,3}})(?P<secret>{_WORD}{{8,4000}})",
        "RFC 9110, Authorization",
    ),
    rule(
        "bearer-token",
        "bearer",
        r"(?i:\bbearer)\s{1,3}(?P<secret>[A-Za-z0-9_\-.~+/]{24,4000}={0,2})(?![A-Za-z0-9_\-.~+/])",
        "RFC 6750",
    ),
    rule(
        "cookie",
        "cookie",
        r"(?i:\b(?:set-)?cookie):\s{0,3}(?P<secret>[^\s=;:\"'`]{1,80}=[^\r\n\"'`]{8,4000})",
        "RFC 6265",
    ),
    rule(
        "key-header",
        "x-",
        rf"(?i:\bx-[a-z\-]{{0,30}}(?:key|token|secret|auth))\\?[\"']?\s{{0,3}}[:,]\s{{0,3}}\\?[\"'`]?(?P<secret>{_WORD}{{12,1000}})",
        "headers such as X-Api-Key",
    ),
    rule(
        "password-option",
        "-u --user",
        rf"(?:\s-u|--user|--proxy-user)[ =][\"']?[^\s:\"']{{1,100}}:(?P<secret>{_WORD}{{3,200}})",
        "curl(1), -u",
    ),
    rule(
        "password-option",
        "-a --auth",
        rf"\bhttps?\s[^\r\n|;&]{{0,100}}?(?<=\s)(?:-a|--auth)[ =][\"']?[^\s:\"']{{1,100}}:(?P<secret>{_WORD}{{3,200}})",
        "HTTPie, --auth",
    ),
    rule(
        "credential-pair",
        "auth credential getconnection",
        r"(?:(?i:\bauth\s?=\s?|BasicAuth|Credentials?|PasswordAuthentication)\(|getConnection\(\s?\"[^\"\r\n]{1,300}\",\s{0,3})"
        r"\s{0,3}(?P<quote>[\"'])[^\"'\r\n]{1,100}(?P=quote),\s{0,3}[\"'](?P<secret>[^\"'\s]{3,200})(?P=quote)",
        "a user and a password as arguments: Requests, .NET, Java",
    ),
    rule(
        "credential-pair",
        "b64encode btoa",
        r"(?:b64encode|btoa)\(\s?b?[\"'`][^\s:\"'`]{1,100}:(?P<secret>[^\s\"'`$]{3,200})[\"'`]",
        "RFC 7617, the Basic scheme, as code makes it",
    ),
    rule(
        "netrc-password",
        "machine",
        r"\bmachine\s{1,8}\S{1,200}\s{1,8}login\s{1,8}\S{1,200}\s{1,8}password\s{1,8}(?P<secret>\S{1,200})",
        "netrc(5)",
    ),
    rule(
        "pgpass-password",
        ":5432: :*:",
        r"(?m:^)[^\s:#]{1,200}:(?:\d{2,5}|\*):[^\s:]{1,100}:[^\s:]{1,100}:(?P<secret>\S{1,200})(?m:$)",
        "PostgreSQL, the password file",
    ),
    rule(
        "npmrc-auth",
        ":_auth :_password",
        r":_(?:authToken|auth|password)\s{0,3}=\s{0,3}[\"']?(?P<secret>[^\s\"'$]{8,2000})",
        "npm, .npmrc",
    ),
    rule(
        "docker-auth",
        '"auth "identitytoken',
        r"\"(?:auth|identitytoken)\\?\"\s{0,3}:\s{0,3}\\?\"(?P<secret>[A-Za-z0-9+/=_\-.]{12,4000})\"",
        "Docker, config.json",
    ),
    rule(
        "password-hash",
        "$",
        r"(?P<secret>\$(?:1|5|6|y|apr1|2[abxy]|argon2(?:id|i|d)|7|scrypt)\$[A-Za-z0-9./$,=+\-]{20,300})",
        "crypt(5) and the PHC string format",
    ),
    rule(
        "connection-password",
        "pwd= password=",
        r"(?i:(?:;|^|[\"'\s])(?:pwd|password)=)(?P<secret>[^;\s\"'`$<{]{3,200})(?=;)",
        "ODBC and ADO.NET, connection strings",
    ),
)
"""One row a place. What the value looks like matters little here: where it stands says what it is."""
