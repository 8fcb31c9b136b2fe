import pytest

from holdfast.index.secret_files import holds_private_key, is_secret

SECRET = """.env .env.local app/.env.production prod.env .envrc server.pem tls/server.key id_rsa .ssh/id_ed25519 deploy_rsa
.netrc .npmrc .pypirc .pgpass credentials .aws/credentials .aws/config .kube/config .docker/config.json credentials.json
secrets.yaml secret.prod.json terraform.tfstate terraform.tfvars keys.jks store.p12 .git-credentials .htpasswd
client_secret_123.json service-account.json passwords.txt db-password.json ID_RSA .Env .env-prod .env_test .env~ id_rsa.bak server.key.old
prod-default.key deploy_key .env.bak.1 .npmrc.orig""".split()  # noqa: SIM905 - a list of names
OPEN = """.env.example .env.sample config/.env.template credentials.example.json environment.py env.py keyboard.py key.py
id_rsa.pub main.py secrets.py test_credentials.py monkey.ts package.json config.json src/config README.md
password_reset.py passwords.py .environment tokens.py""".split()  # noqa: SIM905 - a list of names


@pytest.mark.parametrize("path", SECRET)
def test_what_holds_keys_by_its_name_is_secret(path: str) -> None:
    assert is_secret(path) is True


@pytest.mark.parametrize("path", OPEN)
def test_templates_and_code_about_secrets_are_not(path: str) -> None:
    assert is_secret(path) is False


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"-----BEGIN RSA PRIVATE KEY-----\nMII", True, id="PKCS 1"),
        pytest.param(b"# key\n  -----BEGIN OPENSSH PRIVATE KEY-----\n", True, id="OpenSSH"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----", True, id="PKCS 8"),
        pytest.param(b"-----BEGIN PUBLIC KEY-----", False, id="public"),
        pytest.param(b'HEAD = re.compile("-----BEGIN PRIVATE KEY-----")', False, id="code about keys"),
    ],
)
def test_a_private_key_is_known_by_its_head(data: bytes, *, expected: bool) -> None:
    assert holds_private_key(data) is expected
