"""Every place gets what it lacks of this device's files, and loses what is to be taken away."""

import logging
import sqlite3
from typing import Final

from holdfast.sessions.log.store import SessionLog
from holdfast.sharing.access import Access
from holdfast.sharing.own_files import OwnFiles
from holdfast.sharing.own_series import unwanted_segments
from holdfast.sharing.places import Places, documents_in
from holdfast.sharing.plan import batches, moves
from holdfast.sharing.progress import Progress, quietly
from holdfast.sharing.publication import publish
from holdfast.sharing.transport import SERIES, Transport

_LOG: Final = logging.getLogger(__name__)
_BATCH: Final = 8 * 1024 * 1024
"""So many bytes are sent at once: what has arrived of a sync that was broken off need not be sent again."""


def publish_everywhere(places: Places, access: Access) -> None:
    """Who belongs, and what members know: to each place what it lacks. Raises TransportError when none can be used."""

    def publish_in(place: Transport) -> None:
        there = documents_in(place)
        publication, _ = publish(access.state, access.keys, access.membership, access.vault, there)
        if publication.files or publication.remove:
            place.write(publication.files, publication.remove)

    places.each(publish_in)


class Deliver:
    """Brings `places` up to date with `own`, the segments of this device."""

    def __init__(self, log: SessionLog, own: OwnFiles, places: Places) -> None:
        self._log = log
        self._own = own
        self._places = places

    def deliver(self, progress: Progress = quietly) -> int:
        """The segments; how many entries some place got for the first time. Raises StorageError."""

        def read(connection: sqlite3.Connection) -> tuple[dict[str, tuple[int, int]], frozenset[str]]:
            rows = connection.execute("SELECT name, last - first + 1, bytes FROM segment WHERE own = 1")
            return {name: (entries, size) for name, entries, size in rows}, frozenset(unwanted_segments(connection))

        noted, unwanted = self._log.read(read)
        sent: set[str] = set()
        for _, names in self._places.each(lambda place: self._deliver_in(place, noted, unwanted, progress)):
            sent |= names
        self._own.change({}, sorted(unwanted & self._own.names()))
        return sum(noted[name][0] for name in sent)

    def _deliver_in(
        self,
        place: Transport,
        noted: dict[str, tuple[int, int]],
        unwanted: frozenset[str],
        progress: Progress,
    ) -> set[str]:
        sizes = {name: noted[name][1] for name in noted.keys() & self._own.names()}
        todo = moves(sizes, place.sizes(SERIES), unwanted)
        groups = batches(todo.send, {name: size for name, (_, size) in noted.items()}, _BATCH)
        done = 0
        for group in groups:
            progress(f"sending to {place.label}", done, len(todo.send))
            files = {name: data for name in group if (data := self._own.read(name)) is not None}
            place.write(files)
            done += len(group)
        if todo.remove:
            _LOG.info("%d files are taken away from %s.", len(todo.remove), place.label)
            place.write({}, todo.remove)
        return set(todo.send)
