"""Files that hold a language to a version: .tool-versions, .nvmrc, .python-version, rust-toolchain, images of a Dockerfile."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Pinned, ProjectFacts
from holdfast.manifest.project_facts.plain_text import plain_version
from holdfast.manifest.project_facts.project_tree import ProjectTree
from holdfast.manifest.project_facts.structured_text import text_at, toml_table

_PLAIN: Final = {
    ".python-version": "Python",
    ".nvmrc": "Node",
    ".node-version": "Node",
    ".ruby-version": "Ruby",
    ".java-version": "Java",
    ".go-version": "Go",
}
_TOOLS: Final = {
    "python": "Python", "nodejs": "Node", "node": "Node", "ruby": "Ruby", "java": "Java", "golang": "Go", "go": "Go", "rust": "Rust",
    "php": "PHP", "elixir": "Elixir", "erlang": "Erlang", "deno": "Deno", "bun": "Bun", "terraform": "Terraform", "zig": "Zig",
}  # fmt: skip
_VERSION: Final = re.compile(r"v?(?:lts/[\w*]+|[\w-]*\d[\w.-]*)")
_FROM: Final = re.compile(r"^FROM\s+(?:--\S+\s+)?(?:[\w.-]+/)*(?P<image>[a-z]+):(?P<version>\d[\w.]*)", re.IGNORECASE)


def read_version_files(tree: ProjectTree) -> ProjectFacts:
    """The versions these files name, at the root."""
    return ProjectFacts(languages=tuple(_languages(tree)))


def _languages(tree: ProjectTree) -> Iterator[Pinned]:
    for path, language in _PLAIN.items():
        source = tree.read(path)
        first = source.lines[0].strip() if source is not None else ""
        if source is not None and _VERSION.fullmatch(first):
            yield Pinned(language, plain_version(first), source.line_proof(1))
    tools = tree.read(".tool-versions")
    for number, line in enumerate(tools.lines if tools is not None else (), start=1):
        name, _, version = line.strip().partition(" ")
        first = version.split()[0] if version.split() else ""
        if tools is not None and name in _TOOLS and _VERSION.fullmatch(first):
            yield Pinned(_TOOLS[name], first, tools.line_proof(number))
    yield from _rust(tree)
    docker = tree.read("Dockerfile")
    for number, line in enumerate(docker.lines if docker is not None else (), start=1):
        found = _FROM.match(line)
        if docker is not None and found and found["image"].lower() in _TOOLS:
            yield Pinned(_TOOLS[found["image"].lower()], found["version"], docker.line_proof(number))


def _rust(tree: ProjectTree) -> Iterator[Pinned]:
    for path in ("rust-toolchain.toml", "rust-toolchain"):
        source = tree.read(path)
        if source is None:
            continue
        channel = plain_version(text_at(toml_table(source), "toolchain", "channel"))
        if channel:
            yield Pinned("Rust", channel, source.proof("channel"))
        elif _VERSION.fullmatch(source.lines[0].strip()) or source.lines[0].strip() in {"stable", "nightly"}:
            yield Pinned("Rust", plain_version(source.lines[0]), source.line_proof(1))
