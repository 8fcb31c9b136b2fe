"""Sessions as text that leaves the log: JSON Lines of entries, or Markdown; redacted again by today's rules."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from holdfast.redaction.json_values import redact_json
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.canonical_json import JsonObject, canonical_json
from holdfast.sessions.log.history import History
from holdfast.sessions.log.listed import Session
from holdfast.sessions.log.markdown import entry_markdown, session_markdown


def export_lines(history: History, sessions: Iterable[Session], redactor: Redactor) -> Iterator[str]:
    """A line for each entry: its canonical JSON, with its line end. One that today's rules change has no longer its id."""
    for session in sessions:
        for entry in history.each_entry(session.id):
            body = json.loads(entry.body)
            body["parts"] = _redacted(body["parts"], redactor)
            yield canonical_json(body) + "\n"


def export_markdown(history: History, sessions: Iterable[Session], redactor: Redactor) -> Iterator[str]:
    """The sessions as Markdown, one after another, in pieces."""
    for number, session in enumerate(sessions):
        title = redactor.redact(session.title, conversation=True).text
        yield ("\n" if number else "") + session_markdown(replace(session, title=title), ())
        for entry in history.each_entry(session.id):
            parts = cast("list[JsonObject]", _redacted(json.loads(entry.body)["parts"], redactor))
            text = entry_markdown(replace(entry, parts=tuple(parts)))
            if text:
                yield f"\n{text}\n"


def _redacted(parts: object, redactor: Redactor) -> object:
    return redact_json(redactor, cast("list[object]", parts), conversation=True).value  # type: ignore[arg-type]
