"""What an importer gave, as drafts of entries: capped, redacted, with the tool's own ids in `src`.

| item           | kind                     | parts                                                                          |
|----------------|--------------------------|--------------------------------------------------------------------------------|
| `SessionFacts` | `session.start`, `.meta` | `ref` to `native` (`tool`, `id`), `title` (`name`, `rank`), `folder` (`path`), |
|                |                          | `branch` (`name`), `continues` (`session`)                                     |
| `Message`      | `msg`                    | as they came: `text`, `tool_call`, `tool_result`, `ref`                        |
|                | `tool`                   | the same, where none of them is text                                           |
|                | `summary`                | the same, where a model wrote it about other messages                          |
| `UnknownRecord`| `unknown`                | `ref` to `record` (`name`), `text`                                             |

`src` is `{tool, native_id, parser_v}`, and where they are known `at` (milliseconds since 1970, as the tool says it), `model`,
`sidechain`. The entry's own stamp never runs backwards; a message without a time comes right after the one before it.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from holdfast.redaction.cut_text import cut
from holdfast.redaction.identifiers import is_identifier
from holdfast.redaction.model_redactor import ModelRedactor
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.canonical_json import JsonObject, JsonValue
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.kinds import MESSAGE, SESSION_META, SESSION_START, SUMMARY, TOOL, UNKNOWN
from holdfast.sessions.entries.known_id import ID_FORM, known_id
from holdfast.sessions.entries.redact_draft import redact_draft
from holdfast.sessions.importers.importer import (
    Message,
    Part,
    Reference,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
)
from holdfast.sessions.importers.model_look import look_through
from holdfast.sessions.importers.trim import trim

_SESSIONS: Final = uuid.UUID("6f1c3d52-90a7-5b0e-8f5e-2f6a1d0c7b44")
_LONGEST_TEXT: Final = 64 * 1024
_LONGEST_DUMP: Final = 8 * 1024
_LONGEST_NAME: Final = 300
_MOST_PARTS: Final = 200
_MODEL: Final = re.compile(r"[\w.:@/+\-]{1,100}", re.ASCII)
_FIRST_MS: Final = 946_684_800_000
"""2000-01-01; a clock that was never set says less."""
_LAST_MS: Final = 4_102_444_800_000
"""2100-01-01; one wrong time further on would carry all that follow there."""


def session_id(tool: str, native_id: str) -> str:
    """The session's id in the log: on every machine the same for one session of one tool (UUID version 5, RFC 9562)."""
    return _session_id(tool, known_id(native_id))


def older_session_id(tool: str, native_id: str) -> str | None:
    """The id that an older version gave the session; None where it is today's."""
    older = _older_id(native_id)
    return _session_id(tool, older) if older is not None else None


def _session_id(tool: str, known: str) -> str:
    return str(uuid.uuid5(_SESSIONS, f"{tool}:{known}"))


@dataclass(frozen=True, slots=True)
class Drafter:
    """Makes the drafts of one tool's items. `shorten_path` writes a path without the person's home folder."""

    tool: str
    parser_version: int
    is_appended: bool
    redactor: Redactor
    shorten_path: Callable[[str], str]
    model: ModelRedactor | None = None
    """Where a person asked for it: then every draft may raise what it raises."""

    def start(self, native_id: str, at_ms: int | None) -> Draft:
        """The session's first entry, without what is known of the session."""
        named: JsonObject = {"type": "ref", "to": "native", "tool": self.tool, "id": known_id(native_id)}
        return self._draft(SESSION_START, (named,), at_ms)

    def facts(self, told: Sequence[SessionFacts]) -> Draft:
        """What became known of a session, as one draft with a part for each fact; of several words the last one counts."""
        known: dict[str, JsonObject] = {}
        at_ms = None
        for facts in told:
            at_ms = at_ms or facts.started_ms
            known |= self._facts(facts, known.get("title"))
        return self._redacted(self._draft(SESSION_META, tuple(known.values()), at_ms), Counter())

    def _facts(self, facts: SessionFacts, title: JsonObject | None) -> dict[str, JsonObject]:
        known: dict[str, JsonObject] = {}
        words = " ".join((facts.title or "").split())
        if words and (title is None or facts.title_rank >= cast("int", title["rank"])):
            known["title"] = {"type": "ref", "to": "title", "name": self._short(words), "rank": facts.title_rank}
        if facts.folder:
            known["folder"] = {"type": "ref", "to": "folder", "path": self._short(self.shorten_path(facts.folder))}
        if facts.branch:
            known["branch"] = {"type": "ref", "to": "branch", "name": self._short(facts.branch)}
        if facts.continues:
            known["continues"] = {"type": "ref", "to": "continues", "session": session_id(self.tool, facts.continues)}
        return known

    def message(self, message: Message) -> Draft | None:
        """One message; None for one that says nothing."""
        counts: Counter[str] = Counter()
        parts = [self._part(part, counts) for part in message.parts[:_MOST_PARTS]]
        said = tuple(part for part in parts if part is not None)
        if not said:
            return None
        is_said = any(part["type"] == "text" for part in said)
        kind = SUMMARY if message.is_summary else MESSAGE if is_said else TOOL
        more: dict[str, JsonValue] = {}
        if message.model is not None and _MODEL.fullmatch(message.model) and is_identifier(message.model):
            more["model"] = message.model
        if message.is_sidechain:
            more["sidechain"] = True
        draft = self._draft(kind, said, message.at_ms, native_id(message), more)
        # What a helper is asked, and what an earlier conversation came to, a model wrote: they are not the person's words.
        is_person = message.role == "user" and is_said and not (message.is_sidechain or message.is_summary)
        role = message.role if is_person or message.role != "user" or not is_said else "assistant"
        return self._redacted(replace(draft, role=role), counts)

    def unknown(self, record: UnknownRecord) -> Draft:
        """A record that no rule reads."""
        counts: Counter[str] = Counter()
        named: JsonObject = {"type": "ref", "to": "record", "name": self._short(record.record)}
        text: JsonObject = {"type": "text", "text": self._trimmed(record.text, _LONGEST_DUMP, counts)}
        return self._redacted(self._draft(UNKNOWN, (named, text), None, native_id(record)), counts)

    def _draft(
        self,
        kind: str,
        parts: Sequence[JsonObject],
        at_ms: int | None,
        native: str | None = None,
        more: JsonObject | None = None,
    ) -> Draft:
        known = at_ms is not None and _FIRST_MS <= at_ms < _LAST_MS
        src: dict[str, JsonValue] = {"tool": self.tool, "native_id": native, "parser_v": self.parser_version}
        if known and native is not None:
            src["at"] = at_ms
        return Draft(cast("int", at_ms) if known else 0, kind, tuple(parts), src={**src, **(more or {})})

    def _redacted(self, draft: Draft, counts: Counter[str]) -> Draft:
        redacted = redact_draft(draft, self.redactor)
        if self.model is not None:
            redacted = look_through(redacted, self.model)
        if not counts:
            return redacted
        counted = counts + Counter(cast("dict[str, int]", redacted.redact["counts"]))
        return replace(redacted, redact={**redacted.redact, "counts": dict(counted)})

    def _part(self, part: Part, counts: Counter[str]) -> JsonObject | None:
        match part:
            case Text(text):
                kept = self._trimmed(text, _LONGEST_TEXT, counts)
                return {"type": "text", "text": kept} if kept.strip() else None
            case ToolCall(call, name, asked):
                asked = self._trimmed(asked, _LONGEST_DUMP, counts)
                return {"type": "tool_call", "id": known_id(call), "name": self._short(name), "input": asked}
            case ToolResult(call, text, is_error):
                text = self._trimmed(text, _LONGEST_DUMP, counts)
                return {"type": "tool_result", "id": known_id(call), "text": text, "is_error": is_error}
            case Reference(to, value):
                return self._reference(to, value, counts)

    def _reference(self, to: str, value: str, counts: Counter[str]) -> JsonObject | None:
        if not value.strip():
            return None
        match to:
            case "file":
                return {"type": "ref", "to": to, "path": self._short(self.shorten_path(value))}
            case "commit":
                return {"type": "ref", "to": to, "id": self._short(value)}
            case "url":
                return {"type": "ref", "to": to, "url": self._short(value)}
            case "plan":
                return {"type": "ref", "to": to, "text": self._trimmed(value, _LONGEST_DUMP, counts)}
            case _:
                return {"type": "ref", "to": self._short(to), "name": self._short(value)}

    def _short(self, text: str) -> str:
        kept = trim(self.redactor, cut(text, 2 * _LONGEST_NAME), 2 * _LONGEST_NAME).text
        return (
            kept if len(kept) <= _LONGEST_NAME else self.redactor.redact(kept, conversation=True).text[:_LONGEST_NAME]
        )

    def _trimmed(self, text: str, limit: int, counts: Counter[str]) -> str:
        trimmed = trim(self.redactor, text, limit)
        counts.update(trimmed.counts)
        return trimmed.text


def native_id(item: Message | UnknownRecord) -> str:
    """The id under which an item is known in its session; one of a strange form, one that could be a secret, or none, is replaced by a digest."""
    return known_id(_id_in_tool(item))


def older_id(item: Message | UnknownRecord) -> str | None:
    """The id under which an older version, which kept ids that could be secrets, knows the item; None where it is today's."""
    return _older_id(_id_in_tool(item))


def _id_in_tool(item: Message | UnknownRecord) -> str:
    return item.id if isinstance(item, Message) else item.id or f"{item.record}:{item.text}"


def _older_id(text: str) -> str | None:
    return text if known_id(text) != text and ID_FORM.fullmatch(text) else None
