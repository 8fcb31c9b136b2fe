"""The series that one writer extends: its entries from one device in one session, each naming the one before."""

from holdfast.sessions.clock import next_stamp
from holdfast.sessions.entry import Draft, Entry, Place, seal_entry


class Series:
    """Gives drafts their places: `seq` without gap from 0, `prev`, and a stamp later than the last."""

    def __init__(self, *, dev: str, session: str, project: str | None) -> None:
        self._dev = dev
        self._session = session
        self._project = project
        self._tip: Entry | None = None

    def extend(self, draft: Draft) -> Entry:
        """The next entry; raises ValueError, and stays where it was, when `draft` has no canonical form."""
        tip = self._tip
        place = Place(
            dev=self._dev,
            session=self._session,
            project=self._project,
            seq=tip.place.seq + 1 if tip else 0,
            prev=tip.id if tip else None,
            hlc=next_stamp(tip.place.hlc if tip else None, draft.at_ms),
        )
        self._tip = seal_entry(draft, place)
        return self._tip
