"""From what a person set up to the places themselves, and what is looked at before a git remote becomes one of them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from holdfast.sessions.identity.project import normalise_url
from holdfast.sessions.identity.quiet_git import ask_git
from holdfast.sessions.identity.repository import find_repository
from holdfast.sharing.folder import Folder
from holdfast.sharing.git import GitRemote
from holdfast.sharing.git_command import GitFailed, GitRepository, check_arguments
from holdfast.sharing.git_words import in_our_words, shown_url
from holdfast.sharing.setup_file import Setup
from holdfast.sharing.transport import Transport, TransportError

_REPOSITORIES: Final = Path("sharing") / "git"
_REMOTE_URLS: Final = ("config", "--get-regexp", r"^remote\..*\.(url|pushurl)$")


def open_places(data: Path, setup: Setup, dev: str) -> list[Transport]:
    """The places of `setup`, as the device `dev` writes to them. Nothing is asked of them yet. Raises TransportError."""
    places: list[Transport] = []
    if setup.folder is not None:
        places.append(Folder(Path(setup.folder)))
    if setup.git is not None:
        places.append(GitRemote(_repository(data, setup.git), setup.git, dev))
    return places


def prepare_git(
    data: Path, url: str, dev: str, *, workspace: Path, projects: Iterable[str], same_remote: bool = False
) -> GitRemote:
    """The place at the git remote `url`, which answers.

    Refuses, with a TransportError, the remote of the code in `workspace` or of a project (an id) in the session log, unless
    `same_remote`: who can read the code could then see when and how much is worked.
    """
    check_arguments([url])
    if _is_relative(url):
        raise TransportError(
            f"{shown_url(url)} is another repository in every folder.",
            remedy=f"Give its whole path: {shown_url(str((workspace / url).resolve()))}",
        )
    address = normalise_url(url, workspace)
    if not same_remote and address is not None:
        hashed = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
        if address in code_addresses(workspace) or hashed in set(projects):
            raise TransportError(
                f"{shown_url(url)} is where code of yours lies: sessions do not go there unasked.",
                remedy="Make a private repository for them, or say --same-remote.",
            )
    remote = GitRemote(_repository(data, url), url, dev)
    remote.refresh()
    return remote


def _is_relative(url: str) -> bool:
    """Whether git takes `url` for a path that does not begin at the root: it has no scheme, and no host before a colon."""
    return not Path(url).is_absolute() and ":" not in url.partition("/")[0]


def code_addresses(workspace: Path) -> frozenset[str]:
    """All remotes of the repository that `workspace` is in, as `normalise_url` writes them."""
    repository = find_repository(workspace)
    if repository is None:
        return frozenset()
    listed = ask_git(repository, *_REMOTE_URLS) or ""
    urls = (line.partition(" ")[2] for line in listed.splitlines())
    addresses = (normalise_url(url, repository.root) for url in urls if url)
    return frozenset(address for address in addresses if address)


def _repository(data: Path, url: str) -> GitRepository:
    folder = data / _REPOSITORIES / hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    repository = GitRepository(folder)
    try:
        repository.make()
    except GitFailed as error:
        raise in_our_words(error, str(folder)) from error
    return repository
