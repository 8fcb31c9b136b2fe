"""Versions of languages that a manifest names and no file of the repository holds to."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Pinned
from holdfast.manifest.writing.checks.code_texts import MarkdownLine
from holdfast.manifest.writing.checks.finding import Finding

_NAMED: Final = re.compile(
    r"^\s*[-*+]\s+(?P<name>Python|Node(?:\.js)?|Go|Java|Rust|Ruby|PHP|\.NET)\s*[:=]?\s*(?:version\s+|v|[<>=≥≤~^]+\s*)?"
    r"(?P<version>\d+(?:\.\d+)*)(?![\w-])",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")


def check_versions(pins: Iterable[Pinned], prose: Iterable[MarkdownLine]) -> Iterator[Finding]:
    """List items that begin with a language and a version, where the files that name one all name another."""
    by_name: dict[str, list[Pinned]] = {}
    for pin in pins:
        if _NUMBER.search(pin.version):
            by_name.setdefault(pin.name.lower(), []).append(pin)
    for line in prose:
        found = _NAMED.match(line.text)
        known = by_name.get(found["name"].lower().removesuffix(".js"), []) if found else []
        if found and known and not any(_agrees(found["version"], pin.version) for pin in known):
            says = known[0]
            yield Finding(
                line.line,
                "version",
                f"{found['name']} {found['version']} is named, and {says.evidence.path} says {says.version}.",
                f"Write {says.version}, or refresh the marked region.",
            )


def _agrees(named: str, pinned: str) -> bool:
    """Whether one of the numbers of `pinned` is `named`, more or less exact."""
    wanted = named.split(".")
    for number in _NUMBER.findall(pinned):
        parts = number.split(".")
        shared = min(len(parts), len(wanted))
        if parts[:shared] == wanted[:shared]:
            return True
    return False
