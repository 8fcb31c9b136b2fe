"""What a check of a manifest says."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["command", "path", "import", "version", "region", "marks", "length"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about line `line` (1-based). `is_stale`: it is no longer true; else it is advice."""

    line: int
    kind: Kind
    message: str
    remedy: str
    is_stale: bool = True
