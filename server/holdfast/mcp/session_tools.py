"""The tools over earlier sessions of one project: what was said and decided, framed as the record that it is."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel, Field

from holdfast.locations import Locations
from holdfast.mcp.earlier_sessions import EarlierSessions, FoundEntry, RememberedItem
from holdfast.mcp.plain_errors import plain_errors
from holdfast.mcp.project_tools import LONGEST_QUERY, READS_ONLY
from holdfast.mcp.session_pages import RECORD, SessionPage
from holdfast.mcp.shown_text import ShownText

T = TypeVar("T")

_MOST_MEMORY: Final = 40

Question = Annotated[
    str, Field(min_length=1, max_length=LONGEST_QUERY, description="Words of what was said, or a whole question.")
]
SessionId = Annotated[
    str, Field(min_length=1, max_length=200, description="A session's id, as search_sessions gives it.")
]
First = Annotated[int, Field(ge=0, description="The number of the entry to begin with: `next` of the page before.")]
Around = Annotated[
    str, Field(max_length=100, description="The id of an entry that search_sessions found: begin just before it.")
]
Limit = Annotated[int, Field(ge=1, le=50, description="How many at most.")]


class SessionAnswer(BaseModel):
    """The entries that answer, the best first; `record` says what this is."""

    record: str
    found: list[FoundEntry]


class MemoryAnswer(BaseModel):
    """What holds still, the newest first; `record` says what this is."""

    record: str
    items: list[RememberedItem]
    left_out: int


class SessionTools:
    """Answers for the project at `root`; sessions of other projects, and of teammates, are not shown."""

    def __init__(self, root: Path, locations: Locations, shown: ShownText) -> None:
        self._sessions = EarlierSessions(root, locations, shown)

    def add_to(self, server: MCPServer) -> None:
        """Offer them."""
        for tool in (self.search_sessions, self.read_session, self.project_memory):
            server.add_tool(tool, annotations=READS_ONLY)

    async def search_sessions(self, question: Question, limit: Limit = 10) -> SessionAnswer:
        """Search what was said in earlier sessions of this project, with any tool. Read on with read_session."""
        found = await _in_thread(lambda: self._sessions.search(question, limit))
        return SessionAnswer(record=RECORD, found=found)

    async def read_session(self, session: SessionId, first: First = 0, around: Around = "") -> SessionPage:
        """Read an earlier session of this project, page by page, from its beginning or around an entry."""
        return await _in_thread(lambda: self._sessions.page(session, first, around))

    async def project_memory(self) -> MemoryAnswer:
        """Read what was decided, corrected and left open in earlier sessions of this project."""
        items, left_out = await _in_thread(lambda: self._sessions.memory(_MOST_MEMORY))
        return MemoryAnswer(record=RECORD, items=items, left_out=left_out)


async def _in_thread(work: Callable[[], T]) -> T:
    with plain_errors():
        return await asyncio.to_thread(work)
