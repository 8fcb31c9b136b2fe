"""How `holdfast sync` shows where things stand, to people and to programs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import printable
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sharing.preview import Preview, SessionPreview
from holdfast.sharing.receive import ParkedFile
from holdfast.sharing.status import DeviceStatus, SharingStatus

_DAY_MS: Final = 24 * 3600 * 1000
_HOUR_MS: Final = 3600 * 1000
_KIB: Final = 1024
_MOST_PARKED: Final = 20


def status_json(status: SharingStatus) -> dict[str, object]:
    """For programs; times in ISO 8601, UTC."""
    return {
        "name": status.name,
        "vault": status.vault,
        "places": [{"place": one.label, "files": one.files, "of": one.of, "away": one.away} for one in status.places],
        "devices": [
            {
                "id": one.dev,
                "name": one.name,
                "standing": one.standing,
                "project": one.project,
                "this": one.is_this,
                "entries": one.entries,
                "last_entry": _utc(one.last_entry_ms),
                "last_heard": _utc(one.heard_ms),
            }
            for one in status.devices
        ],
        "pending": list(status.pending),
        "unsealed": status.unsealed,
        "kept_back": status.kept_back,
        "parked": [{"name": one.name, "kind": one.kind, "why": one.why} for one in status.parked],
        "copied": list(status.copied),
        "forgetting": [
            {"session": one.session, "removed_on": list(one.done), "waiting": list(one.waiting)}
            for one in status.forgetting
        ],
    }


def status_page(console: Console, status: SharingStatus) -> None:
    """For people."""
    console.print(Text(f"“{printable(status.name)}” in the vault {status.vault[:12]}", style="bold"))
    for place in status.places:
        how = f"{place.files} of {place.of} files of this machine" if place.away is None else printable(place.away)
        console.print(Text(f"{printable(place.label)}: {how}"), soft_wrap=True)
    console.print(_devices(status.devices))
    for line in _status_lines(status):
        console.print(Text(line), soft_wrap=True)


def _status_lines(status: SharingStatus) -> Iterator[str]:
    if status.unsealed:
        yield f"{status.unsealed} entries are not shared yet: `holdfast sync now`."
    if status.kept_back:
        yield f"{status.kept_back} entries of projects that are never shared stay here."
    if status.pending:
        names = ", ".join(f"“{printable(name)}”" for name in status.pending)
        yield f"Waiting to be admitted, with the code that it shows: {names}."
    yield from parked_lines(status.parked)
    for dev in status.copied:
        yield (
            f"Two machines write as “{_name(status, dev)}”: a data directory was copied while in use. What they wrote from "
            "there on is held back. On both, delete the folder `devices` of the data directory and run `holdfast sync setup`."
        )
    for one in status.forgetting:
        if one.waiting:
            yield from forgotten_lines(status, one.session)


def parked_lines(parked: Sequence[ParkedFile]) -> Iterator[str]:
    """What could not be taken in, one reason a line."""
    if parked:
        yield f"{len(parked)} files are parked; everything else went on:"
    for one in parked[:_MOST_PARKED]:
        yield f"  {printable(one.name)}: {printable(one.why)}"
    if len(parked) > _MOST_PARKED:
        yield f"  … and {len(parked) - _MOST_PARKED} more (--json shows all)"


def forgotten_lines(status: SharingStatus, session: str) -> Iterator[str]:
    """The truth about where a session that was forgotten may still be."""
    for one in status.forgetting:
        if one.session != session:
            continue
        devices = {device.dev: device for device in status.devices}
        yield f"{session}: removed on {len(one.done)} of {len(one.done) + len(one.waiting)} machines."
        for dev in one.waiting:
            yield f"  “{_name(status, dev)}” has not said so; {_heard(devices.get(dev))}."
    if any(device.standing == "teammate" for device in status.devices):
        yield "  A teammate who had it keeps it."
    away = [place.label for place in status.places if place.away is not None]
    if away:
        yield f"  It may still lie in {', '.join(map(printable, away))}, which is away."


def preview_json(found: Preview) -> dict[str, object]:
    """For programs."""
    return {
        "sessions": [
            {
                "id": one.session,
                "tool": one.tool,
                "title": one.title,
                "project": one.project,
                "entries": one.entries,
                "bytes": one.bytes,
                "redacted": dict(one.redacted),
                "withheld": dict(one.withheld),
                "shared": not one.is_kept_back,
            }
            for one in found.sessions
        ],
        "control": found.control,
        "lacking": [{"place": one.label, "entries": one.entries, "bytes": one.bytes} for one in found.lacks],
        "entries": sum(one.entries for one in found.sessions if not one.is_kept_back),
        "bytes": sum(one.bytes for one in found.sessions if not one.is_kept_back),
    }


def preview_page(console: Console, found: Preview) -> None:
    """For people."""
    leaving = [one for one in found.sessions if not one.is_kept_back]
    staying = [one for one in found.sessions if one.is_kept_back]
    if leaving:
        console.print(_sessions(leaving))
    total = sum(one.entries for one in leaving)
    size = _size(sum(one.bytes for one in leaving))
    console.print(
        Text(
            f"{_counted(total, 'entry', 'entries')} of {_counted(len(leaving), 'session', 'sessions')} would leave, {size} before they are packed."
        )
    )
    redacted = _added([one.redacted for one in leaving])
    if redacted:
        console.print(Text(f"Taken out when they were recorded: {redacted}."), soft_wrap=True)
    withheld = _added([one.withheld for one in leaving])
    if withheld:
        console.print(Text(f"Found only by newer rules, and taken out first: {withheld}."), soft_wrap=True)
    if staying:
        entries = _counted(sum(one.entries for one in staying), "entry", "entries")
        console.print(Text(f"{entries} of sessions that are not shared stay."))
    for lack in found.lacks:
        entries = _counted(lack.entries, "entry", "entries")
        console.print(
            Text(f"{printable(lack.label)} also gets {entries} sealed before, {_size(lack.bytes)}."), soft_wrap=True
        )


def _devices(devices: Sequence[DeviceStatus]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("machine", "whose", "entries here", "last heard"):
        table.add_column(title, overflow="fold", justify="right" if title == "entries here" else "left")
    for one in devices:
        whose = {"own": "yours", "teammate": "a teammate's", "revoked": "shut out"}[one.standing]
        heard = "this one" if one.is_this else _heard(one).removeprefix("last heard ")
        table.add_row(Text(printable(one.name)), whose, str(one.entries), heard)
    return table


def _sessions(sessions: Sequence[SessionPreview]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("session", "tool", "what", "entries", "size"):
        table.add_column(title, overflow="fold", justify="right" if title in {"entries", "size"} else "left")
    for one in sessions:
        what = Text(printable(one.title))
        table.add_row(one.session[:23], printable(one.tool), what, str(one.entries), _size(one.bytes))
    return table


def _heard(device: DeviceStatus | None) -> str:
    if device is None or device.heard_ms is None:
        return "nothing came from it yet"
    ago = max(wall_clock_ms() - device.heard_ms, 0)
    if ago >= 2 * _DAY_MS:
        return f"last heard {ago // _DAY_MS} days ago"
    if ago >= 2 * _HOUR_MS:
        return f"last heard {ago // _HOUR_MS} hours ago"
    return "last heard within two hours"


def _name(status: SharingStatus, dev: str) -> str:
    return next((printable(one.name) for one in status.devices if one.dev == dev), dev[:8])


def _added(counts: Sequence[Mapping[str, int]]) -> str:
    total: dict[str, int] = {}
    for one in counts:
        for rule, count in one.items():
            total[rule] = total.get(rule, 0) + count
    return ", ".join(f"{rule} {count}" for rule, count in sorted(total.items()))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _size(size: int) -> str:
    return f"{size / _KIB:.0f} KiB" if size < _KIB * _KIB else f"{size / _KIB / _KIB:.1f} MiB"


def _utc(ms: int | None) -> str | None:
    try:
        return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None
