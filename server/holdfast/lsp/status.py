"""What the status bar shows, as `holdfast/status`: sent when it changes, never more."""

from dataclasses import asdict, dataclass
from typing import Literal

from pygls.lsp.server import LanguageServer

State = Literal["ready", "indexing", "thinking", "embedded", "offline", "paused"]

STATUS_METHOD = "holdfast/status"


@dataclass(frozen=True, slots=True)
class Status:
    """`text` is a few words, `tooltip` Markdown."""

    state: State
    text: str
    tooltip: str
    model: str | None = None
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that the status depends on."""

    paused: bool
    enabled: bool
    indexing: str | None
    thinking: bool
    model: str | None
    remote: bool
    server_problem: str | None
    embedded: bool
    problems: tuple[str, ...]
    budget_reached: bool = False


def status_of(now: Circumstances) -> Status:
    """The one status that tells the most important truth."""
    state, text, lines = _state_of(now)
    lines = [*lines, *now.problems]
    return Status(state, text, "\n\n".join(lines), now.model, now.remote)


def _state_of(now: Circumstances) -> tuple[State, str, list[str]]:
    where = ", on another machine" if now.remote else ""
    engine = f"Model: `{now.model}`{where}" if now.model else "The model is chosen at the first suggestion."
    if now.paused or not now.enabled:
        reason = "Paused until *Holdfast: Resume*." if now.enabled else "Switched off by `holdfast.enabled`."
        return "paused", "paused", [reason]
    if now.indexing is not None:
        return "indexing", now.indexing, ["Reading the project. Suggestions come already."]
    if now.server_problem is not None:
        state: State = "embedded" if now.embedded else "offline"
        stand_in = ["The embedded engine completes from the project's own code."] if now.embedded else []
        return state, "budget reached" if now.budget_reached else state, [*stand_in, now.server_problem]
    # The same word for both, so that the bar does not jump while somebody types.
    return ("thinking" if now.thinking else "ready"), now.model or "ready", [engine]


class StatusReporter:
    """Sends the status when it differs from the last one sent."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._sent: Status | None = None

    def report(self, now: Circumstances) -> None:
        """Send what follows from `now`, if it is news."""
        status = status_of(now)
        if status != self._sent:
            self._sent = status
            self._server.protocol.notify(STATUS_METHOD, asdict(status))
