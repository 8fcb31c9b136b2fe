"""Real projects to measure on, fetched by name from a package registry by its own client; never installed, built or run.

From PyPI the wheel, which carries the sources, because pip runs a project's own code to learn about its sdist; from npm
the tarball, without its scripts; from Debian the source package. Needs the network: only benchmarks call this.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from holdfast.evaluation.debian_source import fetch_debian
from holdfast.evaluation.source_archive import unpack_sources
from holdfast.evaluation.third_party import PackageUnavailable, fetch_package

Registry = Literal["pypi", "npm", "debian"]
_NPM_NAME: Final = re.compile(r"(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")
_NPM_VERSION: Final = re.compile(r"[0-9][A-Za-z0-9.+-]*")
_TIMEOUT_S: Final = 300


@dataclass(frozen=True, slots=True)
class SourcePackage:
    """A project by its name in a registry; for Debian the version is the one of this machine's release.

    `below` names the one folder to take where a package carries its sources and what was built from them.
    """

    registry: Registry
    name: str
    version: str = ""
    below: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.registry})".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """The unpacked source files, and the version that came."""

    folder: Path
    version: str


def fetch_source(package: SourcePackage, cache: Path) -> FetchedSource:
    """Fetch and unpack the source files of a package; what is in `cache` already is used as it is.

    Raises PackageUnavailable, and StorageError when an archive is damaged or hostile.
    """
    if package.registry == "pypi":
        return FetchedSource(fetch_package(package.name, package.version, cache), package.version)
    if package.registry == "npm":
        version, archives = package.version, [_fetch_npm(package, cache / "npm")]
    else:
        version, archives = fetch_debian(package.name, (cache / "debian").resolve())
    folder = cache / f"{package.registry}-{package.name.replace('/', '-').lstrip('@')}-{version}"
    if not folder.is_dir():
        unpack_sources(archives, folder, below=package.below)
    return FetchedSource(folder, version)


def _fetch_npm(package: SourcePackage, downloads: Path) -> Path:
    if not _NPM_NAME.fullmatch(package.name) or not _NPM_VERSION.fullmatch(package.version):
        raise PackageUnavailable(f"{package.name!r} {package.version!r} is no name and version of an npm package.")
    folder = downloads / f"{package.name.replace('/', '-').lstrip('@')}-{package.version}"
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted(folder.glob("*.tgz"))
    if known:
        return known[0]
    command = ["npm", "pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", str(folder.resolve())]
    try:
        done = subprocess.run(
            [*command, f"{package.name}@{package.version}"],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise PackageUnavailable(f"{package} comes from npm, and this machine has no npm.") from error
    except subprocess.TimeoutExpired as error:
        raise PackageUnavailable(f"Fetching {package} took over {_TIMEOUT_S} s.") from error
    archives = sorted(folder.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        raise PackageUnavailable(f"npm cannot fetch {package}.", remedy="Is the package registry reachable?")
    return archives[0]
