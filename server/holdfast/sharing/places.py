"""All the places that a person shares over, as one: what lies in any of them is there, what is written goes to each.

One that is away holds up nothing: it gets what it lacks when it is back.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from holdfast.sharing.access import DOCUMENTS
from holdfast.sharing.statement import APPROVALS
from holdfast.sharing.transport import SERIES, Transport, TransportError, not_there

_LOG: Final = logging.getLogger(__name__)
_MOST_DOCUMENTS: Final = 10_000
T = TypeVar("T")


class Places:
    """`transports`, at least one. For one thread, and one sync."""

    def __init__(self, transports: Sequence[Transport]) -> None:
        self._transports = tuple(transports)
        self.away: dict[str, TransportError] = {}
        """Why a place, by its label, could not be used."""

    @property
    def labels(self) -> list[str]:
        """Those of all places."""
        return [place.label for place in self._transports]

    @property
    def present(self) -> list[Transport]:
        """The places that could be used so far."""
        return [place for place in self._transports if place.label not in self.away]

    def refresh(self) -> None:
        """Learn what is there; raises TransportError when not one place can be used."""
        self.away = {}
        self.each(lambda place: place.refresh())

    def each(self, work: Callable[[Transport], T]) -> list[tuple[Transport, T]]:
        """Each place with what `work` gives for it; those that fail are away from now on. Raises TransportError when all are."""
        done = []
        for place in self.present:
            try:
                done.append((place, work(place)))
            except TransportError as error:
                _LOG.info("%s cannot be used: %s", place.label, error)
                self.away[place.label] = error
        if not done:
            raise next(iter(self.away.values()))
        return done

    def segments(self) -> dict[str, str]:
        """The segments there are in any place, with a text that changes when their bytes do."""
        stamps: dict[str, str] = {}
        for _, of_one in self.each(lambda place: place.stamps(SERIES)):
            for name, stamp in of_one.items():
                stamps[name] = f"{stamps[name]} {stamp}" if name in stamps else stamp
        return stamps

    def documents(self) -> dict[str, bytes]:
        """Everything but segments. What one member said in two places, one of them behind, is put together."""
        found: dict[str, bytes] = {}
        for _, of_one in self.each(documents_in):
            for name, data in of_one.items():
                if name.startswith(APPROVALS) and found.get(name, data) != data:
                    found[name] = found[name].rstrip(b"\n") + b"\n" + data
                else:
                    found.setdefault(name, data)
        return found

    def read(self, name: str) -> list[bytes]:
        """The versions of `name` that the places have: usually one. Raises TransportError when none can be read."""
        failed: TransportError | None = None
        found: list[bytes] = []
        for place in self.present:
            try:
                data = place.read(name)
            except TransportError as error:
                failed = error if failed is None or not error.is_transient else failed
            else:
                if data not in found:
                    found.append(data)
        if not found:
            raise failed or not_there(name, " and ".join(self.labels))
        return found


def documents_in(place: Transport) -> dict[str, bytes]:
    """The documents in one place that can be read now."""
    found: dict[str, bytes] = {}
    for prefix in DOCUMENTS:
        for name in place.names(prefix):
            if len(found) == _MOST_DOCUMENTS:
                raise TransportError(
                    f"{place.label} holds more than {_MOST_DOCUMENTS} devices.", remedy="Use another place."
                )
            with suppress(TransportError):  # It is on its way, or was taken away just now.
                found[name] = place.read(name)
    return found
