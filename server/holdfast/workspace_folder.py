"""One folder of the workspace: what is known of it, for context, gate and embedded engine."""

import logging
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path, PurePosixPath

from holdfast.context.epoch import ContextStamp
from holdfast.context.gather import ContextGatherer, GatheredContext
from holdfast.context.pack import CountTokens, Packed
from holdfast.context.remember import SessionMemory
from holdfast.cursor import Cursor
from holdfast.errors import HoldfastError, StorageError
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.declared_rules import declared_rules
from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.indexer_state import read_state
from holdfast.index.retrieval.find import Retrieval
from holdfast.index.retrieval.findings import Findings
from holdfast.index.retrieval.query import RetrievalQuery, WorkingText
from holdfast.index.retrieval.working_texts import WorkingTexts
from holdfast.index.secret_files import is_secret
from holdfast.locations import Locations
from holdfast.manifest.ledger import Ledger
from holdfast.manifest.load import Source
from holdfast.manifest.locate import Homes
from holdfast.manifest.workspace_manifests import WorkspaceManifests
from holdfast.reasons import Reason
from holdfast.sessions.memory.memory_file import MemoryFile
from holdfast.sessions.memory.reader import MemoryReader, PageStamp

logger = logging.getLogger(__name__)


def project_folder(root: Path, setting: str) -> Path:
    """The folder of `root` that is the project (`projectRoot`); `root` itself where that is none inside it."""
    if setting in {".", "./"}:
        return root
    try:
        folder = (root / setting).resolve()
        if folder.is_dir() and folder.is_relative_to(root.resolve()):
            return folder
    except (OSError, RuntimeError, ValueError):  # a link to itself, a name that no folder can have
        pass
    logger.warning("holdfast.projectRoot is ignored: %s is no folder inside %s.", setting, root)
    return root


def manifests_of(root: Path, locations: Locations, name: str) -> WorkspaceManifests:
    """The manifests of a trusted workspace, where `name` stands for CLAUDE.md."""
    ledger = Ledger(locations.data / "manifests.db", root)
    return WorkspaceManifests(Source(root, Homes.of(os.environ), is_secret, ledger), name)


def memory_of(root: Path, locations: Locations, tokens: int) -> SessionMemory:
    """What earlier sessions of a trusted workspace settled, for at most `tokens` of a prompt."""
    return SessionMemory(MemoryReader(locations.sessions_db, root), root, tokens)


class WorkspaceFolder:
    """`root` resolved; `directory` is where its derived data lies."""

    def __init__(
        self,
        root: Path,
        locations: Locations,
        *,
        manifest_file: str | None,
        open_texts: Callable[[], Sequence[WorkingText]] = tuple,
        manifest_tokens: int | None = None,
        memory_tokens: int = 0,
    ) -> None:
        """`manifest_file` is None in an untrusted workspace; `manifest_tokens` is what its manifests may cost.

        `memory_tokens` is what earlier sessions may cost: 0 where the person wants none of them, and in an untrusted workspace.
        `open_texts` are the files of this folder that the editor has open, the one worked with last first; it is called
        from several threads.
        """
        self.root = root
        self.directory = locations.workspace_cache(root)
        self.reader = ChunkReader(self.directory)
        self.retrieval = Retrieval(self.reader)
        self._ignore_rules = IgnoreRules(root, declared_rules(self.directory))
        self._open_texts = open_texts
        self._working_texts = WorkingTexts(self.reader, lambda path: self.ignore_reason(path) is not None)
        self.manifests = manifests_of(root, locations, manifest_file) if manifest_file is not None else None
        self.memory = memory_of(root, locations, memory_tokens) if memory_tokens else None
        self._memory_file = MemoryFile(root, locations.data, self.memory.reader) if self.memory is not None else None
        self._memory_written: PageStamp | None = None
        self._gatherer = ContextGatherer(
            self._find, self.manifests, manifest_tokens=manifest_tokens, memory=self.memory
        )

    def relative(self, file: Path) -> str:
        """`file` as the index names it."""
        return PurePosixPath(file.relative_to(self.root)).as_posix()

    def ignore_reason(self, path: str) -> Reason | None:
        """Why no suggestion is given in a file, if it is a secret or an ignored one."""
        if is_secret(path) or is_secret(self._meant_by_links(path)):
            return "secret_file"
        return "ignored_file" if self._ignore_rules.why_ignored(path, is_directory=False) is not None else None

    def _meant_by_links(self, path: str) -> str:
        """What a path leads to: a link with an innocent name may lead to a secret."""
        real = os.path.realpath(self.root / path)
        return os.path.relpath(real, self.root).replace(os.sep, "/")

    def reread_rules(self) -> None:
        """Look at the ignore files again; blocking, for when the index has changed."""
        self._ignore_rules.reread()

    def refresh_memory_file(self) -> None:
        """Write `.holdfast/memory.md` where the person wants it and something was settled or worked on since; blocking, and never raises."""
        file, memory = self._memory_file, self.memory
        if file is None or memory is None or not file.is_on:
            return
        stamp = memory.reader.page_stamp()
        if stamp == self._memory_written or not memory.reader.is_sure:
            return
        self._memory_written = stamp
        try:
            file.write()
        except HoldfastError as error:
            logger.warning("%s", error)

    def stamp(self, path: str = "") -> ContextStamp:
        """What context for the file at `path` would be made from now."""
        others = frozenset(
            (open_text.path, open_text.text) for open_text in self._open_texts() if open_text.path != path
        )
        generation, gatherer = self.index_generation(), self._gatherer
        return ContextStamp(generation, gatherer.manifest_stamp(path), hash(others), gatherer.memory_stamp())

    def index_generation(self) -> int:
        """The index's generation, 0 while there is none."""
        return read_state(self.directory).generation

    def gather(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Packed | None
    ) -> GatheredContext:
        """Context for a cursor in this folder; blocking."""
        return self._gatherer.gather(cursor, budget_tokens, count_tokens, previous)

    def close(self) -> None:
        """Let go of the index, of what was accepted and of the session log."""
        self.reader.close()
        if self.memory is not None:
            self.memory.close()
        if self.manifests is not None:
            self.manifests.close()

    def _find(self, cursor: Cursor, held: Collection[str]) -> Findings:
        try:
            working_set = self._working_texts.besides(cursor.path, self._open_texts())
            query = RetrievalQuery(cursor.path, cursor.language, cursor.before, cursor.after, working_set)
            return self.retrieval.find(query, held)
        except StorageError as error:
            # The indexer rebuilds what is damaged; until then the file alone is context.
            logger.warning("%s", error)
            return Findings()


class Workspace:
    """The folders of one window; a file belongs to the deepest one that holds it, or to none."""

    def __init__(self, folders: tuple[WorkspaceFolder, ...]) -> None:
        self.folders = tuple(sorted(folders, key=lambda folder: -len(folder.root.parts)))
        self._alone = ContextGatherer(lambda _cursor, _held: Findings())

    def folder_of(self, root: Path | None) -> WorkspaceFolder | None:
        """The folder with this root."""
        return next((folder for folder in self.folders if folder.root == root), None)

    def locate(self, file: Path) -> tuple[Path | None, str]:
        """(root, path relative to it) of a file, or (None, its name)."""
        place = Path(os.path.normpath(file))
        for folder in self.folders:
            if place.is_relative_to(folder.root):
                return folder.root, folder.relative(place)
        # An editor may name a folder by a link to it.
        linked = place.parent.resolve() / place.name
        for folder in self.folders:
            if linked.is_relative_to(folder.root):
                return folder.root, folder.relative(linked)
        return None, file.name

    def ignore_reason(self, cursor: Cursor) -> Reason | None:
        """Why no suggestion is given at a cursor."""
        return self.ignore_reason_of(cursor.root, cursor.path)

    def ignore_reason_of(self, root: Path | None, path: str) -> Reason | None:
        """Why a file is neither completed nor learnt from, if it is a secret or an ignored one."""
        folder = self.folder_of(root)
        if folder is not None:
            return folder.ignore_reason(path)
        return "secret_file" if is_secret(path) else None

    def index_generation(self, cursor: Cursor) -> int:
        """The generation of the index at `cursor`."""
        folder = self.folder_of(cursor.root)
        return folder.index_generation() if folder is not None else 0

    def stamp(self, cursor: Cursor) -> ContextStamp:
        """What context for `cursor` gathered now would be made from."""
        folder = self.folder_of(cursor.root)
        return folder.stamp(cursor.path) if folder is not None else ContextStamp(0, (0, 0))

    def gather(
        self, cursor: Cursor, budget_tokens: int, count_tokens: CountTokens, previous: Packed | None
    ) -> GatheredContext:
        """Context for `cursor`; blocking."""
        folder = self.folder_of(cursor.root)
        source = folder if folder is not None else self._alone
        return source.gather(cursor, budget_tokens, count_tokens, previous)

    def close(self) -> None:
        """Let go of every folder's index."""
        for folder in self.folders:
            folder.close()
