"""Session memory as a block of the prompt: bounded, chosen when a file is first worked on, and kept while memory is the same.

It stands before the code, so that another choice would make the server read everything after it again. Hence it does not
follow the cursor: it is chosen anew only for another file, and where something was decided meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.code_chunk import BlockSource, ContextBlock
from holdfast.cursor import Cursor
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.identity.repository import read_branch
from holdfast.sessions.memory.lines import choose_lines
from holdfast.sessions.memory.rank import Memory, Whereabouts
from holdfast.sessions.memory.reader import MemoryReader, MemoryStamp

CountTokens = Callable[[str], int]

LABEL: Final = ".holdfast/memory.md"
"""The name of the block in a prompt; the file need not be there."""
MEMORY_TOKENS: Final = 300
"""What it may cost where no other number was declared."""
MEMORY_SHARE: Final = 0.15
"""Of the budget at most, however much is allowed: the code needs the rest."""
LEAST_TOKENS: Final = 60
"""With less room a heading and a sentence say nothing worth reading: nothing is shown."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """The block that was chosen from the memory with this stamp; None where nothing matters, or there is no room."""

    stamp: MemoryStamp
    block: ContextBlock | None


class SessionMemory:
    """What was settled in earlier sessions of the project in the folder `root`, for at most `tokens` of a prompt."""

    def __init__(self, reader: MemoryReader, root: Path, tokens: int = MEMORY_TOKENS) -> None:
        self.reader = reader
        self._root = root
        self._tokens = tokens

    def stamp(self) -> MemoryStamp:
        """Changes when another memory would be read; may ask the database: for a worker."""
        return self.reader.stamp() if self._tokens else ()

    def recall(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Recollection | None
    ) -> Recollection:
        """What matters at `cursor`; `previous`, of the same file, while the memory is the one it was chosen from."""
        stamp = self.stamp()
        if previous is not None and previous.stamp == stamp:
            return previous
        room = memory_room(budget_tokens, self._tokens)
        if not stamp or not room:
            return Recollection(stamp, None)
        branch = read_branch(self._root)
        block = memory_block(self.reader.memory(), cursor, branch, wall_clock_ms(), room, count_tokens)
        return Recollection(stamp, block)

    def close(self) -> None:
        """Let go of the session log."""
        self.reader.close()


def memory_room(budget_tokens: int, memory_tokens: int) -> int:
    """Tokens that session memory may cost; 0 where that is too little for anything."""
    room = min(memory_tokens, int(budget_tokens * MEMORY_SHARE))
    return room if room >= LEAST_TOKENS else 0


def memory_block(
    memory: Memory, cursor: Cursor, branch: str | None, now_ms: int, room: int, count_tokens: CountTokens
) -> ContextBlock | None:
    """What matters at `cursor` for at most `room` tokens, the block's name among them; None where nothing does."""
    ranked = memory.ranked(Whereabouts(cursor.path, cursor.before, cursor.after, branch, now_ms))
    chosen = choose_lines(ranked, room, lambda text: count_tokens(f"{LABEL}\n{text}\n"))
    if not chosen.shown:
        return None
    sources = tuple(BlockSource(one.session, one.entry) for one in chosen.shown)
    lines = (1, chosen.text.count("\n") + 1)
    return ContextBlock(LABEL, lines, "memory", ("memory",), count_tokens(chosen.text), chosen.text, sources)
