"""Unpacking the source files of an archive that strangers made: no links, nothing outside its folder, bounded."""

import lzma
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from holdfast.errors import StorageError
from holdfast.index.imports.import_roots import IMPORT_ROOT_FILES
from holdfast.index.languages import grammar_of, language_of

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 2_000_000_000
LARGEST_FILE: Final = 1_000_000


def unpack_sources(archives: list[Path], folder: Path, *, below: str = "") -> None:
    """Write the source files of tar archives under `folder`, which appears whole or not at all.

    The first segment of every name, the package's own folder, is left out. `below` names the one folder of the package
    to take, beside the files at its top; "" takes all. Raises StorageError when an archive is
    damaged, would write outside its folder, or holds more than MOST_FILES source files or MOST_BYTES in all.
    """
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    kept = 0
    for archive in archives:
        try:
            for name, content in _sources(archive):
                if below and len(name.parts) > 1 and name.parts[0] != below:
                    continue
                kept += 1
                if kept > MOST_FILES:
                    raise StorageError(f"{archive.name} has over {MOST_FILES:,} source files.")
                target = partial / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
            raise StorageError(
                f"Cannot unpack {archive.name}: {error}.", remedy="Delete it and fetch again."
            ) from error
    partial.replace(folder)


def is_source(name: str) -> bool:
    """Whether a file of that name is code of a language with a grammar, or tells what imports mean."""
    return PurePosixPath(name).name in IMPORT_ROOT_FILES or grammar_of(language_of(name)) is not None


def _sources(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Read as a stream, so that what an archive says of its size is never trusted."""
    seen = 0
    with tarfile.open(archive, "r|*") as members:
        for member in members:
            seen += member.size
            if seen > MOST_BYTES:
                raise StorageError(f"{archive.name} holds over {MOST_BYTES // 1_000_000:,} MB.")
            name = inside(member.name, archive)
            if not member.isreg() or len(name.parts) < 2 or member.size > LARGEST_FILE:  # noqa: PLR2004 - its own folder
                continue
            if is_source(member.name):
                content = members.extractfile(member)
                if content is not None:
                    yield PurePosixPath(*name.parts[1:]), content.read()


def inside(name: str, archive: Path) -> PurePosixPath:
    """The path that a member's name means; StorageError when it lies outside its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise StorageError(f"{archive.name} holds {name!r}, which lies outside its folder.")
    return path
