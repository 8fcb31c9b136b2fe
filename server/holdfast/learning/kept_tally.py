"""The counts as they were last, so that a start reads only what the log has since: derived data, which may be lost."""

from pathlib import Path
from typing import Annotated, Final

import pydantic

from holdfast.index.indexer_state import replace_text
from holdfast.learning.tally import Cell, Count, Tally
from holdfast.locations import make_private

_VERSION: Final = 1
_MOST_BYTES: Final = 2_000_000

_Number = Annotated[float, pydantic.Field(ge=0, allow_inf_nan=False)]


class KeptTally(pydantic.BaseModel):
    """How far the log was counted, and what was counted.

    `row` is the last row that was, and `entry` the id of what stood there; 0 and "" at the beginning. `from_ms` is the reset
    that was heeded.
    """

    version: int = _VERSION
    row: int = 0
    entry: str = ""
    from_ms: int = 0
    as_of_ms: int = 0
    cells: list[tuple[str, str, str, _Number, _Number]] = []

    def tally(self) -> Tally:
        """The counts."""
        tally = Tally(self.as_of_ms)
        for retriever, language, place, shown, taken in self.cells:
            tally.put((retriever, language, place), Count(shown, taken))
        return tally


def keep(tally: Tally, *, row: int, entry: str, from_ms: int) -> KeptTally:
    """What is to be kept of `tally`."""
    cells = [_row(cell, count) for cell, count in tally.cells()]
    return KeptTally(row=row, entry=entry, from_ms=from_ms, as_of_ms=tally.as_of_ms, cells=cells)


def read_kept(path: Path) -> KeptTally:
    """What was kept at `path`; the beginning where that is nothing, or of another version."""
    try:
        with path.open("rb") as file:
            kept = KeptTally.model_validate_json(file.read(_MOST_BYTES))
    except (OSError, pydantic.ValidationError):
        return KeptTally()
    return kept if kept.version == _VERSION else KeptTally()


def write_kept(path: Path, kept: KeptTally) -> None:
    """Keep it, as a whole. Raises OSError or StorageError."""
    make_private(path.parent)
    replace_text(path, kept.model_dump_json())


def _row(cell: Cell, count: Count) -> tuple[str, str, str, float, float]:
    return (*cell, count.shown, count.taken)
