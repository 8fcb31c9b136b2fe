"""The table of model families in docs/models.md, made from `holdfast.inference.families`.

`python tests/families_table.py` prints it, `--write` puts it between the markers of the page.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.table import FAMILIES

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "models.md"
BEGIN: Final = "<!-- families -->\n"
END: Final = "<!-- /families -->"
_HEADER: Final = ("Family", "Order", "Before the hole", "After it", "Other files", "Trained on", "Good from")
_OTHER_FILES: Final = {"tokens": "its own tokens", "titles": "as they stand, under their paths", "comments": "comments"}


def table() -> str:
    """The table, its last line ended."""
    rows = [_HEADER, ("---",) * len(_HEADER), *map(_row, FAMILIES)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)


def _row(family: ModelFamily) -> tuple[str, ...]:
    return (
        family.name if family.documented else f"{family.name} (only when named)",
        "suffix first" if family.order == "spm" else "prefix first",
        f"`{family.prefix.strip()}`",
        f"`{family.suffix.strip()}`",
        _OTHER_FILES[family.repository.kind],
        f"{family.context:,} tokens",
        f"{family.least_good:g}B",
    )


def region(page: str) -> str:
    """What stands between the markers of `page`."""
    return page.partition(BEGIN)[2].partition(END)[0]


def main(arguments: Sequence[str]) -> None:
    """Print the table, or write it into the page."""
    if "--write" in arguments:
        page = PAGE.read_text("utf-8")
        head, rest = page.split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}{table()}{END}{rest.split(END)[1]}", "utf-8")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main(sys.argv[1:])
