"""`.env.local` of the usual guide, and a compose file for Ollama that no other machine can reach."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from holdfast.bridge.file_change import FileChange, present_text
from holdfast.bridge.shown_diff import lines_of
from holdfast.errors import SettingsError
from holdfast.inference.endpoint import Endpoint

ENV_PATH: Final = ".env.local"
COMPOSE_PATH: Final = "compose.ollama.yaml"
"""A name of its own, so that it never meets the workspace's own compose file: `docker compose -f compose.ollama.yaml up -d`."""

_ASSIGNMENT: Final = re.compile(
    r"(?P<head>\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*)(?P<rest>[^\r\n]*)(?P<end>[\r\n]*)"
)
_QUOTED: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_COMMENT: Final = re.compile(r"(?<!\s)\s+(?:#.*)?$")
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


def local_variables(model: str, url: str) -> Mapping[str, str]:
    """What other programs that follow the usual guide read, and Holdfast with them: `url` as it is configured.

    `model` is "" where none is chosen.
    """
    chosen = {"CLAUDE_CODE_MODEL": f"ollama/{model}"} if model else {}
    return {
        "AI_PROVIDER": "local",
        "OLLAMA_ENDPOINT": url,
        **chosen,
        "OLLAMA_KEEP_ALIVE": "24h",
        "CLAUDE_PROJECT_ROOT": "./",
        "CLAUDE_CONTEXT_FILE": "CLAUDE.md",
    }


def plan_env_local(root: Path, variables: Mapping[str, str]) -> FileChange:
    """The file with the variables: those that it has on their lines, the others behind its end; all else stays.

    Raises SettingsError where a value is more than a line, in the file or of those to be written.
    """
    for name, value in variables.items():
        if any(unicodedata.category(mark) in {"Cc", "Zl", "Zp"} for mark in value):
            raise SettingsError(f"The value for {name} holds a control character.", remedy="Nothing was written.")
    before = present_text(root, ENV_PATH)
    lines = lines_of(before or "")
    end = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    missing, replaced = dict(variables), []
    for number, line in enumerate(lines):
        found = _ASSIGNMENT.match(line)
        if found is None:
            continue
        present, comment = _value_and_comment(found["rest"], number + 1)
        if found["name"] not in variables:
            continue
        value = variables[found["name"]]
        missing.pop(found["name"], None)
        if present != value:
            replaced.append(found["name"])
            lines[number] = f"{found['head']}{value}{comment}{found['end']}"
    if missing and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    after = "".join([*lines, *(f"{name}={value}{end}" for name, value in missing.items())])
    return FileChange(ENV_PATH, before, after, tuple(dict.fromkeys(replaced)), private=True)


def _value_and_comment(rest: str, number: int) -> tuple[str, str]:
    """What stands behind the equals sign: the value without quotes, and the comment with the blanks before it."""
    if rest.startswith(("'", '"')):
        quoted = _QUOTED.match(rest)
        if quoted is None:
            raise SettingsError(
                f"Line {number} of {ENV_PATH} opens a quote and does not close it.",
                remedy="Nothing was written. Close it on its line, or add the variables by hand.",
            )
        return quoted[0][1:-1], rest[quoted.end() :]
    found = _COMMENT.search(rest)
    return (rest[: found.start()], found[0]) if found else (rest, "")


def why_no_compose(endpoint: Endpoint) -> str | None:
    """Why the compose file would start another server than the one that is configured; None where it is the same."""
    if endpoint.scheme != "http":
        return f"{COMPOSE_PATH} is left out: {endpoint.url} is {endpoint.scheme}, and the container speaks http alone."
    if endpoint.path:
        return f"{COMPOSE_PATH} is left out: {endpoint.url} has a path, and the container's server has none."
    return None


def plan_compose(root: Path, port: int, *, has_gpu: bool) -> FileChange:
    """The compose file; one that somebody changed is replaced only when it is said so."""
    before = present_text(root, COMPOSE_PATH)
    after = _COMPOSE.format(path=COMPOSE_PATH, port=port, gpu=_GPU if has_gpu else "")
    replaced = (COMPOSE_PATH,) if before is not None and before != after else ()
    return FileChange(COMPOSE_PATH, before, after, replaced)
