"""The variables that point Claude Code at a local server, for a shell and for its VS Code extension."""

import shlex
from collections.abc import Mapping
from typing import Final

from holdfast.bridge.serving import Serving

TOKEN: Final = "local"  # noqa: S105 - any word will do: a server of one's own asks for none
_MODELS: Final = (
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
)


def claude_environment(serving: Serving) -> Mapping[str, str]:
    """Name to value, in the order a person reads them."""
    return {
        "ANTHROPIC_BASE_URL": serving.url,
        "ANTHROPIC_AUTH_TOKEN": TOKEN,
        **dict.fromkeys(_MODELS, serving.model),
    }


def as_shell(environment: Mapping[str, str]) -> str:
    """Lines for a POSIX shell."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
