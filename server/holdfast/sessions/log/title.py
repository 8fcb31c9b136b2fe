"""A session in one line, told from its entries: `holdfast: branch main, 5 files, 12 suggestions, 7 accepted`."""

from collections.abc import Iterable, Sequence

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Entry

_TAKEN = frozenset({"accepted", "partly_accepted", "typed_through"})


def session_title(entries: Sequence[Entry]) -> str:
    """The title; says only what happened, and names the last branch. `entries` is not empty.

    A suggestion counts as accepted when it was taken whole, in part, or typed to its end.
    """
    parts = [part for entry in entries for part in entry.parts]
    branches = [part.get("name") for part in _refs(parts, "branch")]
    files = {part.get("path") for part in _refs(parts, "file")}
    outcomes = [part.get("outcome") for part in parts if part.get("type") == "tool_result" and "outcome" in part]
    accepted = sum(outcome in _TAKEN for outcome in outcomes)
    told = [
        f"branch {branches[-1]}" if branches else "",
        _counted(len(files), "file"),
        _counted(len(outcomes), "suggestion"),
        f"{accepted} accepted" if outcomes else "",
    ]
    return f"{entries[0].tool}: {', '.join(word for word in told if word) or 'nothing happened'}"


def _refs(parts: Iterable[JsonObject], to: str) -> list[JsonObject]:
    return [part for part in parts if part.get("type") == "ref" and part.get("to") == to]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
