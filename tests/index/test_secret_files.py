import pytest

from holdfast.index.secret_files import is_secret

SECRET = """.env .env.local app/.env.production prod.env .envrc server.pem tls/server.key id_rsa .ssh/id_ed25519 deploy_rsa
.netrc .npmrc .pypirc .pgpass credentials .aws/credentials .aws/config .kube/config .docker/config.json credentials.json
secrets.yaml secret.prod.json terraform.tfstate terraform.tfvars keys.jks store.p12 .git-credentials .htpasswd
client_secret_123.json service-account.json passwords.txt db-password.json ID_RSA .Env""".split()  # noqa: SIM905 - a list of names
OPEN = """.env.example .env.sample config/.env.template credentials.example.json environment.py env.py keyboard.py key.py
id_rsa.pub main.py secrets.py test_credentials.py monkey.ts package.json config.json src/config README.md
password_reset.py passwords.py .environment tokens.py""".split()  # noqa: SIM905 - a list of names


@pytest.mark.parametrize("path", SECRET)
def test_what_holds_keys_by_its_name_is_secret(path: str) -> None:
    assert is_secret(path) is True


@pytest.mark.parametrize("path", OPEN)
def test_templates_and_code_about_secrets_are_not(path: str) -> None:
    assert is_secret(path) is False
