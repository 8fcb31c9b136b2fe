"""Why a file is not in the index: one closed list, counted by `holdfast index` and told by `--why`."""

from typing import Literal

SkipReason = Literal[
    "ignored",
    "secret",
    "binary",
    "too_large",
    "unreadable",
    "generated",
    "minified",
    "vendored",
    "symlink",
    "not_a_file",
]
