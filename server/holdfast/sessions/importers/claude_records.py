"""The records of Claude Code's transcripts, one by one, as items. Cowork and Claude Code on the web write the same ones.

The lines form a tree: each names the one before it (`parentUuid`), and one that was gone back to has several children. Much
of it is the program's own book-keeping and is dropped; so that the tree holds together, what a dropped line answered is what
its children answer. After a compaction the tree begins anew, and `logicalParentUuid` says where it goes on.

What a line means may depend on lines before it, and reading may begin anywhere. So only the last mebibyte before a line
counts, and is looked through again when reading is taken up there: in pieces or at once, the same comes out.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from holdfast.sessions.entries.strand import Strand
from holdfast.sessions.importers.claude_record_kinds import ATTACHED_BOOKS, ATTACHED_FILES, BOOKS, SYSTEM_BOOKS
from holdfast.sessions.importers.content import read_content
from holdfast.sessions.importers.fields import as_json, millis, record, text, unknown_text
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Part,
    Reference,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
)
from holdfast.sessions.importers.injected_text import without_injected
from holdfast.sessions.importers.stable_id import text_digest

WINDOW: Final = 1024 * 1024
HEAD: Final = 64 * 1024
"""Bytes at a file's beginning in which summaries may name lines that come later."""
_TITLES: Final = {"ai-title": ("aiTitle", 1), "agent-name": ("agentName", 3), "custom-title": ("customTitle", 4)}
_SUMMARY_RANK: Final = 2
_SYNTHETIC: Final = "<synthetic>"


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    uuid: str
    answers: str | None
    """What its children answer in its place, where it was dropped; "" for a line that was kept."""


class ClaudeRecords:
    """Reads the records of one file, in order. `session` is the native id of the session it is the file of, `file` its name.

    `is_helper`: what a helper did, in the folder for that; `is_beside`: as older versions put it, beside the session's file.
    `folder` is what counts as the working directory, where that is known better than the lines know it.
    """

    def __init__(
        self, session: str, file: str, *, is_helper: bool = False, is_beside: bool = False, folder: str | None = None
    ) -> None:
        self._session = session
        self._file = file
        self._told: dict[str, SessionFacts] = {}
        self._is_helper = is_helper
        self._own_strand = Strand(file) if is_helper or is_beside else None
        self._copies = Strand(f"{session}/{file}" if self._own_strand else session, is_copy=True)
        self._folder = folder
        self._lines: dict[str, _Line] = {}
        self._order: deque[_Line] = deque()
        self._summaries: dict[str, str] = {}

    def look_at(self, start: int, line: Mapping[str, object]) -> None:
        """Take in a line that was read before, for those that refer to it."""
        kept = any(isinstance(item, Message) for item in self._items(start, line))
        self._remember(start, line, is_kept=kept)

    def read(self, start: int, line: Mapping[str, object]) -> Iterator[Item]:
        """The items of the line that begins at the byte `start`."""
        is_kept = False
        for item in self._items(start, line):
            is_kept = is_kept or isinstance(item, Message)
            yield item
        uuid = text(line, "uuid")
        if uuid in self._summaries:
            yield self._title(self._summaries.pop(uuid), _SUMMARY_RANK)
        self._remember(start, line, is_kept=is_kept)

    def note_summary(self, start: int, line: Mapping[str, object]) -> None:
        """Keep a summary at the file's head, for the line that it names: it may come later."""
        leaf, title = text(line, "leafUuid"), text(line, "summary")
        if line.get("type") == "summary" and leaf and title and start < HEAD:
            self._summaries[leaf] = title

    def _remember(self, start: int, line: Mapping[str, object], *, is_kept: bool) -> None:
        uuid = text(line, "uuid")
        if uuid is None:
            return
        parent = text(line, "parentUuid") or text(line, "logicalParentUuid")
        seen = _Line(start, uuid, None if is_kept else parent or "")
        self._lines[uuid] = seen
        self._order.append(seen)
        while self._order and self._order[0].start < start - WINDOW:
            old = self._order.popleft()
            if self._lines.get(old.uuid) is old:
                del self._lines[old.uuid]

    def _parent(self, start: int, line: Mapping[str, object]) -> str | None:
        """The nearest line before this one that was kept."""
        parent = text(line, "parentUuid") or text(line, "logicalParentUuid")
        for _ in range(len(self._lines)):
            seen = self._lines.get(parent or "")
            if seen is None or seen.start < start - WINDOW or seen.answers is None:
                break
            parent = seen.answers
        return parent or None

    def _items(self, start: int, line: Mapping[str, object]) -> Iterator[Item]:
        kind = text(line, "type") or ""
        if kind in {"user", "assistant"}:
            yield from self._facts(line)
            yield from self._spoken(start, line, kind)
        elif kind in _TITLES:
            name, rank = _TITLES[kind]
            yield self._title(text(line, name, "title"), rank)
        elif kind == "summary":
            yield from self._summary(start, line)
        elif kind == "system":
            yield from self._system(start, line)
        elif kind == "attachment":
            yield from self._attachment(start, line)
        elif kind == "pr-link" and (url := text(line, "prUrl", "url")):
            # The line is written again and again.
            yield replace(self._message(start, line, "system", (Reference("url", url),)), id=f"pr:{text_digest(url)}")
        elif kind in {"tool_use", "tool_result"}:
            yield from self._flat_tool(start, line, kind)
        elif kind not in BOOKS:
            yield self._unknown(start, line, kind or "a record without a type")

    def _facts(self, line: Mapping[str, object]) -> Iterator[SessionFacts]:
        """What a line says of its session, where that is not what the line before it said."""
        if line.get("isSidechain") is True and self._own_strand is None:
            return
        session, _ = self._place(0, line)
        if session != self._session and self._session not in self._told and self._own_strand is None:
            self._told[self._session] = SessionFacts(self._session, continues=session)
            yield self._told[self._session]
        facts = SessionFacts(
            session,
            folder=self._folder or text(line, "cwd"),
            branch=text(line, "gitBranch"),
            strand=self._strand_of(session),
        )
        if (facts.folder or facts.branch) and self._told.get(session) != facts:
            self._told[session] = facts
            yield facts

    def _title(self, title: str | None, rank: int) -> SessionFacts:
        return SessionFacts(self._session, title=title, title_rank=rank, strand=self._own_strand)

    def _spoken(self, start: int, line: Mapping[str, object], kind: str) -> Iterator[Item]:
        message = record(line.get("message"))
        content = read_content(message.get("content"))
        for block in content.unknown:
            yield self._unknown(start, block, f"{kind}/{text(block, 'type') or 'a block without a type'}")
        if line.get("isApiErrorMessage") is True or message.get("model") == _SYNTHETIC:
            return
        is_summary = line.get("isCompactSummary") is True
        parts = tuple(_said(content.parts, is_meta=line.get("isMeta") is True and not is_summary))
        if not parts:
            return
        role: Role = "assistant" if kind == "assistant" else "user"
        if role == "user" and text(record(line.get("origin")), "kind") not in {None, "human"}:
            role = "system"
        if role == "user" and not any(isinstance(part, Text) for part in parts):
            role = "tool"
        yield self._message(start, line, role, parts, is_summary=is_summary, model=text(message, "model"))

    def _summary(self, start: int, line: Mapping[str, object]) -> Iterator[Item]:
        """A title, if the line it was made for stands in this file; others were put here by mistake."""
        leaf = self._lines.get(text(line, "leafUuid") or "")
        if leaf is not None and leaf.start >= start - WINDOW:
            yield self._title(text(line, "summary"), _SUMMARY_RANK)
        else:
            self.note_summary(start, line)

    def _system(self, start: int, line: Mapping[str, object]) -> Iterator[Item]:
        subtype = text(line, "subtype") or ""
        if subtype == "away_summary" and (said := text(line, "content")):
            yield self._message(start, line, "assistant", (Text(said),), is_summary=True)
        elif subtype not in SYSTEM_BOOKS and (subtype or not text(line, "content")):
            yield self._unknown(start, line, f"system/{subtype}")

    def _attachment(self, start: int, line: Mapping[str, object]) -> Iterator[Item]:
        attached = record(line.get("attachment"))
        kind = text(attached, "type") or ""
        name = text(attached, "filename", "path", "displayPath")
        if kind in ATTACHED_FILES and name:
            yield self._message(start, line, "system", (Reference("file", name),))
        elif kind == "queued_command":
            content = read_content(attached.get("prompt"))
            parts = tuple(_said(content.parts, is_meta=line.get("isMeta") is True))
            is_typed = text(attached, "commandMode") in {None, "prompt"}
            if parts and is_typed and text(record(attached.get("origin")), "kind") in {None, "human"}:
                yield self._message(start, line, "user", parts)
        elif (
            kind not in ATTACHED_BOOKS | ATTACHED_FILES
            and not kind.startswith("hook_")
            and not kind.endswith(("_delta", "_reminder"))
        ):
            yield self._unknown(start, line, f"attachment/{kind}")

    def _flat_tool(self, start: int, line: Mapping[str, object], kind: str) -> Iterator[Item]:
        """A tool's record of its own, as early versions wrote."""
        part: Part
        if kind == "tool_use":
            name = text(line, "name") or "tool"
            part = ToolCall(text(line, "id", "uuid") or "", name, as_json(line.get("input", {})))
        else:
            said = read_content(line.get("content", line.get("output"))).parts
            answer = "\n".join(piece.text for piece in said if isinstance(piece, Text))
            part = ToolResult(text(line, "tool_use_id") or "", answer, is_error=line.get("is_error") is True)
        yield self._message(start, line, "assistant" if kind == "tool_use" else "tool", (part,))

    def _message(
        self,
        start: int,
        line: Mapping[str, object],
        role: Role,
        parts: tuple[Part, ...],
        *,
        is_summary: bool = False,
        model: str | None = None,
    ) -> Message:
        session, uuid = self._place(start, line)
        return Message(
            session=session,
            id=uuid,
            role=role,
            parts=parts,
            at_ms=millis(line.get("timestamp")),
            parent=self._parent(start, line),
            is_sidechain=self._is_helper or line.get("isSidechain") is True,
            is_summary=is_summary,
            model=model,
            strand=self._strand_of(session),
        )

    def _unknown(self, start: int, found: Mapping[str, object], name: str) -> UnknownRecord:
        place = f"{self._file}:{start}" if self._is_helper else f"@{start}"
        return UnknownRecord(self._session, f"{place}:{name}", name, unknown_text(found), strand=self._own_strand)

    def _strand_of(self, session: str) -> Strand | None:
        """Lines of another session are copies: that session has a file of its own, or had one."""
        return self._own_strand if session == self._session else self._copies

    def _place(self, start: int, line: Mapping[str, object]) -> tuple[str, str]:
        """The session and the id of a line; a copy of another session's line is that session's."""
        uuid = text(line, "uuid") or f"@{start}"
        origin = record(line.get("forkedFrom"))
        if text(origin, "sessionId"):
            return text(origin, "sessionId") or "", text(origin, "messageUuid") or uuid
        return self._session if self._is_helper else text(line, "sessionId") or self._session, uuid


def _said(parts: tuple[Part, ...], *, is_meta: bool) -> Iterator[Part]:
    """What was said or done by somebody; of what a tool answered, without what was put into it."""
    for part in parts:
        if isinstance(part, Text):
            typed = "" if is_meta else without_injected(part.text)
            if typed.strip():
                yield Text(typed)
        elif isinstance(part, ToolResult) and "<system-reminder>" in part.text:
            yield ToolResult(part.id, without_injected(part.text), is_error=part.is_error)
        else:
            yield part
