"""Files that look like they hold secrets: never read, never indexed, no suggestions in them."""

import re
from typing import Final

_SECRET_NAME: Final = re.compile(
    r"""(?ix)^(?:
      \.env(?:[._-].+)? | .+\.env | \.envrc | .+\.(?:pem|key|p8|p12|pfx|pkcs12|keystore|jks|kdbx|ppk|asc|gpg|age|ovpn|tfstate|tfvars)
    | .+\.tfstate\.backup | id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)? | .+_(?:rsa|ed25519) | deploy[-_]?key
    | \.netrc | _netrc | \.pgpass | \.my\.cnf | \.npmrc | \.pypirc | \.htpasswd | \.git-credentials | \.dockercfg | \.s3cfg | \.boto
    | \.vault-token | \.vault_pass(?:\.txt)? | credentials(?:\.(?:json|ya?ml|toml|ini|csv|db|xml|txt|properties))?
    | .*client_secret.*\.json | service[-_]?account.*\.json | secrets?(?:\.[\w-]+)?\.(?:json|ya?ml|toml|ini|env|txt|properties)
    | (?:.*[-_.])?(?:passwords?|passwd)\.(?:txt|json|ya?ml|csv|ini) | .+\.(?:secret|secrets) | terraform\.rc | \.terraformrc
    | master\.key | local\.settings\.json | kubeconfig(?:\..+)?
    )$"""
)
_TEMPLATE_NAME: Final = re.compile(
    r"""(?ix)^(?:
      \.env[._-](?:example|sample|template|dist|defaults?|schema|tpl)
    | .+[._-](?:example|sample|template|dist|defaults?|schema|tpl)(?:\.(?:json|ya?ml|toml|ini|env|txt|csv|xml|properties))?
    )$"""
)
_KEY_NAME: Final = re.compile(r"(?i).+\.(?:pem|key|p8|p12|pfx|pkcs12|keystore|jks|kdbx|ppk)$")
_COPY: Final = re.compile(r"(?i)(?:~|\.(?:bak|backup|old|orig|save|swp|tmp|\d+))$")
_PRIVATE_KEY: Final = re.compile(rb"^[ \t]*-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----", re.MULTILINE)
_SECRET_FOLDERS: Final = frozenset({".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store"})
_SECRET_IN_FOLDER: Final = frozenset({"credentials", "config", "config.json", "known_hosts", "authorized_keys"})


def is_secret(relative_path: str) -> bool:
    """Whether the name of a file says that it holds keys or passwords; `relative_path` uses "/".

    A template (`.env.example`, `credentials.sample.json`) is meant to be read and is not secret; a copy an editor or
    a person left (`.env~`, `id_rsa.bak`) is as secret as its original. In the
    folders where tools keep their logins (`.ssh`, `.aws`, …) the plain configuration files count too.
    """
    *folders, name = relative_path.split("/")
    while (original := _COPY.sub("", name)) not in {name, ""}:
        name = original
    if _TEMPLATE_NAME.match(name) and not _KEY_NAME.match(name):
        return False
    if _SECRET_NAME.match(name):
        return True
    return name.lower() in _SECRET_IN_FOLDER and bool(_SECRET_FOLDERS.intersection(folders))


def holds_private_key(data: bytes) -> bool:
    """Whether a file's content has the head of a private key (RFC 7468, OpenSSH's and PGP's) on a line of its own."""
    return b"PRIVATE KEY" in data and _PRIVATE_KEY.search(data) is not None
