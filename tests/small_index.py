"""Small real indexes, made in this process, and cursors to ask them at."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cursor_notation import at
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import ChunkStore
from holdfast.index.cut_file import cut_file
from holdfast.index.languages import language_of
from holdfast.index.retrieval.query import RetrievalQuery, WorkingText
from holdfast.index.retrieval.surroundings import Surroundings, look_around

Texts = Mapping[str, str]


class SmallIndex:
    """Files in `root` and the index of them in `directory`; both change through `put` and `remove`."""

    def __init__(self, root: Path, directory: Path) -> None:
        self.root = root
        self.directory = directory
        self.reader = ChunkReader(directory)

    def put(self, texts: Texts) -> None:
        """Write files, and index them as they are now."""
        store = ChunkStore.open(self.directory)
        with store.changes():
            for path, text in texts.items():
                file = self.root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode())
                cut = cut_file(self.root, path, None).file
                assert cut is not None
                store.replace(cut)
        store.close()

    def count_words(self) -> None:
        """Write down how common each word is, as the indexer does when it is done."""
        store = ChunkStore.open(self.directory)
        store.count_words()
        store.close()

    def remove(self, *paths: str) -> None:
        """Delete files, in the index too."""
        store = ChunkStore.open(self.directory)
        with store.changes():
            store.remove(paths)
        store.close()
        for path in paths:
            (self.root / path).unlink()

    def line(self, path: str, number: int) -> str:
        """A line (1-based) as it stands in the workspace."""
        return (self.root / path).read_bytes().decode().split("\n")[number - 1].removesuffix("\r")


def query_at(path: str, marked: str, working_set: Sequence[WorkingText] = ()) -> RetrievalQuery:
    """The question at ║ of a text that stands at `path`."""
    cursor = at(marked, path=path, language=language_of(path))
    return RetrievalQuery(path, cursor.language, cursor.before, cursor.after, tuple(working_set))


def look(path: str, marked: str, working_set: Sequence[WorkingText] = ()) -> Surroundings:
    """What that text says by itself."""
    return look_around(query_at(path, marked, working_set))
