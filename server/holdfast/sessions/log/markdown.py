"""A session as Markdown that a person reads: who said what, and when; what tools did, in a line or a few."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.entries.kinds import DECISION, SESSION_END, SESSION_START, SUMMARY
from holdfast.sessions.log.listed import Session

_MOST_RESULT_LINES: Final = 12
_MOST_LINE: Final = 400
_SHOWN_FIRST: Final = ("name", "path", "subject", "outcome")
_NOT_SHOWN: Final = frozenset({"type", "to", "id", "input", "text", "text_hash", "definitions", *_SHOWN_FIRST})
_FLAGS: Final = {"is_error": "failed"}
_SPEAKERS: Final = {"user": "You", "system": "System"}


def session_markdown(session: Session, entries: Iterable[Entry]) -> str:
    """The session with its title, then `entries` in order; ends with a line end."""
    facts = [session.tool, minute(session.started_ms), session.branch and f"branch {session.branch}", session.folder]
    head = f"# {one_line(session.title)}\n\n{' · '.join(one_line(fact) for fact in facts if fact)}\n"
    return head + "".join(f"\n{block}\n" for entry in entries if (block := entry_markdown(entry)))


def entry_markdown(entry: Entry) -> str:
    """One entry as Markdown; "" where it says nothing to a person."""
    parts = [text for part in entry.parts if (text := _part(part))]
    body = "\n\n".join(parts)
    if entry.kind in {SESSION_START, SESSION_END} or not body:
        return ""
    if entry.role is None:
        return "\n".join(f"- {line}" for line in parts)
    speaker = _SPEAKERS.get(entry.role, entry.tool)
    if entry.kind == DECISION:
        speaker = "Decision"
    elif entry.kind == SUMMARY:
        speaker = f"Summary, written by {entry.tool}"
    return f"### {one_line(speaker)} · {minute(stamp_ms(entry.place.hlc))}\n\n{body}"


def minute(ms: int) -> str:
    """A time as `2026-11-21 12:30`, in this machine's time zone; "?" where it is no time."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return "?"


def one_line(text: str) -> str:
    """`text` on one line, at most 400 characters of it."""
    words = " ".join(text.split())
    return words if len(words) <= _MOST_LINE else f"{words[:_MOST_LINE]} …"


def _part(part: JsonObject) -> str:
    text = part.get("text")
    match part.get("type"):
        case "text":
            return text.strip() if isinstance(text, str) else ""
        case "tool_call":
            given = part.get("input")
            named = one_line(given) if isinstance(given, str) else ""
            return f"`{_described(part)}`" + (f" {_code(named)}" if named else "")
        case "tool_result":
            told = _described(part)
            return "\n\n".join(
                [*([told] if told else []), *([_fenced(text)] if isinstance(text, str) and text.strip() else [])]
            )
        case "ref":
            return f"{part.get('to')} {_described(part)}".strip()
        case _:
            return ""


def _described(part: JsonObject) -> str:
    """`src/a.py (language python, edits 3)`: what it is about first, what else is known behind it."""
    about = [one_line(str(part[name])) for name in _SHOWN_FIRST if part.get(name) is not None]
    known = [
        _FLAGS.get(name, name) if value is True else f"{name} {one_line(str(value))}"
        for name, value in part.items()
        if name not in _NOT_SHOWN and isinstance(value, str | int) and value != "" and value is not False
    ]
    return " ".join(about) + (f" ({', '.join(known)})" if known else "")


def _fenced(text: str) -> str:
    lines = text.strip("\n").splitlines()
    shown = [line[:_MOST_LINE] for line in lines[:_MOST_RESULT_LINES]]
    left = len(lines) - len(shown)
    fence = "`" * max(3, _longest_run(text) + 1)
    more = f"\n\n… {left:,} more lines" if left else ""
    return "\n".join([fence, *shown, fence]) + more


def _code(text: str) -> str:
    ticks = "`" * (_longest_run(text) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{room}{text}{room}{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, _runs(text)), default=0)


def _runs(text: str) -> Iterator[str]:
    run = ""
    for character in text:
        if character == "`":
            run += character
        elif run:
            yield run
            run = ""
    if run:
        yield run
