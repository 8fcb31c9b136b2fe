import pytest

from holdfast.errors import SettingsError
from holdfast.inference.endpoint import Endpoint, is_loopback, parse_endpoint


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://localhost:11434", "http://localhost:11434"),
        ("http://localhost:11434/", "http://localhost:11434"),
        ("HTTP://LocalHost:11434", "http://localhost:11434"),
        ("  'http://localhost:11434' ", "http://localhost:11434"),
        ("localhost", "http://localhost:11434"),
        ("localhost.", "http://localhost:11434"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - what people write, bound by nobody
        ("0.0.0.0:1234", "http://127.0.0.1:1234"),
        ("::", "http://[::1]:11434"),
        ("[::]:1234", "http://[::1]:1234"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("http://[0:0:0:0:0:0:0:1]:9", "http://[::1]:9"),
        ("::ffff:127.0.0.1", "http://127.0.0.1:11434"),
        ("::ffff:0.0.0.0", "http://127.0.0.1:11434"),
        ("http://localhost", "http://localhost:80"),
        ("https://models.example", "https://models.example:443"),
        ("https://models.example/ollama/", "https://models.example:443/ollama"),
        ("http://localhost:11434/api", "http://localhost:11434"),
        ("http://localhost:11434/api/generate", "http://localhost:11434"),
        ("http://localhost:11434/v1/", "http://localhost:11434"),
        ("gpu_box:11434", "http://gpu_box:11434"),
    ],
)
def test_every_way_to_write_an_endpoint_means_one_url(written: str, url: str) -> None:
    assert parse_endpoint(written).url == url


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("ollama.localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", True),  # noqa: S104 - the same
        ("192.168.1.4", False),
        ("10.0.0.1", False),
        ("::ffff:192.168.1.4", False),
        ("fe80::1", False),
        ("gpu-box", False),
        ("localhost.evil.example", False),
        ("notlocalhost", False),
        ("127.0.0.1.evil.example", False),
        ("ip6-localhost", False),
    ],
)
def test_only_what_is_this_machine_without_a_look_up_is_loopback(written: str, *, expected: bool) -> None:
    assert is_loopback(parse_endpoint(written)) is expected


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "holdfast.endpoint is empty."),
        (" '' ", "holdfast.endpoint is empty."),
        ("ftp://localhost", "holdfast.endpoint begins with ftp://, and only http and https are spoken."),
        ("http://me:secret@box", "holdfast.endpoint holds a user name or password, and Holdfast sends none."),
        ("http://box?x=1", "holdfast.endpoint has a query or a fragment."),
        ("http://box/#x", "holdfast.endpoint has a query or a fragment."),
        ("local host", "holdfast.endpoint holds a character that no address has."),
        ("localhost\n:1", "holdfast.endpoint holds a character that no address has."),
        ("http://bücher.example", "holdfast.endpoint holds a character that no address has."),
        ("[::1", "holdfast.endpoint has a bracket that is not closed."),
        ("[::1]x", "holdfast.endpoint has a bracket that is not closed."),
        ("[fe80::1%eth0]", "holdfast.endpoint has an IPv6 zone, which a URL cannot carry."),
        ("11434", "holdfast.endpoint has 11434 for a host, which is neither a name nor a whole address."),
        ("127.1", "holdfast.endpoint has 127.1 for a host, which is neither a name nor a whole address."),
        ("0x7f000001", "holdfast.endpoint has 0x7f000001 for a host, which is neither a name nor a whole address."),
        ("256.0.0.1", "holdfast.endpoint has 256.0.0.1 for a host, which is neither a name nor a whole address."),
        ("a..b", "holdfast.endpoint has a..b for a host, which is not a name."),
        ("-a.example", "holdfast.endpoint has -a.example for a host, which is not a name."),
        ("1::2::3", "holdfast.endpoint has 1::2::3 for a host, which is not a name."),
        ("localhost:0", "holdfast.endpoint has 0 for a port, which is not between 1 and 65535."),
        ("localhost:65536", "holdfast.endpoint has 65536 for a port, which is not between 1 and 65535."),
        ("localhost:http", "holdfast.endpoint has http for a port, which is not between 1 and 65535."),
        ("localhost:" + "9" * 5000, f"holdfast.endpoint has {'9' * 19}… for a port, which is not between 1 and 65535."),
    ],
)
def test_what_is_no_endpoint_is_refused_with_a_remedy(written: str, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_endpoint(written)

    assert (refused.value.message, refused.value.remedy) == (message, "Write it like http://localhost:11434.")


def test_the_error_names_where_the_value_came_from() -> None:
    with pytest.raises(SettingsError, match=r"^OLLAMA_HOST is empty\."):
        parse_endpoint("", setting="OLLAMA_HOST")


def test_two_ways_to_write_the_same_are_equal() -> None:
    assert parse_endpoint("localhost:11434") == Endpoint("http", "localhost", 11434)
