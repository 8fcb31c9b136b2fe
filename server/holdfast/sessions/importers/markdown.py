"""Conversations as Markdown: SpecStory's history, what Claude Code's `/export` writes, and files with roles as headings.

None of them says all: ids and calls are gone, and whose words a line is, is told by marks that a text can also hold. So what
is read is lossy, and no other tool's file is taken for one of these.

* SpecStory (`.specstory/history/*.md`): `_**User (2026-07-13 13:40:49Z)**_`, `_**Agent (model 2026-07-13 13:40:56Z)**_`,
  `<tool-use data-tool-name="…">`, and the session in a comment.
* `/export`: `> ` or an ornament of that form before the person's words, `⏺ ` before the model's and its calls, `⎿` before what tools answered.
* else headings, bold words or `Human:` that name a role; a file keeps to the first kind of mark that it uses.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from holdfast.sessions.importers.elements import around
from holdfast.sessions.importers.fields import as_json, millis
from holdfast.sessions.importers.importer import (
    Found,
    Item,
    Message,
    Part,
    Role,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    Unreadable,
)
from holdfast.sessions.importers.markdown_fence import Fence
from holdfast.sessions.importers.markdown_marks import (
    Mark,
    heading_marks,
    is_export,
    is_spec_story,
    mark_of_export,
    mark_of_spec_story,
)
from holdfast.sessions.importers.on_disk import inside, is_file
from holdfast.sessions.importers.stable_id import stable_id, text_digest
from holdfast.sessions.importers.surroundings import Surroundings, surroundings

_BEGINNING: Final = 64 * 1024
_LONGEST_LINE: Final = 1024 * 1024
_LONGEST_BLOCK: Final = 8 * 1024 * 1024
_SUFFIXES: Final = frozenset({".md", ".markdown", ".txt"})
_OF_AIDER: Final = "# aider chat started at "
_SESSION: Final = re.compile(r"<!-- [\w .\-]{1,40} Session ([0-9A-Za-z_\-]{8,80}) \(([^()\n]{0,40})\)[^\n]{0,60}-->")
_TITLE: Final = re.compile(r"# (\S[^\n]{0,200})")
_TAGS: Final = re.compile(r"</?(?:details|summary)>")
_Marks = Callable[[str], Mark | None]


class Markdown:
    """An `Importer`."""

    tool = "markdown"
    title = "Markdown (SpecStory, /export)"
    parser_version = 1
    is_appended = False

    def __init__(self, where: Surroundings | None = None) -> None:
        self._where = where or surroundings()

    def find(self) -> Iterator[Found]:
        """SpecStory's history of the current folder, or of the project that it is in."""
        folder = self._where.folder
        for at in [folder, *folder.parents] if folder is not None else []:
            for path in inside(at / ".specstory" / "history"):
                if path.suffix == ".md" and self.recognises(path):
                    yield Found(path, str(at))

    def recognises(self, path: Path) -> bool:
        """A text in whose beginning both a person and a model speak."""
        if path.suffix.lower() not in _SUFFIXES or not is_file(path):
            return False
        try:
            with path.open("rb") as file:
                beginning = file.read(_BEGINNING).decode("utf-8", "replace")
        except OSError:
            return False
        return f"\n{_OF_AIDER}" not in f"\n{beginning}" and _marks_of(beginning) is not None

    def read(self, path: Path, offset: int) -> Iterator[Item]:  # noqa: ARG002 -- rewritten as a whole
        """The conversation in the file."""
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING).decode("utf-8", "replace")
            marks = _marks_of(beginning)
            if marks is None:
                yield Unreadable("nothing in it says who speaks")
                return
            file.seek(0)
            named = _SESSION.search(beginning)
            conversation = _Conversation(path.stem, named[1] if named else None)
            title = _TITLE.match(beginning) or re.search(r"\n# (\S[^\n]{0,200})", beginning)
            conversation.facts = SessionFacts(
                conversation.session or "",
                title=title[1].strip() if title else None,
                folder=str(path.parent.parent.parent) if path.parent.parent.name == ".specstory" else None,
                started_ms=millis(named[2].strip()) if named else None,
            )
            yield from conversation.read(file, marks)


def _marks_of(beginning: str) -> _Marks | None:
    """What tells who speaks in a file that begins so; None when it is no conversation."""
    if is_spec_story(beginning):
        return mark_of_spec_story
    if is_export(beginning):
        return mark_of_export
    return heading_marks(beginning)


@dataclass(slots=True)
class _Conversation:
    """Collects what is said between two marks."""

    stem: str
    session: str | None
    facts: SessionFacts = field(default_factory=lambda: SessionFacts(""))
    _number: int = field(default=0, init=False)
    _mark: Mark | None = field(default=None, init=False)
    _lines: list[str] = field(default_factory=list, init=False)
    _length: int = field(default=0, init=False)

    def read(self, file: BinaryIO, marks: _Marks) -> Iterator[Item]:
        """Every message of the file; what stands before the first mark is no part of it."""
        fence = Fence()
        is_fenced = marks not in {mark_of_spec_story, mark_of_export}  # Theirs are no marks of Markdown.
        while raw := file.readline(_LONGEST_LINE):
            line = raw.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
            mark = None if is_fenced and fence.is_open else marks(line)
            if mark is not None:
                yield from self._end()
                self._mark = mark
                line = mark.rest
            if self._mark is not None and self._length < _LONGEST_BLOCK:
                fence.line(line)
                self._lines.append(line)
                self._length += len(line) + 1
        yield from self._end()

    def _end(self) -> Iterator[Item]:
        mark, said = self._mark, _dedent(self._lines, self._mark)
        self._mark, self._length = None, 0
        self._lines.clear()
        if mark is None or mark.is_noise or not said:
            return
        if self.session is None:
            self.session = text_digest(f"{self.stem}\n{said}")
        if self._number == 0:
            facts = self.facts
            yield SessionFacts(
                self.session, facts.title, folder=facts.folder, started_ms=facts.started_ms or mark.at_ms
            )
        number = self._number
        self._number += 1
        parts = tuple(_parts(mark, said))
        if parts:
            identity = stable_id(number, mark.role, said)
            yield Message(
                self.session, identity, mark.role, parts, mark.at_ms, is_sidechain=mark.is_sidechain, model=mark.model
            )


def _dedent(lines: list[str], mark: Mark | None) -> str:
    """What was said, without the rule that ends it and without the two spaces that `/export` puts before each line."""
    if mark is not None and mark.is_indented:
        lines = [lines[0], *(line.removeprefix("  ") for line in lines[1:])]
    said = "\n".join(lines).strip()
    before, _, last = said.rpartition("\n")
    return before.strip() if len(last) >= len("---") and not last.strip("-") else said


def _parts(mark: Mark, said: str) -> Iterator[Part]:
    role: Role = mark.role
    if role == "tool":
        yield ToolResult("", said)
        return
    if mark.call is not None:
        yield ToolCall("", mark.call, as_json({"shown": said}))
        return
    for piece in around(said, ("tool-use", "think", "thinking")):
        if isinstance(piece, str):
            yield Text(piece.strip())
        elif piece.name == "tool-use":
            shown = _TAGS.sub("", piece.inner).strip()
            yield ToolCall("", piece.attribute("data-tool-name") or "tool", as_json({"shown": shown}))
