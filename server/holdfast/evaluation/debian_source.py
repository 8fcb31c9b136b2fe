"""Debian source packages, through `apt-get` with lists and cache of our own: no root, the machine stays as it is.

The machine's own sources are read, and a copy of them that names source packages alone is used. apt checks the
archive's signature. Nothing is built, and no patch is applied: the upstream archive is unpacked as it is.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from holdfast.evaluation.third_party import PackageUnavailable

_ETC: Final = Path("/etc/apt")
_TIMEOUT_S: Final = 300
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_LINE: Final = re.compile(r"^deb(?:-src)?(?=\s)", re.MULTILINE)
_TYPES: Final = re.compile(r"^Types:.*$", re.MULTILINE | re.IGNORECASE)
_UPSTREAM: Final = re.compile(r"_(?P<version>[^_]+?)(?:\.orig(?:-[a-z0-9-]+)?)?\.tar\.(?:gz|bz2|xz)$", re.IGNORECASE)


def fetch_debian(name: str, place: Path) -> tuple[str, list[Path]]:
    """(upstream version, archives) of the source package that this machine's release has; they are kept in `place`.

    Raises PackageUnavailable where there is no apt-get, no network, or no such package.
    """
    if not _NAME.fullmatch(name):
        raise PackageUnavailable(f"{name!r} is no name of a Debian source package.")
    downloads = place / name
    downloads.mkdir(parents=True, exist_ok=True)
    archives = _upstream_archives(downloads)
    if not archives:
        if shutil.which("apt-get") is None:
            raise PackageUnavailable(f"{name} is a Debian source package, and this machine has no apt-get.")
        options = _private_apt(place / "apt")
        if not any((place / "apt" / "lists").glob("*Sources*")):
            _apt([*options, "update"], place, "update the package lists")
        _apt([*options, "--download-only", "source", name], downloads, f"fetch {name}")
        archives = _upstream_archives(downloads)
    version = next((_version(archive) for archive in archives), "")
    if not version:
        raise PackageUnavailable(f"The source package {name} came without an archive of a kind that is known.")
    return version, archives


def source_lists(etc: Path) -> str:
    """The machine's sources in deb822 form (`.sources`), each asking for source packages alone."""
    return "\n".join(
        _TYPES.sub("Types: deb-src", text) for text in _texts(sorted(etc.glob("sources.list.d/*.sources")))
    )


def source_lines(etc: Path) -> str:
    """The same for the one-line form (`.list`)."""
    files = [etc / "sources.list", *sorted(etc.glob("sources.list.d/*.list"))]
    return "\n".join(_LINE.sub("deb-src", text) for text in _texts(files))


def _private_apt(place: Path) -> list[str]:
    """apt-get's options for state, cache and sources under `place`."""
    parts = place / "sources.list.d"
    for folder in (place / "lists" / "partial", place / "cache" / "archives" / "partial", parts):
        folder.mkdir(parents=True, exist_ok=True)
    (parts / "machine.sources").write_text(source_lists(_ETC), "utf-8")
    (place / "sources.list").write_text(source_lines(_ETC), "utf-8")
    settings = {
        "Dir::State::lists": place / "lists",
        "Dir::Cache": place / "cache",
        "Dir::Etc::sourcelist": place / "sources.list",
        "Dir::Etc::sourceparts": parts,
        # Root gives up its powers to a user who cannot enter a private folder.
        "APT::Sandbox::User": "root",
    }
    return [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]


def _apt(arguments: list[str], folder: Path, what: str) -> None:
    try:
        done = subprocess.run(
            ["apt-get", "--quiet", *arguments],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise PackageUnavailable(f"apt-get took over {_TIMEOUT_S} s to {what}.") from error
    if done.returncode != 0:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("E:")), "it failed")
        raise PackageUnavailable(f"apt-get cannot {what}: {reason}", remedy="Is the package archive reachable?")


def _upstream_archives(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _UPSTREAM.search(path.name) and ".debian.tar." not in path.name)


def _version(archive: Path) -> str:
    found = _UPSTREAM.search(archive.name)
    return found["version"] if found else ""


def _texts(files: Iterable[Path]) -> list[str]:
    return [file.read_text("utf-8", "replace") for file in files if file.is_file()]
