"""Repositories whose files say anything: the names that facts are read from, and pieces that parsers and Markdown stumble over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, plant

NAMES: Final = (
    "Makefile", "justfile", "package.json", "pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "noxfile.py", "requirements.txt",
    "go.mod", "Cargo.toml", "pom.xml", "build.gradle", "settings.gradle", "CMakeLists.txt", "meson.build", "configure.ac", "composer.json",
    "Gemfile", "Rakefile", "x.gemspec", "x.csproj", "global.json", ".tool-versions", ".nvmrc", "rust-toolchain.toml", "Dockerfile",
    ".github/workflows/ci.yml", ".gitlab-ci.yml", "compose.yaml", "README.md", "CHANGELOG.md", ".editorconfig", ".gitattributes",
    "manage.py", "CONTRIBUTING.md", "tests/test_a.py", "a_test.go",
)  # fmt: skip
_PIECES = st.sampled_from(
    ["\n", " ", "\t", "=", ":", "[", "]", "{", "}", '"', "'", "`", "<", ">", "(", ")", "\u202e", "\0x", "name", "version", "scripts", "test", "run",
     "project", "tool", "require", "1.2", "pytest", "-", "*", "#", "@", "&a", "*a", "<!-- holdfast:stack -->", "\\", "module", "FROM "]
)  # fmt: skip
HOSTILE_FILES = st.dictionaries(
    st.sampled_from(NAMES), st.lists(_PIECES | st.text(max_size=20), max_size=40).map("".join), max_size=8
)
"""Path to text."""


def tree_of_texts(texts: Mapping[str, str]) -> ProjectTree:
    """A repository that is nowhere on disk."""
    known = {path: SourceText(path, text) for path, text in texts.items()}
    return plant(Path("/nowhere"), tuple(sorted(texts)), lambda _: False, known)
