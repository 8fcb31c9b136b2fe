"""What git and its servers say, in our words."""

import re
from typing import Final
from urllib.parse import urlsplit

from holdfast.sharing.transport import TransportError

_CREDENTIALS: Final = re.compile(r"(?<=://)[^\s/'\"]*@|[^\s/'\"@:]+:[^\s/'\"@]+@")
_REFUSED_REF: Final = re.compile(
    r"funny refname|hidden ref|deny updating|prohibited|not allowed|hook declined|invalid ref|remote rejected",
    re.IGNORECASE,
)
_NO_ACCESS: Final = re.compile(
    r"could not read (?:Username|Password)|terminal prompts disabled|Authentication failed|Permission denied|access denied"
    r"|Host key verification failed|HTTP 40[13]|error: 40[13]|could not read from remote",
    re.IGNORECASE,
)
_NOT_FOUND: Final = re.compile(
    r"not found|does not exist|does not appear to be a git repository|no such file|repository not exported",
    re.IGNORECASE,
)
_ANOTHERS: Final = re.compile(r"fsck error|pack-objects died|bad pack header|corruption on the remote", re.IGNORECASE)
_DAMAGED: Final = re.compile(
    r"object file .* is empty|could not read [0-9a-f]{8}|loose object .* is corrupt|bad object|not a tree object|missing (?:blob|tree|commit)|unable to read tree"
    r"|not a git repository|bad signature|index-pack failed|packfile .* (?:cannot|does not)|broken ref|did not send all necessary",
    re.IGNORECASE,
)
_UNREACHABLE: Final = re.compile(
    r"resolve host|unable to connect|connection (?:refused|reset|timed out)|timed out|took longer|early EOF"
    r"|unable to access|hung up|network is unreachable|no route to host",
    re.IGNORECASE,
)


def is_anothers_fault(message: str) -> bool:
    """Whether git says that something which was pushed is no sound repository."""
    return _ANOTHERS.search(message) is not None


def is_damaged(message: str) -> bool:
    """Whether git says that the repository on this disk is broken, as after a power cut."""
    return _DAMAGED.search(message) is not None


def refuses_the_ref(message: str) -> bool:
    """Whether a server says that it takes no ref outside of `refs/heads/`."""
    return _REFUSED_REF.search(message) is not None


def in_our_words(error: TransportError, address: str) -> TransportError:
    """The error about the repository at `address`, with what a person can do about it."""
    said = error.message
    if "stale info" in said:
        return TransportError(
            f"Something else writes to {address} as this device, again and again.",
            remedy="Is the data directory of this machine in use on another? Give that one its own: delete `devices` in it.",
            transient=True,
        )
    if "No space left" in said:
        return TransportError(f"No space left: {said}.", remedy="Free some space; nothing is lost.", transient=True)
    if _NOT_FOUND.search(said):
        return TransportError(
            f"There is no repository at {address}, or it is not shown to you: {said}.",
            remedy="Make an empty private repository there, and check the URL.",
        )
    if _NO_ACCESS.search(said):
        return TransportError(
            f"{address} does not let this machine in: {said}.",
            remedy="Holdfast asks for no password: set up a key or a credential helper with which `git ls-remote` works.",
        )
    transient = bool(_UNREACHABLE.search(said)) or error.is_transient
    return TransportError(
        f"{address} cannot be used: {said}.",
        remedy="Nothing is lost; the next sync goes on where this one ended." if transient else "",
        transient=transient,
    )


def shown_url(url: str) -> str:
    """`url` without credentials and without what a terminal would obey."""
    text = url
    if "://" in url:
        try:
            parts = urlsplit(url)
            host = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
        except ValueError:
            return "(an address that cannot be read)"
        text = f"{parts.scheme}://{host}{parts.path}"
    text = without_credentials(text)
    return "".join(character if character.isprintable() else "?" for character in text)


def without_credentials(text: str) -> str:
    """`text` without the names and passwords of the addresses in it: not all that git says leaves them out."""
    return _CREDENTIALS.sub("", text)
