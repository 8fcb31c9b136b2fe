import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.code_chunk import CodeChunk
from holdfast.errors import DiskFull, StorageError
from holdfast.index.anatomy import Import
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.chunk_store import ChunkStore, FileStamp, IndexedFile, content_hash, module_name, owner_name
from holdfast.index.chunker import chunk_source
from holdfast.index.cut_file import cut_file
from holdfast.index.imports.import_root import ImportRoot
from holdfast.index.languages import language_of
from holdfast.index.schema import SCHEMA_VERSION
from holdfast.index.source_text import SourceText


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def indexed(root: Path, path: str, text: str) -> IndexedFile:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    cut = cut_file(root, path, None)
    assert cut.file is not None
    return cut.file


def chunks_of(path: str, text: str) -> list[CodeChunk]:
    return list(chunk_source(SourceText(path, language_of(path), text)).chunks)


def put(store: ChunkStore, *files: IndexedFile) -> None:
    with store.changes():
        for file in files:
            store.replace(file)


def names(reader: ChunkReader, *wanted: str) -> list[str]:
    return sorted(stored.chunk.path for stored in reader.definitions_named(wanted))


def test_what_was_put_in_is_found_again(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    text = "import os\n\ndef fetchUser():\n    return row_count\n"
    put(store, indexed(tmp_path, "pkg/a.py", text))
    reader = ChunkReader(place)
    assert {stored.chunk for stored in reader.chunks_with_words(["os", "count"], 5)} == set(chunks_of("pkg/a.py", text))
    assert reader.imports_of("pkg/a.py") == [Import("os", "", "")]
    assert [s.chunk.name for s in reader.chunks_with_words(["count"], 5)] == ["fetchUser"]
    assert [s.chunk.name for s in reader.chunks_with_words(["fetchuser"], 5)] == ["fetchUser"]
    assert reader.totals() == (1, 2, 49)
    store.close()
    reader.close()


def test_a_chunk_comes_back_field_by_field(place: Path, tmp_path: Path) -> None:
    text = "@cached\ndef pay(\n    cents,\n):\n    return cents\n\n\nclass Till:\n    drawer = 1\n\n    def open(self): ...\n"
    file = indexed(tmp_path, "shop/till.py", text)
    store = ChunkStore.open(place)
    put(store, file)
    reader = ChunkReader(place)
    stored = [found.chunk for found in reader.definitions_named(["pay", "Till", "open"])]
    store.close()

    assert sorted(stored, key=lambda chunk: chunk.first_line) == [
        chunk for chunk in chunks_of("shop/till.py", text) if chunk.name
    ]
    assert {(chunk.name, chunk.first_line, chunk.signature_line) for chunk in stored} == {
        ("pay", 1, 2),
        ("Till", 8, 8),
        ("open", 11, 11),
    }
    fields = reader.names.definitions_named(["drawer"])
    assert [(field.owner, field.kind, field.line, field.text) for field in fields] == [
        ("Till", "field", 9, "    drawer = 1")
    ]
    assert reader.names.names_of(["shop/till.py"])[0].names == set(file.names.split())
    assert [reader.defines("shop/till.py", name) for name in ("pay", "open", "drawer", "cents")] == [
        True,
        True,
        True,
        False,
    ]
    reader.close()


def test_words_leave_the_index_with_their_chunks(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    put(
        store,
        indexed(tmp_path, "a.py", "def fetchUser():\n    return größe\n"),
        indexed(tmp_path, "b.py", "user = 1\n"),
    )
    put(store, indexed(tmp_path, "a.py", "def other(): pass\n"))
    changed = ChunkReader(place)
    assert changed.names.counts(["fetchuser", "fetch", "user", "größe", "other"]) == {
        "fetchuser": 0,
        "fetch": 0,
        "user": 1,
        "größe": 0,
        "other": 1,
    }
    assert {found.chunk.path for found in changed.chunks_with_words(["fetch", "user"], 5)} == {"b.py"}
    with store.changes():
        store.remove(["a.py", "b.py"])
    assert store._connection.execute("SELECT count(*) FROM chunk_vocabulary").fetchall() == [(0,)]
    store._connection.execute("INSERT INTO chunk_words (chunk_words) VALUES ('integrity-check')")
    store.close()
    changed.close()


def test_words_are_counted_anew_once_a_twentieth_of_the_chunks_has_changed(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)

    def counted() -> dict[str, int]:
        store.count_words()
        return dict(store._connection.execute("SELECT word, chunks FROM word_count WHERE word = 'fetch'"))

    def chunks() -> tuple[int, int]:
        known = store._connection.execute("SELECT value FROM counter WHERE name = 'chunks'").fetchone()
        return known[0], store._connection.execute("SELECT count(*) FROM chunk").fetchone()[0]

    many = "".join(f"def fetch_{number}():\n    return {number}\n\n\n" for number in range(100))
    assert counted() == {}
    put(store, indexed(tmp_path, "many.py", many))
    assert counted() == {"fetch": chunks()[0]}
    before = chunks()[0]
    put(store, indexed(tmp_path, "one.py", "def fetch():\n    return 1\n"))
    assert counted() == {"fetch": before}
    put(store, indexed(tmp_path, "more.py", many))
    assert counted() == {"fetch": chunks()[0]}
    with store.changes():
        store.remove(["many.py"])
    assert counted() == {"fetch": chunks()[0]}
    put(store, indexed(tmp_path, "more.py", many.replace("fetch", "catch")))
    assert counted() == {"fetch": 1}
    assert chunks()[0] == chunks()[1]
    store.close()


def test_where_there_is_no_room_to_count_words_the_index_serves_without(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    put(store, indexed(tmp_path, "a.py", "".join(f"def grow_{i}(argument_{i}): pass\n" for i in range(3000))))
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    reader = ChunkReader(place)
    assert (store.count_words(), reader.names.counts(["grow_1", "grow"])) == (False, {"grow_1": 1, "grow": 3000})
    store._connection.execute("PRAGMA max_page_count = 1000000")
    assert store.count_words()
    assert store._connection.execute("SELECT chunks FROM word_count WHERE word = 'grow'").fetchall() == [(3000,)]
    store.close()
    reader.close()


def test_import_roots_are_kept_by_file_and_seen_anew_when_they_change(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    reader = ChunkReader(place)
    put(store, indexed(tmp_path, "tools/go.mod", "module example.org/old\n"))
    before = reader.import_roots("go")
    put(store, indexed(tmp_path, "tools/go.mod", "module example.org/new\n"))
    after = reader.import_roots("go")
    with store.changes():
        store.remove(["tools/go.mod"])
    store.close()

    assert before == [ImportRoot("go", "example.org/old", "tools", "")]
    assert after == [ImportRoot("go", "example.org/new", "tools", "")]
    assert (reader.import_roots("go"), reader.import_roots("other")) == ([], [])
    reader.close()


def test_files_are_found_by_folder(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    put(store, *(indexed(tmp_path, path, "x = 1\n") for path in ("top.py", "a/one.py", "a/two.py", "b/a/three.py")))
    reader = ChunkReader(place)

    assert (reader.paths_in_folder("a"), reader.paths_in_folder("")) == (["a/one.py", "a/two.py"], ["top.py"])
    assert sorted(reader.folders_named("a")) == ["a", "b/a"]
    assert (reader.has_path("a/one.py"), reader.has_path("a")) == (True, False)
    store.close()
    reader.close()


@pytest.mark.parametrize(
    ("qualified_name", "owner"),
    [("total", ""), ("Order.total", "Order"), ("shop.Order.total", "Order"), ("", "")],
)
def test_a_member_s_owner_is_the_class_right_around_it(qualified_name: str, owner: str) -> None:
    assert owner_name(qualified_name) == owner


def test_a_file_is_replaced_as_a_whole(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    reader = ChunkReader(place)
    put(store, indexed(tmp_path, "a.py", "def old(): pass\ndef both(): pass\n"))
    put(store, indexed(tmp_path, "a.py", "def both(): pass\ndef new(): pass\n"))
    assert (names(reader, "old"), names(reader, "both"), names(reader, "new")) == ([], ["a.py"], ["a.py"])
    assert reader.chunks_with_words(["old"], 5) == []
    with store.changes():
        store.remove(["a.py"])
    assert reader.totals() == (0, 0, 0)
    assert reader.chunks_with_words(["both", "new"], 5) == []
    store.close()
    reader.close()


def test_the_generation_counts_changes_and_nothing_else(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    file = indexed(tmp_path, "a.py", "x = 1\n")
    put(store, file)
    with store.changes():
        store.touch("a.py", file.stamp)
        store.remove(["missing.py"])
        store.finish_scan({"binary": 2})
    assert store.generation() == 1
    reader = ChunkReader(place)
    assert (reader.generation(), reader.skipped()) == (1, {"binary": 2})
    store.close()
    reader.close()


def test_what_fails_in_the_middle_leaves_the_old_state(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    put(store, indexed(tmp_path, "a.py", "def old(): pass\n"))
    changed = indexed(tmp_path, "a.py", "def new(): pass\n")

    def fail_in_the_middle() -> None:
        with store.changes():
            store.replace(changed)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_in_the_middle()
    reader = ChunkReader(place)
    assert (names(reader, "old"), names(reader, "new")) == (["a.py"], [])
    store.close()
    reader.close()


def test_a_full_disk_keeps_what_was_committed_and_says_so(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    put(store, indexed(tmp_path, "a.py", "def kept(): pass\n"))
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = indexed(tmp_path, "b.py", "".join(f"def grow_{i}(argument_{i}): pass\n" for i in range(3000)))
    with pytest.raises(DiskFull, match="No space left"):
        put(store, big)
    reader = ChunkReader(place)
    assert (names(reader, "kept"), names(reader, "grow_1")) == (["a.py"], [])
    store._connection.execute("PRAGMA max_page_count = 1000000")
    put(store, big)
    assert names(reader, "grow_1") == ["b.py"]
    store.close()
    reader.close()


def damage_header(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 500)


def damage_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = b"\x5a" * (len(data) - 4096)
    path.write_bytes(bytes(data))


def damage_schema(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE counter")
    connection.close()


def age(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("harm", [damage_header, damage_pages, damage_schema, age, truncate])
def test_a_damaged_or_foreign_index_is_begun_again(place: Path, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    store = ChunkStore.open(place)
    put(store, indexed(tmp_path, "a.py", "def old(): pass\n"))
    store.close()
    harm(place / "index.db")
    store = ChunkStore.open(place)
    assert (store.generation(), store.stamps()) == (0, {})
    put(store, indexed(tmp_path, "a.py", "def new(): pass\n"))
    reader = ChunkReader(place)
    assert names(reader, "new") == ["a.py"]
    store.close()
    reader.close()


def test_a_reader_waits_for_an_index_and_follows_one_that_is_begun_again(place: Path, tmp_path: Path) -> None:
    reader = ChunkReader(place)
    assert (names(reader, "a"), reader.totals(), reader.generation()) == ([], (0, 0, 0), 0)
    store = ChunkStore.open(place)
    put(store, indexed(tmp_path, "a.py", "def a(): pass\n"))
    assert names(reader, "a") == ["a.py"]
    # The last to close writes the WAL back and deletes it; a reader cannot, so it goes first.
    reader.close()
    store.close()
    damage_header(place / "index.db")
    with pytest.raises(StorageError, match="cannot be used"):
        ChunkReader(place).totals()
    store = ChunkStore.open(place)
    assert names(reader, "a") == []
    put(store, indexed(tmp_path, "b.py", "def a(): pass\n"))
    assert names(reader, "a") == ["b.py"]
    store.close()
    reader.close()


def test_stamps_tell_what_is_known(place: Path, tmp_path: Path) -> None:
    store = ChunkStore.open(place)
    file = indexed(tmp_path, "a.py", "x = 1\n")
    put(store, file)
    stamp = FileStamp(5, 6, content_hash(b"x = 1\n"))
    with store.changes():
        store.touch("a.py", stamp)
    assert store.stamps() == {"a.py": stamp}
    store.close()


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("a/b.py", "b"),
        ("a/__init__.py", "a"),
        ("x/index.ts", "x"),
        ("x/y.d.ts", "y"),
        ("x/y.test.ts", "y"),
        ("Makefile", "Makefile"),
    ],
)
def test_a_file_has_the_name_it_is_imported_by(path: str, module: str) -> None:
    assert module_name(path) == module
