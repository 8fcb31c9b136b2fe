"""One connection to an index that comes, changes, is replaced and goes."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.index.chunk_store import INDEX_FILE, ChunkStore, delete_index
from holdfast.index.read_connection import ReadConnection
from small_index import SmallIndex

PATHS = "SELECT path FROM file ORDER BY path"


@pytest.fixture
def index(workspace: Path, cache: Path) -> Iterator[SmallIndex]:
    made = SmallIndex(workspace, cache)
    yield made
    made.reader.close()


@pytest.fixture
def connection(cache: Path) -> Iterator[ReadConnection]:
    made = ReadConnection(cache / INDEX_FILE)
    yield made
    made.close()


def paths(connection: ReadConnection) -> list[str]:
    return [row[0] for row in connection.ask(PATHS)]


def test_before_there_is_an_index_every_answer_is_empty(connection: ReadConnection, index: SmallIndex) -> None:
    before = (paths(connection), connection.look())
    index.put({"a.py": "x = 1\n"})

    assert before == ([], 0)
    assert paths(connection) == ["a.py"]


def test_a_change_by_the_writer_is_seen_and_makes_a_new_revision(connection: ReadConnection, index: SmallIndex) -> None:
    index.put({"a.py": "x = 1\n"})
    first = (connection.look(), connection.look())
    index.put({"b.py": "x = 1\n"})
    second = (connection.look(), connection.look())

    assert first[0] == first[1] < second[0] == second[1]
    assert paths(connection) == ["a.py", "b.py"]


def test_an_index_that_is_replaced_under_it_is_followed(connection: ReadConnection, index: SmallIndex) -> None:
    index.put({"a.py": "x = 1\n"})
    seen = [(paths(connection), connection.look())]
    delete_index(index.directory)
    seen.append((paths(connection), connection.look()))
    index.put({"b.py": "x = 1\n"})
    seen.append((paths(connection), connection.look()))

    assert [there for there, _ in seen] == [["a.py"], [], ["b.py"]]
    revisions = [revision for _, revision in seen]
    assert revisions == sorted(set(revisions))


def test_an_index_that_was_replaced_between_two_questions_is_not_asked_any_more(
    connection: ReadConnection, index: SmallIndex
) -> None:
    index.put({"a.py": "x = 1\n"})
    before = paths(connection), connection.look()
    delete_index(index.directory)
    index.put({"b.py": "x = 1\n"})
    after = paths(connection), connection.look()

    assert (before[0], after[0]) == (["a.py"], ["b.py"])
    assert after[1] > before[1]


def test_an_index_of_another_schema_is_no_index(connection: ReadConnection, index: SmallIndex) -> None:
    index.put({"a.py": "x = 1\n"})
    store = ChunkStore.open(index.directory)
    store._connection.execute("PRAGMA user_version = 1")
    store.close()

    assert paths(connection) == []


def test_a_damaged_index_is_told_and_followed_when_it_is_whole(connection: ReadConnection, index: SmallIndex) -> None:
    index.put({"a.py": "x = 1\n"})
    connection.close()
    (index.directory / INDEX_FILE).write_bytes(b"not a database at all" * 500)
    with pytest.raises(StorageError, match="cannot be used"):
        paths(connection)
    index.put({"b.py": "x = 1\n"})

    assert paths(connection) == ["b.py"]


def test_once_closed_it_opens_again(connection: ReadConnection, index: SmallIndex) -> None:
    index.put({"a.py": "x = 1\n"})
    answers = [paths(connection)]
    connection.close()
    connection.close()
    answers.append(paths(connection))

    assert answers == [["a.py"], ["a.py"]]


def test_it_answers_in_any_thread(connection: ReadConnection, index: SmallIndex) -> None:
    index.put({"a.py": "x = 1\n"})
    answers: list[list[str]] = []

    def ask(again: Callable[[], list[str]]) -> None:
        answers.extend(again() for _ in range(20))

    threads = [threading.Thread(target=ask, args=[lambda: paths(connection)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [["a.py"]] * 80
