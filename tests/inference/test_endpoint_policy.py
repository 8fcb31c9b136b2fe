import pytest

from holdfast.errors import RemoteEndpoint, SettingsError
from holdfast.inference.endpoint_policy import allowed_endpoint


@pytest.mark.parametrize("text", ["http://127.0.0.1:11434", "localhost:8080", "0.0.0.0", "[::1]:9"])  # noqa: S104 - written, not bound
def test_this_machine_may_be_asked(text: str) -> None:
    assert allowed_endpoint(text).port > 0


@pytest.mark.parametrize("text", ["http://192.168.1.4:11434", "gpu-box", "http://127.0.0.1.evil.example", "10.0.0.1"])
def test_another_machine_is_refused_and_a_tunnel_named(text: str) -> None:
    with pytest.raises(RemoteEndpoint) as raised:
        allowed_endpoint(text)

    assert raised.value.remedy.startswith("Forward its port (ssh -L ")
    assert raised.value.reason == "remote_endpoint"


@pytest.mark.parametrize("text", ["", "ftp://localhost", "http://localhost:port"])
def test_what_is_no_endpoint_is_a_wrong_setting(text: str) -> None:
    with pytest.raises(SettingsError):
        allowed_endpoint(text)
