"""The messages of a model's interface as Cline and Roo keep them (`api_conversation_history.json`), as items."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.sessions.importers.content import read_content
from holdfast.sessions.importers.fields import millis, record, text, unknown_text
from holdfast.sessions.importers.importer import Item, Message, Part, SessionFacts, Text, ToolResult, UnknownRecord
from holdfast.sessions.importers.stable_id import stable_id
from holdfast.sessions.importers.task_text import assistant_parts, folder_named, split_user


@dataclass(slots=True)
class TaskMessages:
    """Turns the messages of one task into items, in their order; knows only which ids it gave."""

    session: str
    is_sidechain: bool = False
    folder: str | None = None
    """The working directory as far as it is known: where the index of tasks has none, the first message does."""
    _number: int = field(default=0, init=False)
    _given: set[str] = field(default_factory=set, init=False)

    def items(
        self, value: object, at_ms: int | None = None, *, is_summary: bool = False, is_kept: bool = True
    ) -> Iterator[Item]:
        """What is in the next message; `at_ms` where it says no time itself. One that is not `is_kept` only counts."""
        number = self._number
        self._number += 1
        message = record(value)
        if not is_kept or value is None:
            return
        role = text(message, "role")
        content = read_content(message.get("content"))
        if role not in {"user", "assistant", "tool"}:
            if value != {} and message.get("type") != "reasoning" and role != "system":
                yield self._unknown(f"{number}", role or text(message, "type") or "message", value)
            return
        yield from self._folder(content.parts)
        said: tuple[Part, ...] = ()
        answers: tuple[Part, ...] = ()
        if role == "assistant":
            said = tuple(assistant_parts(content.parts))
        else:
            told = split_user(content.parts)
            said, answers = tuple(told.said), tuple(told.answers)
        at_ms = millis(message.get("ts")) or at_ms
        identity = self._identity(message, number, role, (*answers, *said))
        model = text(record(message.get("modelInfo")), "id", "modelId")
        if answers:
            yield Message(self.session, f"{identity}:results", "tool", answers, at_ms, is_sidechain=self.is_sidechain)
        if said:
            yield Message(
                session=self.session,
                id=identity,
                role="assistant" if role == "assistant" else "user",
                parts=said,
                at_ms=at_ms,
                is_sidechain=self.is_sidechain,
                is_summary=is_summary,
                model=model,
            )
        for place, block in enumerate(content.unknown):
            yield self._unknown(f"{identity}:block{place}", text(block, "type") or "block", block)

    def _folder(self, parts: tuple[Part, ...]) -> Iterator[SessionFacts]:
        if self.folder is None:
            named = next(
                (found for part in parts if isinstance(part, Text) and (found := folder_named(part.text))), None
            )
            if named is not None:
                self.folder = named
                yield SessionFacts(self.session, folder=named)

    def _identity(self, message: Mapping[str, object], number: int, role: str, parts: tuple[Part, ...]) -> str:
        """The message's own id; else when it was written, and by whom; else one made from its place and words."""
        own = text(message, "id")
        at_ms = millis(message.get("ts"))
        identity = own or (f"{at_ms}:{role}" if at_ms else "")
        if not identity or identity in self._given:
            words = "\n".join(part.text for part in parts if isinstance(part, Text | ToolResult))
            identity = stable_id(number, role, words)
        self._given.add(identity)
        return identity

    def _unknown(self, identity: str, kind: str, value: object) -> UnknownRecord:
        return UnknownRecord(self.session, identity, kind[:100], unknown_text(value))
