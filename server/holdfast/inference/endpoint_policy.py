"""Which address may be asked at all."""

from holdfast.errors import RemoteEndpoint
from holdfast.inference.endpoint import Endpoint, is_loopback, parse_endpoint


def allowed_endpoint(text: str) -> Endpoint:
    """The endpoint of a setting; raises SettingsError where it is none, RemoteEndpoint where it is another machine.

    A prompt holds code from the whole project. It may go to another machine only after redaction, which this version
    does not have; a tunnel whose near end is on this machine is its owner's own decision.
    """
    endpoint = parse_endpoint(text)
    if not is_loopback(endpoint):
        raise RemoteEndpoint(
            f"{endpoint} is not this machine, and Holdfast sends no code to another one.",
            remedy=f"Forward its port (ssh -L {endpoint.port}:127.0.0.1:{endpoint.port} {endpoint.host}) "
            f"and set holdfast.endpoint to http://127.0.0.1:{endpoint.port}.",
        )
    return endpoint
