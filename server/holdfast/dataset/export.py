"""Writes a dataset: pairs from the files of an index, conversations from the session log, and the sheet about both."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from holdfast.dataset.conversation import read_conversations
from holdfast.dataset.datasheet import Contents, Origin, write_datasheet
from holdfast.dataset.layout import Layout
from holdfast.dataset.new_folder import NewFolder, write_row
from holdfast.dataset.pair import Pair, cut_pairs
from holdfast.index.fillable_spans import is_fillable
from holdfast.index.languages import language_of
from holdfast.index.source_text import SourceText, read_source
from holdfast.redaction.redactor import Redactor

PAIRS: Final = "fill_in_the_middle.jsonl"
CONVERSATIONS: Final = "conversations.jsonl"
SHEET: Final = "README.md"

_LICENCE_NAMES: Final = ("licen", "copying", "unlicense")
_AROUND: Final = 300

Progress = Callable[[int, int], None]
"""Told after each file: how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Source:
    """The project at `root` (resolved) with the indexed `paths`; `is_left_out` is asked again of each file."""

    root: Path
    paths: tuple[str, ...]
    is_left_out: Callable[[str], bool]
    redactor: Redactor


@dataclass(frozen=True, slots=True)
class Sessions:
    """The session log, and which project's conversations are wanted."""

    log: Path
    project: str


def export(
    folder: NewFolder,
    source: Source,
    layout: Layout,
    sessions: Sessions | None,
    *,
    seed: int,
    most: int,
    on_progress: Progress = lambda _done, _of: None,
) -> Contents:
    """Write all files of the dataset into `folder`, at most `most` pairs. Raises DiskFull or StorageError."""
    contents = Contents()
    with folder.file(PAIRS) as file:
        paths = _sampled(source.paths, seed)
        for done, path in enumerate(paths, 1):
            if contents.pairs < most:
                _write_pairs(file, source, layout, contents, path, seed, most)
            on_progress(done, len(paths))
    if sessions is not None:
        with folder.file(CONVERSATIONS) as file:
            _write_conversations(file, source, sessions, contents)
    origin = Origin(
        repository=repository_name(source.root),
        layout=layout.name,
        fields=layout.fields,
        seed=seed,
        licences=licence_files(source.root),
        made_on=datetime.now(UTC).date().isoformat(),
        has_sessions=sessions is not None,
    )
    with folder.file(SHEET) as file:
        file.write(write_datasheet(origin, contents))
    return contents


def repository_name(root: Path) -> str:
    """What the project is called in a dataset: its folder's name, as UTF-8."""
    return root.name.encode("utf-8", "replace").decode()


def licence_files(root: Path) -> tuple[str, ...]:
    """The names of the files at the top of a project that look like its licence."""
    names = (path.name for path in root.iterdir() if path.is_file())
    return tuple(sorted(name for name in names if name.lower().startswith(_LICENCE_NAMES)))


def _write_pairs(
    file: TextIO, source: Source, layout: Layout, contents: Contents, path: str, seed: int, most: int
) -> None:
    before = contents.pairs
    read = _read(source, path)
    for pair in _pairs(read, source, seed, contents) if read is not None else ():
        if contents.pairs == most:
            break
        write_row(file, layout.write(pair))
        contents.languages[pair.language] += 1
        contents.kinds[pair.kind] += 1
        contents.pairs += 1
    contents.files += contents.pairs > before


def _sampled(paths: Iterable[str], seed: int) -> list[str]:
    """The files that may be cut, in an order that takes from everywhere, should there be more than is wanted."""
    wanted = [path for path in paths if is_fillable(language_of(path))]
    return sorted(wanted, key=lambda path: hashlib.blake2b(f"{seed}:{path}".encode("utf-8", "replace")).digest())


def _read(source: Source, path: str) -> SourceText | None:
    if source.is_left_out(path):
        return None
    read = read_source(source.root, path)
    return None if isinstance(read, str) else read.source


def _pairs(read: SourceText, source: Source, seed: int, contents: Contents) -> Iterator[Pair]:
    """Those of one file whose part and nearest surroundings were not met before, in this file or another."""
    text = read.text.replace("\r\n", "\n").replace("\r", "\n")
    if not _is_new(contents, text):
        contents.skipped["a file equal to another"] += 1
        return
    redacted = source.redactor.redact(text)
    contents.redactions.update(redacted.counts)
    for pair in cut_pairs(read.path, read.language, redacted.text, seed, contents.skipped):
        if _is_new(contents, "\0".join((pair.prefix[-_AROUND:], pair.middle, pair.suffix[:_AROUND]))):
            yield pair
        else:
            contents.skipped["the same stood elsewhere"] += 1


def _is_new(contents: Contents, text: str) -> bool:
    """Whether `text` was not met before; from now on it was."""
    key = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
    is_new = key not in contents.known
    contents.known.add(key)
    return is_new


def _write_conversations(file: TextIO, source: Source, sessions: Sessions, contents: Contents) -> None:
    for conversation in read_conversations(
        sessions.log, sessions.project, source.redactor, contents.skipped, contents.redactions
    ):
        said = [{"role": message.role, "content": message.content} for message in conversation.messages]
        if not _is_new(contents, json.dumps(said)):
            contents.skipped["a session equal to another"] += 1
            continue
        write_row(file, {"messages": said, "session": conversation.session, "tool": conversation.tool})
        contents.tools[conversation.tool] += 1
        contents.conversations += 1
        contents.messages += len(conversation.messages)
