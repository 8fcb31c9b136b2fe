import pytest

from holdfast.redaction.places import Places

ADA = Places(home="/home/ada", user="ada", host="lovelace")
WINDOWS = Places(home="C:\\Users\\Ada", user="Ada", host="LOVELACE")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/home/ada/shop/app.py:3", "~/shop/app.py:3", id="the home"),
        pytest.param("cd /home/ada", "cd ~", id="nothing behind it"),
        pytest.param("/home/adabert/shop", "~/shop", id="a longer name is another's home"),
        pytest.param("/srv/home/ada", "/srv/home/user", id="no home, but the name"),
        pytest.param('File "/Users/bo/x.py", line 3', 'File "~/x.py", line 3', id="somebody's on macOS"),
        pytest.param("file:///home/ada/x", "file://~/x", id="an address"),
        pytest.param("/mnt/c/Users/Ada/x", "~/x", id="WSL"),
        pytest.param("C:\\\\Users\\\\bo\\\\x", "~\\\\x", id="in JSON"),
        pytest.param(".claude/projects/-home-ada-shop/1.jsonl", ".claude/projects/~-shop/1.jsonl", id="a slug"),
        pytest.param("ada@lovelace:~$ make", "user@host:~$ make", id="a prompt"),
        pytest.param("canada and adagio stay", "canada and adagio stay", id="inside words"),
        pytest.param("/Users/Shared/x", "/Users/Shared/x", id="nobody's"),
        pytest.param("lovelace.local", "host.local", id="the host's name"),
    ],
)
def test_home_user_and_host_are_not_told(text: str, expected: str) -> None:
    assert ADA.hidden(text) == expected
    assert ADA.hidden(expected) == expected


@pytest.mark.parametrize("text", ["c:\\users\\ada\\x", "C:\\\\Users\\\\Ada\\\\x", "C:/Users/Ada/x", "/c/Users/Ada/x"])
def test_windows_homes_in_every_spelling(text: str) -> None:
    assert "ada" not in WINDOWS.hidden(text).lower()


def test_names_that_everybody_has_and_empty_ones_are_left() -> None:
    text = "root at localhost opens /root/x"

    assert Places(home="/", user="root", host="localhost").hidden(text) == text
    assert Places(home="", user="", host="").hidden(text) == text


def test_json_is_walked_names_too() -> None:
    assert ADA.hidden_in({"/home/ada/a": ["ada", 3, {"cwd": "/home/ada"}]}) == {"~/a": ["user", 3, {"cwd": "~"}]}


def test_what_is_nested_too_deep_is_dropped() -> None:
    value: list[object] = []
    for _ in range(50_000):
        value = [value]

    assert "ada" not in str(ADA.hidden_in(["ada", value]))  # type: ignore[list-item]  # a list of lists to any depth
