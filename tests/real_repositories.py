"""Repositories of strangers, one an ecosystem, and a judge of what a CLAUDE.md claims about one.

The judge shares nothing with what writes the file: it looks for files on disk and greps their text.
"""

import json
import re
import shlex
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

REPOSITORIES: Final = {
    "Rust": "rust-fd-find",
    "Go": "golang-golang-x-net",
    "Java": "commons-io",
    "C": "libuv1",
    "Python": "python-aiohttp",
    "JavaScript": "node-express",
}
"""Ecosystem to the name of a Debian source package, whose upstream archive is the repository as it was tagged."""

ARCHIVES: Final = Path(__file__).resolve().parent.parent / "build" / "bench" / "debian"
FETCH: Final = ".venv/bin/python tests/bench/manifest_bench.py"
_UPSTREAM: Final = re.compile(r"\.orig\.tar\.(?:gz|xz|bz2)$")
_SPAN: Final = re.compile(r"`([^`]+)`")


def upstream_archive(name: str) -> Path | None:
    """The archive that was fetched, None where it was not."""
    return next((path for path in sorted(ARCHIVES.glob(f"{name}/*")) if _UPSTREAM.search(path.name)), None)


def unpack(archive: Path, folder: Path) -> Path:
    """The repository, whose own folder in the archive is left out; nothing is written outside `folder`."""
    folder.mkdir(parents=True)
    with tarfile.open(archive) as members:
        members.extractall(folder, filter="data")
    inner = list(folder.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else folder


def claims_of(manifest: str) -> Iterator[tuple[str, str]]:
    """("command" or "path", what it says) for each claim in a manifest that Holdfast wrote."""
    section = ""
    for line in re.sub(r"<!--.*?-->", "", manifest, flags=re.DOTALL).splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        spans = _SPAN.findall(line)
        if section == "Commands":
            yield from (("command", span) for span in spans)
        elif section in {"", "Layout", "Current focus", "More"}:
            yield from (("path", span) for span in spans)
        elif "Generated" in line:
            yield "path", spans[0]
            yield "tool", spans[1].split()[0]
        elif "Do not touch" in line:
            yield "path", spans[0]


def why_false(root: Path, kind: str, claim: str) -> str | None:
    """Why a claim is not true of the repository, None where it is."""
    if kind == "path":
        return None if (root / claim).exists() else "no such file or folder"
    if kind == "tool":
        return None if claim in _TOOLS else "a tool that is not known"
    place = root
    for part in claim.split("&&"):
        words = shlex.split(part)
        if words[0] == "cd":
            place /= words[1]
            continue
        problem = _why_not_here(place, words)
        if problem is not None:
            return problem
    return None


def _why_not_here(place: Path, words: list[str]) -> str | None:
    if words[0].startswith("./"):
        made = words[0] == "./configure" and _has(place, "configure.ac")
        return None if (place / words[0]).is_file() or made else f"{words[0]} is not there"
    check = _TOOLS.get(words[0])
    return f"nobody knows how to check {words[0]}" if check is None else check(place, words)


def _make(place: Path, words: list[str]) -> str | None:
    if not _has(place, "Makefile"):
        return None if _has(place, "configure.ac") else "no Makefile, and nothing that makes one"
    text = (place / "Makefile").read_text("utf-8", "replace")
    missing = [
        word for word in words[1:] if not re.search(rf"(?m)^(?:[\w. -]*\s)?{re.escape(word)}(?:\s[\w. -]*)?\s*:", text)
    ]
    return f"no target {missing[0]}" if missing else None


def _npm(place: Path, words: list[str]) -> str | None:
    scripts = json.loads((place / "package.json").read_text("utf-8")).get("scripts", {})
    name = words[2] if words[1] == "run" else words[1]
    return None if name in scripts or words[1] == "install" else f"no script {name}"


def _npx(place: Path, words: list[str]) -> str | None:
    known = (place / "package.json").read_text("utf-8")
    files = [word for word in words[2:] if "/" in word]
    return (
        None if f'"{words[1]}"' in known and all((place / file).is_file() for file in files) else "no such tool or file"
    )


def _cargo(place: Path, words: list[str]) -> str | None:
    if "--test" in words and not (place / "tests" / f"{words[words.index('--test') + 1]}.rs").is_file():
        return "no such test"
    if words[1] == "run" and not _has(place, "src/main.rs"):
        return "no program"
    return None if _has(place, "Cargo.toml") else "no Cargo.toml"


def _go(place: Path, words: list[str]) -> str | None:
    if "-run" in words:
        name = words[words.index("-run") + 1].strip("^$")
        texts = [path.read_text("utf-8", "replace") for path in (place / words[2]).glob("*_test.go")]
        return None if any(f"func {name}(" in text for text in texts) else f"no test {name} in {words[2]}"
    return None if _has(place, "go.mod") else "no go.mod"


def _maven(place: Path, words: list[str]) -> str | None:
    named = [word.removeprefix("-Dtest=") for word in words if word.startswith("-Dtest=")]
    missing = [name for name in named if not any(place.rglob(f"{name}.java"))]
    return f"no test {missing[0]}" if missing else None if _has(place, "pom.xml") else "no pom.xml"


def _cmake(place: Path, words: list[str]) -> str | None:
    is_made = words[1] == "--build" and _has(place, "CMakeLists.txt")
    return None if is_made or _has(place, f"{words[words.index('-S') + 1]}/CMakeLists.txt") else "no CMakeLists.txt"


def _ctest(place: Path, _: list[str]) -> str | None:
    text = (place / "CMakeLists.txt").read_text("utf-8", "replace")
    return None if re.search(r"(?i)add_test|include\(CTest\)", text) else "no tests in CMakeLists.txt"


def _pytest(place: Path, words: list[str]) -> str | None:
    missing = [word for word in words[1:] if not word.startswith("-") and not (place / word).exists()]
    return f"no file {missing[0]}" if missing else None


def _has(place: Path, name: str) -> bool:
    return (place / name).is_file()


_TOOLS: Final[dict[str, Callable[[Path, list[str]], str | None]]] = {
    "make": _make,
    "npm": _npm,
    "npx": _npx,
    "cargo": _cargo,
    "go": _go,
    "mvn": _maven,
    "cmake": _cmake,
    "ctest": _ctest,
    "pytest": _pytest,
    "pre-commit": lambda place, _: None if _has(place, ".pre-commit-config.yaml") else "no configuration",
}
