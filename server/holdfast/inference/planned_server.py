"""From what a person set to the one ModelServer that completes: a file, one server or several, and a fallback."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx

from holdfast.errors import SettingsError
from holdfast.inference.endpoint import Endpoint
from holdfast.inference.endpoint_policy import allowed_endpoint
from holdfast.inference.fallback_server import Case, FallbackServer
from holdfast.inference.local_models import LocalModels
from holdfast.inference.model_server import ModelServer
from holdfast.inference.recognised_server import Provider, server_at
from holdfast.inference.server_choice import EmbeddingModelServer, api_key
from holdfast.inference.several_servers import NamedServer, SeveralServers

if TYPE_CHECKING:
    from holdfast.inference.llama_cpp.gguf_server import GgufServer


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """The settings that say who completes.

    `endpoint` and `more_endpoints` are as the person wrote them. With provider `gguf`, `gguf_file` is served with
    `gguf_threads` threads (0: half of the cores) and no endpoint is asked. The fallback is off while `fallback_when`
    is empty. `model` is the one that is wanted, or `auto`; of the servers' remote models only those in `allowed_remote`
    are sent anything.
    """

    provider: Literal[Provider, "gguf"]
    endpoint: str
    num_ctx: int
    timeout_ms: int
    more_endpoints: tuple[str, ...] = ()
    gguf_file: str = ""
    gguf_threads: int = 0
    fallback_endpoint: str = ""
    fallback_model: str = ""
    fallback_when: tuple[Case, ...] = ()
    model: str = "auto"
    allowed_remote: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the books call the server where there is only one: its address, or the file it serves."""
        return self.gguf_file if self.provider == "gguf" else self.endpoint


def planned_server(
    plan: ServerPlan, environment: Mapping[str, str], *, transport: httpx.AsyncBaseTransport | None = None
) -> ModelServer:
    """The server of `plan`; nothing is asked yet. Raises SettingsError, RemoteEndpoint.

    The key comes from `environment`, the process's own. `transport` replaces the network under every client.
    """
    key = api_key(environment)
    if plan.provider == "gguf":
        first: ModelServer = _of_file(plan)
    else:
        endpoints = dict.fromkeys(map(allowed_endpoint, (plan.endpoint, *plan.more_endpoints)))
        servers = [_at(plan.provider, endpoint, plan, key, transport) for endpoint in endpoints]
        first = servers[0].server if len(servers) == 1 else SeveralServers(servers)
    if not plan.fallback_when:
        return first
    if not plan.fallback_endpoint or not plan.fallback_model:
        raise SettingsError(
            "holdfast.fallback.when names a case, and no server and model for it.",
            remedy="Set holdfast.fallback.endpoint and holdfast.fallback.model, or leave holdfast.fallback.when empty.",
        )
    fallback = _at("auto", allowed_endpoint(plan.fallback_endpoint), plan, key, transport)
    return FallbackServer(first, fallback, model=plan.fallback_model, cases=plan.fallback_when, wanted=plan.model)


def embedding_server(
    plan: ServerPlan, environment: Mapping[str, str], *, transport: httpx.AsyncBaseTransport | None = None
) -> EmbeddingModelServer:
    """A connection of its own, for texts to embed, to the first endpoint of `plan`: vectors of two would not compare."""
    provider: Provider = "auto" if plan.provider == "gguf" else plan.provider
    endpoint = allowed_endpoint(plan.endpoint)
    return server_at(provider, endpoint, timeout_ms=plan.timeout_ms, key=api_key(environment), transport=transport)


def _at(
    provider: Provider,
    endpoint: Endpoint,
    plan: ServerPlan,
    key: str | None,
    transport: httpx.AsyncBaseTransport | None,
) -> NamedServer:
    server = server_at(provider, endpoint, timeout_ms=plan.timeout_ms, key=key, transport=transport)
    return NamedServer(endpoint.url, LocalModels(server, plan.allowed_remote))


def _of_file(plan: ServerPlan) -> "GgufServer":
    from holdfast.inference.llama_cpp.gguf_server import GgufServer  # noqa: PLC0415 - few name a file

    if not plan.gguf_file:
        raise SettingsError(
            "holdfast.provider is gguf, and no model file is named.", remedy="Set holdfast.ggufFile to a GGUF file."
        )
    path = Path(plan.gguf_file).expanduser()
    if not path.is_absolute():
        raise SettingsError(
            "holdfast.ggufFile is not a whole path.", remedy="Write it from the root, or from ~ for your own folder."
        )
    return GgufServer(path, num_ctx=plan.num_ctx, timeout_ms=plan.timeout_ms, n_threads=plan.gguf_threads)
