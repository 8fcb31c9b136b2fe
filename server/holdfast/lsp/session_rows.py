"""The rows of an editor's Sessions view, and of its search: what a person sees of the session log."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from holdfast.sessions.log.history import History
from holdfast.sessions.log.listed import Session
from holdfast.sessions.log.markdown import minute, one_line
from holdfast.sessions.log.search import Hit

_MOST_ROWS: Final = 200
_WEEK_DAYS: Final = 7
_TODAY, _WEEK, _EARLIER = "today", "week", "earlier"
_PINNED, _TOOLS, _MACHINES = "pinned", "tools", "machines"
_TOOL, _MACHINE = "tool", "machine"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a group (`within` is what to ask for to see inside it) or a session."""

    label: str
    description: str = ""
    tooltip: str = ""
    within: str | None = None
    session: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the log does not say: this window's project and device, names of devices, titles of tools."""

    project: str | None
    device: str
    device_names: Mapping[str, str]
    tool_titles: Mapping[str, str]

    def machine(self, device: str) -> str:
        """What a person calls a device."""
        if device == self.device:
            return "This machine"
        return self.device_names.get(device) or f"Machine {device[:8]}"

    def tool(self, tool: str) -> str:
        """What a person calls a tool."""
        return self.tool_titles.get(tool, tool)


def rows_within(history: History, known: Known, within: str | None, now: datetime) -> list[dict[str, object]]:
    """The rows at the top (`within` None) or within a group; of very many the latest. `now` has a time zone."""
    if within is None:
        return [asdict(row) for row in _groups(history, known, now)]
    return [asdict(row) for row in _inside(history, known, within, now)]


def hit_rows(hits: Iterable[Hit], history: History, known: Known) -> list[dict[str, object]]:
    """What a search found: {session, label, description, detail}."""
    return [
        {
            "session": hit.session,
            "label": one_line(history.title(hit.session)) or "A session",
            "description": f"{known.tool(hit.tool)}, {minute(hit.at_ms)}",
            "detail": one_line(hit.text),
        }
        for hit in hits
    ]


def _groups(history: History, known: Known, now: datetime) -> Iterator[Row]:
    """Those that hold anything. Times are of this window's project; tools and machines are of all projects."""
    named = ((_PINNED, "Pinned"), (_TODAY, "Today"), (_WEEK, "This Week"), (_EARLIER, "Earlier"))
    for key, label in named:
        count = len(_sessions(history, known, key, now))
        if count:
            yield Row(label, f"{count}{'+' if count == _MOST_ROWS else ''}", within=key)
    for key, label, counts in (
        (_TOOLS, "By Tool", history.counts("tool")),
        (_MACHINES, "By Machine", history.counts("device")),
    ):
        if counts:
            yield Row(label, str(len(counts)), within=key)


def _inside(history: History, known: Known, within: str, now: datetime) -> Iterator[Row]:
    if within == _TOOLS:
        for tool, count in history.counts("tool").items():
            yield Row(known.tool(tool or ""), str(count), within=f"{_TOOL}:{tool}")
    elif within == _MACHINES:
        for device, count in history.counts("device").items():
            yield Row(known.machine(device or ""), str(count), within=f"{_MACHINE}:{device}")
    else:
        for session in _sessions(history, known, within, now):
            yield _session_row(session, known)


def _sessions(history: History, known: Known, within: str, now: datetime) -> list[Session]:
    kind, _, name = within.partition(":")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today, week = _ms(midnight), _ms(midnight - timedelta(days=_WEEK_DAYS - 1))
    found: list[Session] = []
    if kind == _TOOL:
        found = history.sessions(tool=name, limit=_MOST_ROWS)
    elif kind == _MACHINE:
        found = history.sessions(device=name, limit=_MOST_ROWS)
    elif kind == _PINNED:
        found = history.sessions(pinned=True, limit=_MOST_ROWS)
    elif kind == _TODAY:
        found = history.sessions(project=known.project, since_ms=today, limit=_MOST_ROWS)
    elif kind == _WEEK:
        found = history.sessions(project=known.project, since_ms=week, last_before_ms=today, limit=_MOST_ROWS)
    elif kind == _EARLIER:
        found = history.sessions(project=known.project, last_before_ms=week, limit=_MOST_ROWS)
    return found


def _session_row(session: Session, known: Known) -> Row:
    when = minute(session.last_ms)
    facts = [
        one_line(session.title),
        f"{known.tool(session.tool)}, {known.machine(session.device)}",
        f"{minute(session.started_ms)} to {when}, {session.entries} entries",
        f"branch {session.branch}" if session.branch else "",
        session.folder or "",
    ]
    tooltip = "\n".join(one_line(fact) for fact in facts if fact)
    label = one_line(session.title) or "A session"
    return Row(label, f"{known.tool(session.tool)} · {when}", tooltip, session=session.id, pinned=session.is_pinned)


def _ms(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
