"""Which project a workspace is: the same id in every clone, on every machine, without naming it.

In order: the hash of the normalised URL of `origin`; the hash of the first commit's id; a random id kept in
the git folder; with no git, a random id kept in the data directory under the folder's path.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from holdfast.errors import StorageError
from holdfast.sessions.identity.quiet_git import ask_git
from holdfast.sessions.identity.repository import Repository, find_repository, origin_url
from holdfast.sessions.identity.write_once import write_once

_PROJECT_ID: Final = re.compile("[0-9a-f]{64}")
_SCP_FORM: Final = re.compile(r"(?:[^@/\\]+@)?(\[[^\]]+\]|[^:/\\@]{2,}):(?!//)(.*)", re.DOTALL)
_WEB_PORTS: Final = {"http": 80, "https": 443}


def find_project(workspace: Path, data: Path) -> str:
    """64 hexadecimal digits. May start git, for at most three seconds; raises StorageError when nothing can be kept."""
    repository = find_repository(workspace)
    if repository is None:
        return _kept_by_path(workspace, data)
    url = origin_url(repository)
    address = normalise_url(url, repository.root) if url else None
    named = address or _first_commit(repository)
    if named:
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        return _kept(repository.common_dir / "holdfast" / "project")
    except StorageError:
        # A repository that belongs to somebody else, or on a read-only disk.
        return _kept_by_path(repository.root, data)


def normalise_url(url: str, root: Path) -> str | None:
    """`host/path`, the same for the https, ssh and scp forms of one place, without credentials; None if it is no place.

    A path on this machine is taken from `root` and made absolute.
    """
    scp_form = _SCP_FORM.fullmatch(url) if "://" not in url else None
    if scp_form:
        return _address(scp_form[1].lower(), scp_form[2])
    if "://" not in url:
        return Path(os.path.normpath(root / url)).as_posix().removesuffix(".git")
    try:
        parts = urlsplit(url)
        host = _host(parts)
    except ValueError:
        return None
    if parts.scheme == "file":
        return unquote(parts.path).removesuffix("/").removesuffix(".git") or None
    return _address(host, unquote(parts.path)) if host else None


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    usual = _WEB_PORTS.get(parts.scheme)
    # The port of ssh differs from that of https for the same server; between two web servers it tells them apart.
    return f"{host}:{parts.port}" if usual and parts.port not in {None, usual} else host


def _address(host: str, path: str) -> str | None:
    name = path.strip().strip("/").removesuffix(".git").strip("/")
    return f"{host}/{name}" if name else None


def _first_commit(repository: Repository) -> str | None:
    if (repository.common_dir / "shallow").exists():
        return None  # What looks like the first commit is only the first one fetched.
    answer = ask_git(repository, "rev-list", "--max-parents=0", "HEAD", "--")
    commits = (answer or "").split()
    return commits[-1] if commits else None


def _kept_by_path(folder: Path, data: Path) -> str:
    key = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=16).hexdigest()
    return _kept(data / "projects" / key)


def _kept(path: Path) -> str:
    text = write_once(path, secrets.token_hex(32)).strip()
    if not _PROJECT_ID.fullmatch(text):
        raise StorageError(f"The project id in {path} cannot be understood.", remedy="Delete that file.")
    return text
