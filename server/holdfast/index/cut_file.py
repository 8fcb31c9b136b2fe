"""Reading and cutting one file: everything about it that needs no database, so that a helper process can do it."""

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.index.chunk_store import FileStamp, IndexedFile, content_hash, owner_name
from holdfast.index.chunker import chunk_source, chunk_text
from holdfast.index.cut_journal import CutJournal
from holdfast.index.identifiers import distinct_names, search_words
from holdfast.index.imports.import_roots import import_roots
from holdfast.index.skip_reasons import SkipReason
from holdfast.index.source_text import read_source

_log = logging.getLogger(__name__)
_NO_HASH: Final = b""


@dataclass(frozen=True, slots=True)
class CutFile:
    """What became of `path`: skipped, unchanged (`file` is None and `skipped` too), or cut."""

    path: str
    stamp: FileStamp
    skipped: SkipReason | None = None
    file: IndexedFile | None = None


def cut_file(
    root: Path,
    path: str,
    known_hash: bytes | None,
    refused_hash: bytes | None = None,
    journal: CutJournal | None = None,
) -> CutFile:
    """Read `path` and cut it, unless its content still has `known_hash`; as plain text if it has `refused_hash`."""
    read = read_source(root, path)
    if isinstance(read, str):
        return CutFile(path, _stamp_now(root, path), skipped=read)
    stamp = FileStamp(read.mtime_ns, len(read.data), content_hash(read.data))
    if stamp.hash == known_hash:
        return CutFile(path, stamp)
    try:
        if stamp.hash == refused_hash:
            chunked = chunk_text(read.source)
        else:
            with nullcontext() if journal is None else journal.on(path, stamp.hash):
                chunked = chunk_source(read.source)
    except Exception:  # noqa: BLE001 - one file's task ends here: it must not keep the others out of the index
        _log.exception("cannot cut %s", path)
        return CutFile(path, stamp, skipped="unreadable")
    file = IndexedFile(
        path=path,
        language=read.source.language,
        stamp=stamp,
        damaged_places=read.damaged_places,
        names=distinct_names(read.source.text),
        chunks=chunked.rows,
        owners=[owner_name(qualified_name) if name else "" for _, name, qualified_name, *_ in chunked.rows],
        words=[search_words(text) for *_, text, _ in chunked.rows],
        fields=[(field.name, owner_name(field.qualified_name), field.line, field.text) for field in chunked.fields],
        imports=[(found.module, found.name, found.alias) for found in chunked.imports],
        import_roots=[
            (root.kind, root.prefix, root.target, root.folder) for root in import_roots(path, read.source.text)
        ],
    )
    return CutFile(path, stamp, file=file)


def _stamp_now(root: Path, path: str) -> FileStamp:
    try:
        status = (root / path).lstat()
    except (OSError, ValueError):
        return FileStamp(0, 0, _NO_HASH)
    return FileStamp(status.st_mtime_ns, status.st_size, _NO_HASH)
