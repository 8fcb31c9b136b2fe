"""Commands that CI runs: .github/workflows, .gitlab-ci.yml; and Compose. A line counts only if it is plainly one of the known."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, ProjectFacts
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText
from holdfast.manifest.project_facts.yaml_text import YamlText, yaml_texts

_KNOWN: Final[tuple[tuple[CommandKind, re.Pattern[str]], ...]] = (
    ("lint", re.compile(r"cargo (?:clippy|fmt)\b|go vet\b|gofmt\b|golangci-lint run\b|ruff (?:check|format)\b|(?:npx |pnpm |yarn )?eslint\b|mypy\b|black\b|flake8\b|pre-commit run\b|tsc\b|npx tsc\b")),
    ("test", re.compile(r"cargo test\b|go test\b|(?:python -m )?pytest\b|tox\b|nox\b|mvn \S*\s*(?:test|verify)\b|\./(?:mvnw|gradlew) (?:test|check|verify)\b|dotnet test\b|bundle exec (?:rspec|rake test)\b|vendor/bin/phpunit\b")),
    ("build", re.compile(r"cargo build\b|go build\b|dotnet build\b")),
)  # fmt: skip
_PLAIN: Final = re.compile(r"[\w./:=,@+ -]{3,80}", re.ASCII)
_BESIDE: Final = re.compile(r"--(?:token|upload|publish|coverage)|--target\b|--locked|--release|install\b|-B\b")
_MOST_FILES: Final = 8


def read_continuous_integration(tree: ProjectTree) -> ProjectFacts:
    """The commands in workflows, and how Compose starts the services."""
    workflows = [path for path in tree.files if re.fullmatch(r"\.github/workflows/[\w.-]+\.ya?ml", path)][:_MOST_FILES]
    commands: list[Command] = []
    for path in (*workflows, ".gitlab-ci.yml"):
        source = tree.read(path)
        if source is not None:
            commands += _commands(tree, source)
    first: dict[str, Command] = {}
    for command in commands:
        first.setdefault(command.text, command)
    return ProjectFacts(commands=(*first.values(), *_compose(tree)))


def _commands(tree: ProjectTree, source: SourceText) -> Iterator[Command]:
    for value in yaml_texts(source):
        if value.keys[-1:] != ("run",) and "script" not in value.keys[-2:]:
            continue
        for offset, line in enumerate(value.text.split("\n")):
            text = line.strip()
            kind = next((kind for kind, known in _KNOWN if known.match(text)), None)
            if (
                kind is not None
                and _PLAIN.fullmatch(text)
                and not _BESIDE.search(text)
                and _its_paths_are_there(tree, text)
            ):
                number = min(value.line + offset, len(source.lines))
                yield Command(kind, text, source.line_proof(number), (source.path,))


def _its_paths_are_there(tree: ProjectTree, text: str) -> bool:
    """Whether every word with a slash is a file or folder of the repository: CI may have made it on the way."""
    words = [word.removeprefix("./").rstrip("/") for word in text.split() if "/" in word and not word.endswith("...")]
    return all(tree.has(word) or tree.has_folder(word) for word in words)


def _compose(tree: ProjectTree) -> Iterator[Command]:
    for path in ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"):
        source = tree.read(path)
        services: list[YamlText] = (
            [] if source is None else [v for v in yaml_texts(source) if v.keys[:1] == ("services",)]
        )
        if source is not None and services:
            yield Command("run", "docker compose up", source.proof("services:"), (path,))
            return
