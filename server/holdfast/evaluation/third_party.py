"""Real packages to measure on: fetched from the package registry by name and exact version, never installed or run.

Wheels only, for a wheel is an archive of the source while an sdist's build would execute its code. Needs the network, so
only benchmarks call this.
"""

import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from holdfast.errors import HoldfastError, StorageError

_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]*")
_TIMEOUT_S: Final = 300
_MAX_FILE_BYTES: Final = 5_000_000
_MAX_FILES: Final = 20_000


class PackageUnavailable(HoldfastError):
    """The registry does not have that version as a pure wheel, or cannot be reached."""


@dataclass(frozen=True, slots=True)
class PythonFile:
    """A source file of a package; `path` is relative to the package's root, with "/" separators."""

    path: str
    language: str
    text: str


def fetch_package(name: str, version: str, cache: Path) -> Path:
    """Download `name`==`version` and unpack its Python files; the folder is kept in `cache` and found there again.

    Raises PackageUnavailable, and StorageError when the archive is damaged or would write outside its folder.
    """
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        raise PackageUnavailable(f"{name!r} {version!r} is no package name and version.")
    folder = cache / f"{name}-{version}"
    if not folder.is_dir():
        downloads = cache / "wheels"
        downloads.mkdir(parents=True, exist_ok=True)
        unpack_wheel(_download(name, version, downloads), folder)
    return folder


def unpack_wheel(wheel: Path, folder: Path) -> None:
    """Write the wheel's `.py` files under `folder`, which appears whole or not at all. Raises StorageError."""
    partial = folder.with_name(folder.name + ".partial")
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [member for member in archive.infolist() if member.filename.endswith(".py")]
            if len(members) > _MAX_FILES:
                raise StorageError(f"{wheel.name} has {len(members)} files; refusing more than {_MAX_FILES}.")
            for member in members:
                target = partial / _inside(member.filename, wheel)
                if member.file_size > _MAX_FILE_BYTES:
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(member))
        partial.mkdir(parents=True, exist_ok=True)
        partial.replace(folder)
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise StorageError(f"Cannot unpack {wheel.name}: {error}.", remedy="Delete it and fetch again.") from error


def read_package(folder: Path) -> list[PythonFile]:
    """The Python files under `folder` in order of path; what is not UTF-8 is read with replacement characters."""
    return [
        PythonFile(path.relative_to(folder).as_posix(), "python", path.read_text("utf-8", "replace"))
        for path in sorted(folder.rglob("*.py"))
    ]


def _inside(name: str, wheel: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise StorageError(f"{wheel.name} holds {name!r}, which lies outside its folder.")
    return path


def _download(name: str, version: str, downloads: Path) -> Path:
    folder = downloads / f"{name}-{version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--only-binary=:all:", "--dest", str(folder), f"{name}=={version}"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise PackageUnavailable(f"Fetching {name} {version} took over {_TIMEOUT_S} s.") from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        reason = done.stderr.strip().splitlines()[-1:] or ["no wheel came"]
        raise PackageUnavailable(
            f"Cannot fetch {name} {version}: {reason[0]}", remedy="Is the package registry reachable?"
        )
    return wheels[0]
