"""A session that its tool keeps in several files: each file gives a series of its own, a strand of the session.

What two files say of one session reaches the log in any order, and in turns while both grow. A chain can tell of one order
alone; so each file has its own. The first file's series is named as the session is, `<session>`, every other one
`<session>/h<digest>` (what a helper did) or `<session>/c<digest>` (what a file repeats of the session, whose own file counts
where it is there). The digest is of the file's name in the session, so that the same file has the same strand wherever it lies.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.kinds import CONTROL

_DIGEST_BYTES: Final = 8
_MARK: Final = "/"
_COPY: Final = "c"
_HELPER: Final = "h"
_FIRST_WITH_STRANDS: Final = 2
"""The version of the parsers that first gave each file a series of its own; before, all was in the session's."""


@dataclass(frozen=True, slots=True)
class Strand:
    """One file's part of a session, by the `name` that the file has in it; `is_copy` where another file says the same."""

    name: str
    is_copy: bool = False


def series_of(session: str, strand: Strand | None) -> str:
    """The name of the series in which `strand` of `session` lies; None: what its first file says."""
    if strand is None:
        return session
    digest = hashlib.blake2b(strand.name.encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).hexdigest()
    return f"{session}{_MARK}{_COPY if strand.is_copy else _HELPER}{digest}"


def session_of(series: str) -> str:
    """The session that the series is a strand of. Of the control series there are none."""
    session, mark, _ = series.partition(_MARK)
    return session if mark and session and session != CONTROL else series


def is_copy(series: str) -> bool:
    """Whether the series is what a file repeats of another file's session."""
    return series != session_of(series) and series.partition(_MARK)[2].startswith(_COPY)


def is_helper(series: str) -> bool:
    """Whether the series is what a helper did in a session."""
    return series != session_of(series) and series.partition(_MARK)[2].startswith(_HELPER)


def is_undivided(entry: Entry) -> bool:
    """Whether `entry`, of a session's own series, is from when all files' messages went there: it may be a helper's."""
    is_old = entry.parser_version is None or entry.parser_version < _FIRST_WITH_STRANDS
    return is_old and entry.place.session == session_of(entry.place.session)
