"""What git-fast-import(1) is told, so that one process makes a commit of any number of files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

NEW_COMMIT: Final = "refs/holdfast-new/commit"
"""Where the commit can be found then."""


def fast_import(tip: str | None, tree: str, files: Mapping[str, bytes], remove: Sequence[str]) -> Iterator[bytes]:
    """The stream of git-fast-import(1) for one commit: behind `tip`, or alone with what is in `tree`."""
    yield f"commit {NEW_COMMIT}\ncommitter holdfast <holdfast@localhost> now\ndata 0\n".encode("ascii")
    if tree:
        yield f'M 040000 {tree} ""\n'.encode("ascii")
    if tip:
        yield f"from {tip}\n".encode("ascii")
    for name, data in files.items():
        yield f"M 100644 inline {name}\ndata {len(data)}\n".encode("ascii")
        yield data
        yield b"\n"
    for name in remove:
        yield f"D {name}\n".encode("ascii")
    yield b"done\n"
