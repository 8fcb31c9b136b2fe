import pytest

from holdfast.redaction.redactor import find_secrets

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"commit {SHA256[:40]}", id="a commit"),
        pytest.param(f"sha256: {SHA256}", id="a digest"),
        pytest.param(f"token_digest = sha256:{SHA256}", id="a digest that says what it is"),
        pytest.param('"secret": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"', id="a UUID"),
        pytest.param('"integrity": "sha512-' + "Ab3/" * 21 + 'Ab==",', id="an SRI hash in a lock file"),
        pytest.param('idna = { hash = "sha256:' + SHA256 + '" }', id="uv.lock"),
        pytest.param("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", id="the key of AWS's documentation"),
        pytest.param("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", id="and its secret"),
        pytest.param("API_KEY=<your-api-key-123>", id="angle brackets"),
        pytest.param("API_KEY=${{ secrets.API_KEY_2 }}", id="GitHub Actions"),
        pytest.param('password: "${DB_PASSWORD2}"', id="a variable"),
        pytest.param("export TOKEN=$GITHUB_TOKEN2", id="a variable of the shell"),
        pytest.param("set PASSWORD=%DB_PASS1%", id="a variable of Windows"),
        pytest.param('token = "{{ vault.token1 }}"', id="a template"),
        pytest.param('api_key = "your_api_key_12345"', id="your"),
        pytest.param('api_key="sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"', id="a row of x"),
        pytest.param("ghp_" + "0" * 36, id="a row of zeros"),
        pytest.param("postgresql://scott:tiger@localhost/test", id="everybody's password"),
        pytest.param("https://user:password@example.com/", id="documentation's address"),
        pytest.param("https://user:${PASS}@shop.dev/", id="a variable in an address"),
        pytest.param("Authorization: Bearer <token>", id="a header of documentation"),
        pytest.param('f"Authorization: Bearer {self.token}"', id="a header in code"),
        pytest.param("http://127.0.0.1:8080/path@home", id="a loopback address"),
        pytest.param("http://localhost:11434/api/generate?model=x1", id="a model server"),
        pytest.param("password = get_password(user1)", id="a call"),
        pytest.param("token = tokens[3]", id="an item"),
        pytest.param("if password1 != password2:", id="a comparison"),
        pytest.param('password_field_name="password1"', id="a name of a field"),
        pytest.param("token == NGHTTP2_TOKEN__PATH2", id="a constant"),
        pytest.param("key_file = /etc/ssl/private/server2.pem", id="a path"),
        pytest.param("const key: KeyOfTable32 = generateToken32Characters;", id="a name in camel case"),
        pytest.param('token_url = "https://shop.dev/oauth2/token"', id="an address of tokens"),
        pytest.param("max_tokens: 4096", id="a number of tokens"),
        pytest.param("tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased-v2')", id="a tokenizer"),
        pytest.param('primary_key = "a8f5f167f44f4964e6c998dee827110c"', id="a key of a table"),
        pytest.param("Cookie: theme=dark; lang=de", id="a cookie that tells nobody"),
        pytest.param("git@github.com:ada/shop.git", id="git's address"),
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert [(one.rule, text[one.start : one.end]) for one in find_secrets(text, conversation=True)] == []


@pytest.mark.parametrize(
    "address", ["ada@example.com", "bo@mail.example.org", "noreply@shop.dev", "1+ada@users.noreply.github.com"]
)
def test_an_address_of_nobody_stays(address: str) -> None:
    assert find_secrets(f"write to {address} now", conversation=True) == []
