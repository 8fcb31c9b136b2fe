"""Where everything stands: the devices, the places, what waits, what is parked, what is not forgotten everywhere yet."""

import sqlite3
from dataclasses import dataclass

from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sharing.access import Access
from holdfast.sharing.devices import Forgetting, forgettings
from holdfast.sharing.own_series import kept_back, unsealed_tails
from holdfast.sharing.places import Places
from holdfast.sharing.receive import ParkedFile, parked_files
from holdfast.sharing.transport import SERIES, Transport


@dataclass(frozen=True, slots=True)
class PlaceStatus:
    """A shared place: `files` of this device's `of` are there; `away` says why it cannot be used."""

    label: str
    files: int
    of: int
    away: str | None


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device: whose, how many of its entries are here, when it last wrote (its clock) and was last heard (this clock's)."""

    dev: str
    name: str
    standing: str
    project: str | None
    is_this: bool
    entries: int
    last_entry_ms: int | None
    heard_ms: int | None


@dataclass(frozen=True, slots=True)
class SharingStatus:
    """All of it. `pending`: names of devices that wait to be admitted; `copied`: devices of which two versions came."""

    name: str
    vault: str
    places: tuple[PlaceStatus, ...]
    devices: tuple[DeviceStatus, ...]
    pending: tuple[str, ...]
    unsealed: int
    kept_back: int
    parked: tuple[ParkedFile, ...]
    copied: tuple[str, ...]
    forgetting: tuple[Forgetting, ...]


def sharing_status(
    connection: sqlite3.Connection, places: Places, access: Access, never: frozenset[str]
) -> SharingStatus:
    """What `places`, which were refreshed, and the log behind `connection` say to the device of `access`."""
    dev = access.keys.dev
    members = access.membership.members
    tails = unsealed_tails(connection, dev)
    staying = kept_back(connection, dev, never)
    live = {member.keys.dev for member in members if member.standing == "own"}
    return SharingStatus(
        name=access.state.name,
        vault=access.membership.founding.id,
        places=_places(connection, places),
        devices=tuple(
            _device(connection, member.keys.dev, member.keys.name, member.standing, member.project, this=dev)
            for member in members
        ),
        pending=tuple(one.keys.name for one in access.membership.pending),
        unsealed=sum(len(tail.sizes) for tail in tails if tail.session not in staying),
        kept_back=sum(len(tail.sizes) for tail in tails if tail.session in staying),
        parked=tuple(parked_files(connection, access.membership)),
        copied=tuple(str(row[0]) for row in connection.execute("SELECT DISTINCT dev FROM forked ORDER BY dev")),
        forgetting=tuple(forgettings(connection, live)),
    )


def _places(connection: sqlite3.Connection, places: Places) -> tuple[PlaceStatus, ...]:
    own = {name for (name,) in connection.execute("SELECT name FROM segment WHERE own = 1")}

    def count(place: Transport) -> int:
        return len(own & place.stamps(SERIES).keys())

    counted = {place.label: number for place, number in places.each(count)} if places.present else {}
    return tuple(
        PlaceStatus(label, counted.get(label, 0), len(own), str(places.away[label]) if label in places.away else None)
        for label in places.labels
    )


def _device(
    connection: sqlite3.Connection, dev: str, name: str, standing: str, project: str | None, *, this: str
) -> DeviceStatus:
    entries, last = connection.execute("SELECT count(*), max(hlc) FROM entry WHERE dev = ?", (dev,)).fetchone()
    heard = connection.execute("SELECT at_ms FROM heard WHERE dev = ?", (dev,)).fetchone()
    return DeviceStatus(
        dev=dev,
        name=name,
        standing=standing,
        project=project,
        is_this=dev == this,
        entries=int(entries),
        last_entry_ms=stamp_ms(last) if last else None,
        heard_ms=int(heard[0]) if heard else None,
    )
