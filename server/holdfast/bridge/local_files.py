"""`.env.local` of the usual guide, and a compose file for Ollama that no other machine can reach."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from holdfast.bridge.file_change import FileChange, present_text

ENV_PATH: Final = ".env.local"
COMPOSE_PATH: Final = "compose.ollama.yaml"
"""A name of its own, so that it never meets the workspace's own compose file: `docker compose -f compose.ollama.yaml up -d`."""

_ASSIGNMENT: Final = re.compile(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*?)\s*$")
_COMPOSE: Final = """\
# Ollama for this machine alone: the port is bound to loopback, whatever the container listens on.
# Start it with: docker compose -f {path} up -d
services:
  ollama:
    image: ollama/ollama
    restart: unless-stopped
    ports:
      - "127.0.0.1:{port}:11434"
    environment:
      OLLAMA_HOST: 0.0.0.0
      OLLAMA_KEEP_ALIVE: 24h
      OLLAMA_CONTEXT_LENGTH: "32768"
    volumes:
      - ollama:/root/.ollama
{gpu}volumes:
  ollama:
"""
_GPU: Final = """\
    deploy:
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: all
              capabilities: [gpu]
"""


def local_variables(model: str, port: int) -> Mapping[str, str]:
    """What other programs that follow the usual guide read, and Holdfast with them. `model` is "" where none is chosen."""
    chosen = {"CLAUDE_CODE_MODEL": f"ollama/{model}"} if model else {}
    return {
        "AI_PROVIDER": "local",
        "OLLAMA_ENDPOINT": f"http://127.0.0.1:{port}",
        **chosen,
        "OLLAMA_KEEP_ALIVE": "24h",
        "CLAUDE_PROJECT_ROOT": "./",
        "CLAUDE_CONTEXT_FILE": "CLAUDE.md",
    }


def plan_env_local(root: Path, variables: Mapping[str, str]) -> FileChange:
    """The file with the variables: those that it has on their lines, the others behind its end; all else stays."""
    before = present_text(root, ENV_PATH)
    lines = (before or "").splitlines(keepends=True)
    end = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    missing, replaced = dict(variables), []
    for number, line in enumerate(lines):
        found = _ASSIGNMENT.match(line)
        if found is None or found["name"] not in variables:
            continue
        value = variables[found["name"]]
        missing.pop(found["name"], None)
        if found["value"].strip("\"'") != value:
            replaced.append(found["name"])
            lines[number] = f"{found['name']}={value}{end}"
    if missing and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    after = "".join([*lines, *(f"{name}={value}{end}" for name, value in missing.items())])
    return FileChange(ENV_PATH, before, after, tuple(dict.fromkeys(replaced)), private=True)


def plan_compose(root: Path, port: int, *, has_gpu: bool) -> FileChange:
    """The compose file; one that somebody changed is replaced only when it is said so."""
    before = present_text(root, COMPOSE_PATH)
    after = _COMPOSE.format(path=COMPOSE_PATH, port=port, gpu=_GPU if has_gpu else "")
    replaced = (COMPOSE_PATH,) if before is not None and before != after else ()
    return FileChange(COMPOSE_PATH, before, after, replaced)
