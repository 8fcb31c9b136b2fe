"""The tools over a project's code and manifests."""

import asyncio
import threading
from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from holdfast.errors import WorkspaceError
from holdfast.index.indexer_state import IndexerState
from holdfast.mcp.code_blocks import BlockWriter, CodeAnswer
from holdfast.mcp.find_definition import find_definition
from holdfast.mcp.inside import inside
from holdfast.mcp.plain_errors import plain_errors
from holdfast.mcp.project_manifest import ManifestAnswer, project_manifest
from holdfast.mcp.project_map import ProjectMap, project_map
from holdfast.mcp.ready_index import ReadyIndex
from holdfast.mcp.search_project import search_project
from holdfast.mcp.shown_text import ShownText
from holdfast.workspace_folder import WorkspaceFolder

T = TypeVar("T")

READS_ONLY: Final = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
LONGEST_QUERY: Final = 2_000
_LONGEST_PATH: Final = 4_096
_MOST_DEFINITIONS: Final = 20

Query = Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY, description="Identifiers and words, as in code.")]
Name = Annotated[
    str, Field(min_length=1, max_length=500, description="A name, bare or with its owners: `open`, `Store.open`.")
]
Path = Annotated[str, Field(max_length=_LONGEST_PATH, description="Relative to the project's root; empty: all of it.")]
Limit = Annotated[int, Field(ge=1, le=50, description="How many at most.")]


class ProjectTools:
    """Answers for one folder; one question at a time reads the index."""

    def __init__(self, folder: WorkspaceFolder, index: ReadyIndex, shown: ShownText) -> None:
        self._folder = folder
        self._index = index
        self._shown = shown
        self._blocks = BlockWriter(shown, self._is_hidden)
        self._one_reads = threading.Lock()

    def add_to(self, server: MCPServer) -> None:
        """Offer them."""
        for tool in (self.search_project, self.find_definition, self.project_manifest, self.project_map):
            server.add_tool(tool, annotations=READS_ONLY)

    async def search_project(self, query: Query, context: Context, folder: Path = "", limit: Limit = 8) -> CodeAnswer:
        """Search this project's code by identifiers and words: whole definitions, the best first.

        Definitions that are called like the query, or like a name in it, come first, then code that shares its rarest words.
        """
        below = self._inside(folder)
        return await self._indexed(
            context, lambda: self._blocks.write(search_project(self._folder.reader, query, below), limit)
        )

    async def find_definition(self, name: Name, context: Context) -> CodeAnswer:
        """Find where this project defines a name: functions, methods, classes, constants and fields."""

        def find() -> CodeAnswer:
            found = self._blocks.write(find_definition(self._folder.reader, name), _MOST_DEFINITIONS)
            if found.blocks:
                return found
            note = f"Nothing in this project defines {self._shown.whole(name)}; search_project finds where it is used."
            return found.model_copy(update={"note": note})

        return await self._indexed(context, find)

    async def project_manifest(self, path: Path = "") -> ManifestAnswer:
        """Read the project's rules and conventions (CLAUDE.md, AGENTS.md and what they import) that apply to a file."""
        place = self._inside(path)
        root = str(self._folder.root)
        with plain_errors():
            return await asyncio.to_thread(project_manifest, self._folder.manifests, root, place, self._shown)

    async def project_map(self, context: Context, folder: Path = "") -> ProjectMap:
        """Show what a folder of this project holds: its folders, and its files with the names that they define."""
        below = self._inside(folder)
        return await self._indexed(
            context, lambda: project_map(self._folder.reader, below, self._shown, self._is_hidden)
        )

    def _inside(self, path: str) -> str:
        with plain_errors():
            return inside(self._folder.root, path)

    def _is_hidden(self, path: str) -> bool:
        return self._folder.ignore_reason(path) is not None

    async def _indexed(self, context: Context, work: Callable[[], T]) -> T:
        """What `work` answers in a thread, once the index is ready; the caller hears how far that is."""

        async def report(state: IndexerState) -> None:
            what = "Reading files" if state.phase == "indexing" else "Looking for files"
            await context.report_progress(state.done, state.total or None, what)

        def one_at_a_time() -> T:
            with self._one_reads:
                if not self._folder.root.is_dir():
                    raise WorkspaceError(f"The folder {self._folder.root} is not there any more.", remedy="Start anew.")
                self._folder.reread_rules()  # what was ignored when the server began may count now
                return work()

        with plain_errors():
            await self._index.ready(report)
            return await asyncio.to_thread(one_at_a_time)
