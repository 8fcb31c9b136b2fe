import pytest

from holdfast.redaction.assignments import judge
from holdfast.redaction.redactor import Redactor, find_secrets
from holdfast.redaction.secret_names import Says, what_says

RANDOM = "q7Zt2Lr9Vx4Bn8Kp1Ws6"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('PASSWORD="SzqCZIgAlKSxAaL0:Me8bJEuKWedyxXAA"', "Me8bJEuKWedyxXAA"),
        ('client_secret="VHc.d681rBudsufxI"', "d681rBudsufxI"),
    ],
    ids=["with-a-colon", "with-a-dot"],
)
def test_random_pieces_are_no_row_of_words(text: str, secret: str) -> None:
    assert secret not in Redactor(b"k" * 32).redact(text).text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("password", Says.PASSWORD),
        ("dbPassword", Says.PASSWORD),
        ("PGPASSWORD", Says.PASSWORD),
        ("smtp_pass", Says.PASSWORD),
        ("mot_de_passe", Says.PASSWORD),
        ("contraseña", Says.PASSWORD),
        ("пароль", Says.PASSWORD),
        ("数据库密码", Says.PASSWORD),
        ("ADMIN_PASSWORT_2", Says.PASSWORD),
        ("API_KEY", Says.SECRET),
        ("apiKey", Says.SECRET),
        ("spring.mail.client-secret", Says.SECRET),
        ("GITHUB_TOKEN", Says.SECRET),
        ("STRIPE_KEY", Says.SOME_KEY),
        ("public_key", Says.NOTHING),
        ("key", Says.NOTHING),
        ("password_field", Says.NOTHING),
        ("tokenizer", Says.NOTHING),
        ("tokenCount", Says.NOTHING),
        ("next_token", Says.NOTHING),
        ("compass", Says.NOTHING),
        ("keyboard", Says.NOTHING),
    ],
)
def test_the_end_of_a_name_says_what_it_is_for(name: str, expected: Says) -> None:
    assert what_says(name) is expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('api_key = "§"', id="quoted"),
        pytest.param("api_key: '§',", id="single quotes"),
        pytest.param("API_KEY=§\n", id="an env file"),
        pytest.param("api_key := `§`", id="Go"),
        pytest.param('const apiKey: string = "§";', id="a type between"),
        pytest.param("'api_key' => '§',", id="PHP"),
        pytest.param('{"api_key": "§"}', id="JSON"),
        pytest.param('{\\"api_key\\": \\"§\\"}', id="JSON in a string"),
        pytest.param('- name: API_KEY\n  value: "§"', id="Kubernetes"),
        pytest.param('<add key="ApiKey" value="§"/>', id="XML attributes"),
        pytest.param("<apiKey>§</apiKey>", id="an XML element"),
        pytest.param("shop --api-key § deploy", id="an option"),
        pytest.param('os.environ["API_KEY"] = "§"', id="an item"),
        pytest.param('if token == "§":', id="a comparison with text"),
        pytest.param("define('API_KEY', '§');", id="PHP"),
        pytest.param("the api_key is §, try again", id="said"),
        pytest.param("Your API key is §.", id="said in words"),
        pytest.param('set_api_key("§")', id="a call with text"),
    ],
)
def test_the_value_of_a_secret_name_is_found_and_nothing_around_it(text: str) -> None:
    redactor = Redactor(b"key")
    expected = text.replace("§", redactor.mark("secret-value", RANDOM))

    assert redactor.redact(text.replace("§", RANDOM)).text == expected


@pytest.mark.parametrize("value", ["Tr0ub4dor&3", "hunter2x", "P@$$w0rd!23", "Summer{2024}!", "a1<b2>c3!"])
def test_a_short_password_is_one_where_it_must_be(value: str) -> None:
    assert judge("DB_PASSWORD", value) == "password"
    assert judge("DB_TOKEN", value) is None
    assert Redactor(b"key").redact(f"DB_PASSWORD={value}\n").counts == {"password": 1}


@pytest.mark.parametrize(
    "value", ["password", "secret", "enter it here", "", "changeme", "true", "12345678", "test1234"]
)
def test_a_word_is_no_password(value: str) -> None:
    assert judge("password", value) is None


def test_a_key_of_no_known_kind_must_be_random_indeed() -> None:
    assert judge("STRIPE_KEY", RANDOM + "xY") == "secret-value"
    assert judge("STRIPE_KEY", "a8f5f167f44f4964e6c998dee827110c") is None
    assert judge("STRIPE_KEY", "Ab1Cd2Ef3") is None


def test_a_long_run_of_names_is_read_once() -> None:
    assert find_secrets("password_token_key" * 20_000) == []
    assert find_secrets("password = " * 20_000) == []
