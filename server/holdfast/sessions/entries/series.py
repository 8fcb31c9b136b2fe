"""The series that one writer extends: its entries from one device in one session, each naming the one before."""

from dataclasses import dataclass

from holdfast.sessions.entries.clock import next_stamp
from holdfast.sessions.entries.entry import Draft, Entry, Place, seal_entry


@dataclass(frozen=True, slots=True)
class Tip:
    """The last entry of a series, as far as the next one must know it."""

    seq: int
    id: str
    hlc: str


class Series:
    """Gives drafts their places: `seq` without gap, `prev`, and a stamp later than the last; after `tip`, or from 0."""

    def __init__(self, *, dev: str, session: str, project: str | None, tip: Tip | None = None) -> None:
        self._dev = dev
        self._session = session
        self._project = project
        self._tip = tip

    def extend(self, draft: Draft) -> Entry:
        """The next entry; raises ValueError, and stays where it was, when `draft` has no canonical form."""
        tip = self._tip
        place = Place(
            dev=self._dev,
            session=self._session,
            project=self._project,
            seq=tip.seq + 1 if tip else 0,
            prev=tip.id if tip else None,
            hlc=next_stamp(tip.hlc if tip else None, draft.at_ms),
        )
        entry = seal_entry(draft, place)
        self._tip = Tip(place.seq, entry.id, place.hlc)
        return entry
