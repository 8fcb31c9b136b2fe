"""Types lines again, key by key in virtual time, and keeps what stood before the current file in each prompt.

The prompts are the product's own: the completion part as it is wired, over the folder's index and a simulated server
that has nothing to say. At each key the editor's notice starts a pause anew (`Pauses`, which prepares the context and
primes the server), and 40 ms later, when an editor asks, the prompt is written by the completer's `PromptWriter`. What
the completer does besides (typed-through, in flight, debounce) decides whether a prompt is sent, not what is in it.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from holdfast.completion.pauses import Pauses
from holdfast.cursor import Cursor
from holdfast.evaluation.context_cases import TypedLines
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.typing_replay import ASK_AFTER_SECONDS, REST_SECONDS
from holdfast.evaluation.typing_trace import Passage
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.settings import Settings
from holdfast.wiring import Completion, build_completion
from holdfast.workspace_folder import Workspace, WorkspaceFolder

ENDPOINT: Final = "http://127.0.0.1:11434"


@dataclass(frozen=True, slots=True)
class LineStart:
    """The moment before the first key of a row: `block` is all that stands before the current file in the prompt."""

    row: int
    cursor: Cursor
    block: str


@dataclass(frozen=True, slots=True)
class ContextReplay:
    """One session: the starts of its rows with text, and the block before the first key and at each key.

    `gather_ms` is what each gathering of context took in real time.
    """

    starts: tuple[LineStart, ...]
    blocks: tuple[str, ...]
    gather_ms: tuple[float, ...]

    @property
    def keystrokes(self) -> int:
        """How many keys were typed."""
        return len(self.blocks) - 1

    @property
    def kept(self) -> int:
        """At how many keys the block was byte for byte the one before."""
        return sum(before == block for before, block in pairwise(self.blocks))


async def replay_context(
    session: TypedLines, folder: WorkspaceFolder, settings: Settings, scratch: Path, *, by_line: bool = False
) -> ContextReplay:
    """Type one session. The folder's index must be of the file without the lines.

    `by_line` types every line at one stroke: the same pauses with a thirtieth of the prompts, for comparisons.
    """
    settings = settings.model_copy(update={"endpoint": ENDPOINT, "embedded": "off", "provider": "auto"})
    server = SimulatedServer(lambda _prefix, _suffix: "")
    completion = build_completion(settings, Workspace((folder,)), scratch=scratch, transport=server)
    pauses = Pauses(completion.prepare)
    try:
        if completion.model is not None:
            await completion.model.find()
        return await _type(session, folder.root, completion, pauses, by_line=by_line)
    finally:
        await pauses.aclose()
        await completion.aclose()


async def _type(
    session: TypedLines, root: Path, completion: Completion, pauses: Pauses, *, by_line: bool
) -> ContextReplay:
    notes = _Notes(completion)
    cursor = cursor_in_passage(session.passage, 0, root)
    pauses.cursor_rests(cursor)
    await asyncio.sleep(REST_SECONDS)
    blocks = [await notes.block_at(cursor)]
    starts = [LineStart(session.first_row, cursor, blocks[0])]
    typed = session.passage.typed
    for done, seconds in _strokes(session.passage, by_line=by_line):
        cursor = cursor_in_passage(session.passage, done, root)
        pauses.key_typed(cursor)
        await asyncio.sleep(ASK_AFTER_SECONDS)
        blocks.append(await notes.block_at(cursor))
        if not cursor.line_before.strip() and typed[done:].split("\n", 1)[0].strip():
            starts.append(LineStart(session.first_row + typed[:done].count("\n"), cursor, blocks[-1]))
        await asyncio.sleep(max(0.0, seconds - ASK_AFTER_SECONDS))
    return ContextReplay(tuple(starts), tuple(blocks), tuple(notes.gather_ms))


class _Notes:
    """Writes prompts and notes each new gathering's time."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion
        self._blocks: object = None
        self.gather_ms: list[float] = []

    async def block_at(self, cursor: Cursor) -> str:
        completion = self._completion
        if completion.model is None:
            raise RuntimeError("the replay is wired to a simulated server")
        written = await completion.writer.write(cursor, await completion.model.choice.current())
        if written.blocks is not self._blocks:
            self._blocks = written.blocks
            self.gather_ms.append(written.context_ms)
        return block_of(written.prompt)


def block_of(prompt: str) -> str:
    """All of a prompt before the header of the current file. Control tokens stand nowhere in text that is not ours."""
    before_the_hole = prompt.partition(QWEN_CODER.prefix)[0]
    return before_the_hole[: before_the_hole.rfind("<|file_sep|>")]


def cursor_in_passage(passage: Passage, done: int, root: Path) -> Cursor:
    """The cursor after `done` characters of the passage, with the text below it as it stays."""
    place = passage.start + done
    file = passage.file
    return Cursor(
        (root / file.path).as_uri(), root, file.path, file.language, file.text[:place], file.text[passage.end :]
    )


def _strokes(passage: Passage, *, by_line: bool) -> Iterator[tuple[int, float]]:
    if not by_line:
        yield from passage.keystrokes()
        return
    typed = passage.typed
    for done, seconds in passage.keystrokes():
        at_line_start = not typed[:done].rpartition("\n")[2].strip()
        at_line_end = done == len(typed) or typed[done] == "\n"
        if at_line_start or at_line_end:
            yield done, seconds
